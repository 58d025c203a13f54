import { memo } from 'react';
import { classNames } from '../../components/class-names';
import { SpokenSegment } from '../../components/spoken-segment';
import type { Segment } from './heard';
import type { OtherWords } from './transcript';

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
  return (
    <SpokenSegment start={start} speaker={speaker} speakers={speakers} onPlay={onPlay}>
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
    </SpokenSegment>
  );
});
