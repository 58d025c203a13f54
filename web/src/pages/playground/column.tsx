import { X } from 'lucide-react';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { ErrorNotice } from '../../components/notice';
import { ColumnAnswer } from './column-answer';
import { ColumnFigures } from './column-figures';
import { ColumnForm } from './column-form';
import { ColumnWaiting } from './column-waiting';
import type { ColumnWish, TranscribingModel } from './column-wish';
import { usePlayer, type PlayerClock } from '../../components/player-clock';
import { Transcript, type OtherWords } from './transcript';
import type { Run } from './use-runs';

const NO_DIFFERENCES: ReadonlyMap<number, readonly OtherWords[]> = new Map();

/** One model: what it is asked, what it has answered, and what that was worth. */
export function Column({
  number,
  wish,
  models,
  run,
  differing,
  clock,
  curl,
  filename,
  onChange,
  onRun,
  onCancel,
  onRemove,
}: {
  number: number;
  wish: ColumnWish;
  models: readonly TranscribingModel[];
  run: Run | undefined;
  differing: ReadonlyMap<number, readonly OtherWords[]>;
  clock: PlayerClock;
  /** Its request as a command; undefined = there is no recording yet. */
  curl: string | undefined;
  /** Of what is downloaded, without its ending. */
  filename: string;
  onChange: (wish: ColumnWish) => void;
  /** Asks once more; undefined = nothing can be sent. */
  onRun: ((wish: ColumnWish) => void) | undefined;
  onCancel: () => void;
  /** Undefined of the only one. */
  onRemove: (() => void) | undefined;
}) {
  const duration = usePlayer(clock, (player) => player.duration);
  const label = `${number} ${run?.wish.model ?? wish.model ?? ''}`;
  const model = models.find(({ id }) => id === run?.wish.model);
  const { shown } = run ?? {};
  return (
    <section
      aria-label={`Column ${number}`}
      className="flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-3"
    >
      <div className="flex items-start gap-1">
        <span className="mt-1.5 w-4 text-sm font-semibold text-muted" aria-hidden>
          {number}
        </span>
        <div className="min-w-0 flex-1">
          <ColumnForm number={number} wish={wish} models={models} onChange={onChange} />
        </div>
        {onRemove && (
          <Button look="quiet" size="icon" aria-label={`Remove column ${number}`} onClick={onRemove}>
            <X size={16} aria-hidden />
          </Button>
        )}
      </div>
      {run?.state === 'running' && <ColumnWaiting run={run} onCancel={onCancel} />}
      {run?.state === 'cancelled' && (
        <p className="text-sm text-muted">
          Cancelled. A provider that had begun may bill it all the same; its log tells.
        </p>
      )}
      {run?.state === 'failed' && run.error && (
        <ErrorNotice error={run.error} {...(onRun && { onRetry: () => onRun(run.wish) })} />
      )}
      {run?.state === 'running' && run.progress.heard && !shown && (
        <Transcript
          label={`Transcript of ${label}`}
          heard={run.progress.heard}
          differing={NO_DIFFERENCES}
          clock={clock}
        />
      )}
      {run && shown && (
        <>
          <ColumnFigures answer={shown} seconds={duration} />
          <ColumnAnswer
            label={label}
            run={run}
            shown={shown}
            model={model}
            differing={differing}
            clock={clock}
            filename={filename}
            onAsk={(again) => onRun?.(again)}
          />
        </>
      )}
      {curl !== undefined && (
        <div className="mt-auto border-t border-line pt-2">
          <CopyButton text={curl} label="Share as curl" />
        </div>
      )}
    </section>
  );
}
