import { FileText, Lock, SquareTerminal, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge } from '../../../components/badge';
import { CopyButton } from '../../../components/copy-button';
import { codeParts, isChanged, placeOf, valueText, type Setting } from './setting-words';

/** One setting: what it is called and means, what is in force, and who says so. */
export function SettingRow({ setting, children }: { setting: Setting; children?: ReactNode }) {
  const { name, variable, description } = setting;
  return (
    <li className="grid grid-cols-1 gap-x-6 gap-y-1 px-4 py-3 md:grid-cols-[minmax(0,1fr)_minmax(0,15rem)_11rem]">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-2">
          <h3 className="mono font-medium break-all">{name}</h3>
          <CopyButton
            text={variable}
            label={variable}
            className="max-sm:h-auto max-sm:min-h-7 max-sm:shrink max-sm:text-left max-sm:break-all max-sm:whitespace-normal"
          />
        </div>
        <p className="max-w-prose text-sm break-words text-muted max-md:hidden">
          <Described text={description} />
        </p>
      </div>
      <SettingValue setting={setting} />
      <SettingOrigin setting={setting} />
      <p className="text-sm break-words text-muted md:hidden">
        <Described text={description} />
      </p>
      {children && <div className="min-w-0 md:col-span-3">{children}</div>}
    </li>
  );
}

function Described({ text }: { text: string }) {
  return codeParts(text).map(({ text: part, isCode }, index) =>
    isCode ? (
      <code key={index} className="mono">
        {part}
      </code>
    ) : (
      part
    ),
  );
}

function SettingValue({ setting }: { setting: Setting }) {
  const { is_secret, is_set, value, default: fallback } = setting;
  if (is_secret) {
    return (
      <div>
        <Badge icon={<Lock size={12} aria-hidden />}>{is_set ? 'set, not shown' : 'not set'}</Badge>
      </div>
    );
  }
  const text = valueText(value);
  return (
    <div className="min-w-0">
      {text === undefined ? (
        <span className="text-faint">unset</span>
      ) : (
        <span className="mono break-words" dir="auto">
          {text}
        </span>
      )}
      {isChanged(setting) && (
        <p className="text-xs break-words text-muted">
          by default <span className="mono">{valueText(fallback) ?? 'unset'}</span>
        </p>
      )}
    </div>
  );
}

function SettingOrigin({ setting }: { setting: Setting }) {
  const { origin, needs_restart, restart_pending } = setting;
  const place = placeOf(origin);
  return (
    <div className="flex min-w-0 flex-col items-start gap-0.5">
      {origin.source === 'default' && <Badge>{isChanged(setting) ? 'raised by another' : 'default'}</Badge>}
      {origin.source === 'environment' && (
        <Badge tone="accent" icon={<SquareTerminal size={12} aria-hidden />}>
          environment
        </Badge>
      )}
      {origin.source === 'environment' && origin.variable !== setting.variable && (
        <span className="mono text-xs break-all text-muted">{origin.variable}</span>
      )}
      {origin.source === 'file' && (
        <>
          <Badge tone="good" icon={<FileText size={12} aria-hidden />}>
            file
          </Badge>
          <span className="mono max-w-full text-xs break-all text-muted" title={place?.whole}>
            {place?.text} {origin.key}
          </span>
        </>
      )}
      {restart_pending && (
        <Badge tone="warn" icon={<TriangleAlert size={12} aria-hidden />}>
          restart pending
        </Badge>
      )}
      <span className="text-xs text-faint">
        {needs_restart || origin.source === 'environment' ? 'restart to change' : 'reload to change'}
      </span>
    </div>
  );
}
