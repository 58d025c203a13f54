import type { Schemas } from '../../../api/client';
import { Badge, type Tone } from '../../../components/badge';
import { Empty } from '../../../components/empty';

type Problem = Schemas['ConfigFile']['problems'][number];

const KINDS: Record<Problem['kind'], { words: string; tone: Tone }> = {
  unusable: { words: 'unusable', tone: 'bad' },
  switched_off: { words: 'switched off', tone: 'bad' },
  left_out: { words: 'left out', tone: 'warn' },
  ignored: { words: 'ignored', tone: 'warn' },
  no_effect: { words: 'no effect', tone: 'neutral' },
  note: { words: 'note', tone: 'neutral' },
};

/** What a file says and the gateway does not do, and why; from top to bottom. */
export function FileProblems({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return <Empty title="Everything that it says has an effect" />;
  return (
    <ul className="divide-y divide-line">
      {problems.map(({ kind, message, at }, index) => (
        <li key={index} className="flex flex-wrap items-start gap-x-3 gap-y-1 px-4 py-2.5">
          <span className="w-24 shrink-0">
            <Badge tone={KINDS[kind].tone}>{KINDS[kind].words}</Badge>
          </span>
          <div className="min-w-0 flex-1 basis-60">
            {at && (
              <p className="mono text-sm break-all" title={at.file}>
                {at.key || 'the file'}
              </p>
            )}
            <p className="break-words text-muted">{message}</p>
            {at && (
              <p className="mono text-xs break-all text-faint">
                {at.file}:{at.line}:{at.column}
              </p>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
