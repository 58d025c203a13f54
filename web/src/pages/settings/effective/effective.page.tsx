import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Button } from '../../../components/button';
import { Empty } from '../../../components/empty';
import { Checkbox, SelectField, TextField } from '../../../components/field';
import { ErrorNotice, Notice } from '../../../components/notice';
import { Panel } from '../../../components/panel';
import { settingsQuery } from '../settings.queries';
import type { EffectiveSearch } from '../settings.route';
import { Issuers } from './issuers';
import { SettingRow } from './setting-row';
import { isChanged, isMeant } from './setting-words';

/** Every setting by its section, with what is in force and who says it. */
export function EffectiveSettings() {
  const { q = '', changed, source } = useSearch({ from: '/settings/' });
  const navigate = useNavigate({ from: '/settings/' });
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // A link or a button has emptied the address; whoever types in the field is not interrupted.
    if (q === '' && field.current && field.current !== document.activeElement) field.current.value = '';
  }, [q]);
  const { data, error, refetch } = useQuery(settingsQuery);
  const narrow = (wish: EffectiveSearch) =>
    void navigate({ search: (before) => ({ ...before, ...wish }), replace: true });
  const all = data?.sections ?? [];
  const sections = all
    .map(({ name, settings }) => ({
      name,
      settings: settings.filter(
        (setting) =>
          (!changed || isChanged(setting)) &&
          (!source || setting.origin.source === source) &&
          isMeant(setting, name, q),
      ),
    }))
    .filter(({ settings }) => settings.length > 0);
  const count = sections.reduce((sum, { settings }) => sum + settings.length, 0);
  const pending = all.flatMap(({ settings }) => settings).filter(({ restart_pending }) => restart_pending);
  return (
    <>
      <search aria-label="Settings" className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <TextField
          ref={field}
          label="Find a setting"
          hideLabel
          type="search"
          placeholder="Find a setting"
          className="w-72 max-sm:w-full"
          defaultValue={q}
          onChange={(event) => narrow({ q: event.target.value || undefined })}
        />
        <SelectField
          label="Where it comes from"
          hideLabel
          className="w-44"
          value={source ?? ''}
          onChange={({ target: { value } }) =>
            narrow({ source: value === 'environment' || value === 'file' ? value : undefined })
          }
        >
          <option value="">from anywhere</option>
          <option value="environment">from a variable</option>
          <option value="file">from the file</option>
        </SelectField>
        <Checkbox
          label="Only what is changed"
          checked={changed !== undefined}
          onChange={(event) => narrow({ changed: event.target.checked ? 'true' : undefined })}
        />
        {data && (
          <p className="text-sm text-muted" role="status">
            {count} {count === 1 ? 'setting' : 'settings'}
          </p>
        )}
      </search>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {pending.length > 0 && (
        <Notice tone="warn">
          The configuration file has been read again, and says something else of{' '}
          {pending.map(({ name }) => name).join(', ')}. The gateway has to be restarted for it.
        </Notice>
      )}
      {data && count === 0 && (
        <Empty
          title="No setting is like that"
          actions={
            <Button onClick={() => narrow({ q: undefined, changed: undefined, source: undefined })}>
              Show all settings
            </Button>
          }
        />
      )}
      {sections.map(({ name, settings }) => (
        <Panel key={name} title={name} isFlush>
          <ul aria-label={name} className="divide-y divide-line">
            {settings.map((setting) => (
              <SettingRow key={setting.name} setting={setting}>
                {setting.name === 'oidc_issuers' && data && <Issuers issuers={data.oidc_issuers} />}
              </SettingRow>
            ))}
          </ul>
        </Panel>
      ))}
    </>
  );
}
