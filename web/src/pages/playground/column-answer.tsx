import { Download } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { Tabs } from '../../components/tabs';
import { contentOf, endingOf, tabOf, TAB_TITLES, TABS, wishFor, type TabName } from './answer-tabs';
import type { ColumnWish, TranscribingModel } from './column-wish';
import type { PlayerClock } from '../../components/player-clock';
import { Transcript, type OtherWords } from './transcript';
import type { Run } from './use-runs';
import type { Answer } from './send';

/** What a column has been answered, by format. Nothing is turned into another format here: the gateway is asked for it. */
export function ColumnAnswer({
  label,
  run,
  shown,
  model,
  differing,
  clock,
  filename,
  onAsk,
}: {
  label: string;
  run: Run;
  shown: Answer;
  model: TranscribingModel | undefined;
  differing: ReadonlyMap<number, readonly OtherWords[]>;
  clock: PlayerClock;
  filename: string;
  onAsk: (wish: ColumnWish) => void;
}) {
  const [tab, setTab] = useState<TabName>('text');
  const shownIn = (name: TabName) => (name === 'text' ? (run.answers.text ?? shown) : run.answers[name]);
  const answer = shownIn(tab);
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Tabs
        label={`Formats of ${label}`}
        value={tab}
        onChange={(value) => setTab(TABS.find((name) => name === value) ?? 'text')}
        tabs={TABS.map((name) => ({
          value: name,
          label: TAB_TITLES[name],
          content:
            name === 'text' ? (
              <Transcript label={`Transcript of ${label}`} heard={shown.heard} differing={differing} clock={clock} />
            ) : (
              <Raw answer={run.answers[name]} name={name} label={label} run={run} model={model} onAsk={onAsk} />
            ),
        }))}
      />
      {answer && (
        <div className="flex flex-wrap gap-1">
          <Button
            look="quiet"
            size="small"
            onClick={() => save(contentOf(tab, answer), `${filename}.${endingOf(tab, answer)}`)}
          >
            <Download size={14} aria-hidden /> Download
          </Button>
          <CopyButton text={contentOf(tab, answer)} />
          {tab === 'text' && tabOf(shown) !== 'text' && (
            <span className="self-center text-sm text-muted">
              The words of the {shown.isStream ? 'stream' : shown.format}
            </span>
          )}
        </div>
      )}
    </div>
  );
}

function Raw({
  answer,
  name,
  label,
  run,
  model,
  onAsk,
}: {
  answer: Answer | undefined;
  name: TabName;
  label: string;
  run: Run;
  model: TranscribingModel | undefined;
  onAsk: (wish: ColumnWish) => void;
}) {
  if (answer) {
    return (
      <pre
        tabIndex={0}
        aria-label={`${TAB_TITLES[name]} of ${label}`}
        className="mono max-h-[60vh] overflow-auto rounded-md bg-sunken p-3 whitespace-pre-wrap break-words"
      >
        {answer.body}
      </pre>
    );
  }
  const wish = model && wishFor(name, run.wish, model);
  if (!wish) return <p className="py-4 text-muted">This model gives no {TAB_TITLES[name]}.</p>;
  return (
    <div className="flex flex-col items-start gap-2 py-4">
      <p className="text-muted">
        The gateway has not been asked for {TAB_TITLES[name]}. Asking is a request of its own, and costs as one.
      </p>
      <Button disabled={run.state === 'running'} onClick={() => onAsk(wish)}>
        Ask again in {TAB_TITLES[name]}
      </Button>
    </div>
  );
}

function save(text: string, filename: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = filename;
  link.click();
  URL.revokeObjectURL(url);
}
