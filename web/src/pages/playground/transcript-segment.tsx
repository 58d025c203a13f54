import { memo } from 'react';
import { classNames } from '../../components/class-names';
import { formatClock } from '../../format/time';
import type { Segment } from './heard';
import type { OtherWords } from './transcript';

const SERIES = 8;

/** One stretch of a transcript: when, who, and its words. It is drawn again only when its own words are lit or differ. */
export const TranscriptSegment = memo(function TranscriptSegment({
  segment,
  speakers,
  differing,
  litFrom,
  litTo,
  stop,
  onPlay,
}: {
  segment: Segment;
  speakers: readonly string[];
  differing: ReadonlyMap<number, readonly OtherWords[]>;
  /** Places of the words that are said now; -1 = none of these. */
  litFrom: number;
  litTo: number;
  /** The differing word to which Tab leads; -1 = none of these. */
  stop: number;
  onPlay: (seconds: number) => void;
}) {
  const { start, speaker, words, first } = segment;
  const colour = speaker === undefined ? undefined : `var(--series-${(speakers.indexOf(speaker) % SERIES) + 1})`;
  return (
    <div className="flex gap-2 [contain-intrinsic-size:auto_48px] [content-visibility:auto]">
      {start !== undefined && (
        <button
          type="button"
          className="h-6 w-12 shrink-0 rounded-sm text-left text-xs text-muted hover:text-text"
          aria-label={`Play from ${formatClock(start)}`}
          onClick={() => onPlay(start)}
        >
          {formatClock(start)}
        </button>
      )}
      <div
        className={classNames('min-w-0 flex-1', colour && 'border-l-3 pl-2')}
        style={colour ? { borderColor: colour } : undefined}
      >
        {speaker !== undefined && <p className="text-xs leading-5 font-medium text-muted">Speaker {speaker}</p>}
        <p dir="auto" className="break-words">
          {words.map(({ text, hasSpace }, index) => {
            const place = first + index;
            const isDiffering = differing.has(place);
            const isLit = place >= litFrom && place < litTo;
            return (
              <span key={place}>
                <span
                  data-place={place}
                  data-lit={isLit || undefined}
                  {...(isDiffering && { role: 'button', tabIndex: place === stop ? 0 : -1, 'data-differs': true })}
                  className={classNames(
                    start !== undefined && 'cursor-pointer',
                    isDiffering && 'underline decoration-warn decoration-2 underline-offset-4',
                    isLit ? 'rounded-sm bg-accent text-on-accent' : start !== undefined && 'hover:bg-accent-wash',
                  )}
                >
                  {text}
                </span>
                {hasSpace && ' '}
              </span>
            );
          })}
        </p>
      </div>
    </div>
  );
});
