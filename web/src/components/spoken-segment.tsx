import type { ReactNode } from 'react';
import { formatClock } from '../format/time';
import { classNames } from './class-names';

const SERIES = 8;

/** A stretch of a transcript: when, who, and its words. A speaker has the same colour all through. */
export function SpokenSegment({
  start,
  speaker,
  speakers,
  isLit = false,
  onPlay,
  children,
}: {
  /** Seconds; absent = unknown. */
  start: number | undefined;
  speaker: string | undefined;
  /** All of the transcript, in the order of their first words. */
  speakers: readonly string[];
  /** Whether it is said now. */
  isLit?: boolean;
  /** Absent = it cannot be played. */
  onPlay?: ((seconds: number) => void) | undefined;
  /** The words. */
  children: ReactNode;
}) {
  const colour = speaker === undefined ? undefined : `var(--series-${(speakers.indexOf(speaker) % SERIES) + 1})`;
  const time = 'h-6 w-12 shrink-0 text-left text-xs text-muted';
  return (
    <div
      aria-current={isLit || undefined}
      className={classNames(
        'flex gap-2 rounded-sm [contain-intrinsic-size:auto_48px] [content-visibility:auto]',
        isLit && 'bg-accent-wash',
      )}
    >
      {start !== undefined &&
        (onPlay ? (
          <button
            type="button"
            className={classNames(time, 'rounded-sm hover:text-text')}
            aria-label={`Play from ${formatClock(start)}`}
            onClick={() => onPlay(start)}
          >
            {formatClock(start)}
          </button>
        ) : (
          <span className={classNames(time, 'leading-6')}>{formatClock(start)}</span>
        ))}
      <div
        className={classNames('min-w-0 flex-1', colour && 'border-l-3 pl-2')}
        style={colour ? { borderColor: colour } : undefined}
      >
        {speaker !== undefined && (
          <p className="text-xs leading-5 font-medium break-words text-muted">
            Speaker <bdi>{speaker}</bdi>
          </p>
        )}
        <p dir="auto" className="break-words">
          {children}
        </p>
      </div>
    </div>
  );
}
