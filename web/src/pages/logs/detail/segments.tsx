import { useState, type MouseEvent } from 'react';
import type { Schemas } from '../../../api/client';
import { Button } from '../../../components/button';
import { useGiven } from '../../../components/given-recordings';
import { PlayerClock, usePlayer } from '../../../components/player-clock';
import { SpokenSegment } from '../../../components/spoken-segment';
import { formatCount } from '../../../format/amounts';
import { RecordingPlayer } from './recording-player';
import { speakersOf, spokenAt } from './spoken';

/** More are shown on demand, so many at a time: a day of speech has some seventeen thousand. */
const FIRST_SEGMENTS = 60;
const MORE_SEGMENTS = 500;

/** A transcript by who said what when. A click plays from there, where the recording was given on a page that is still open. */
export function Segments({
  requestId,
  segments,
  language,
}: {
  requestId: string;
  segments: readonly Schemas['LogSegment'][];
  language: string | null;
}) {
  const [clock] = useState(() => new PlayerClock());
  const [count, setCount] = useState(FIRST_SEGMENTS);
  const file = useGiven(requestId);
  const isUnplayable = usePlayer(clock, (player) => player.isUnplayable);
  const lit = usePlayer(clock, ({ media, isPlaying, seconds }) =>
    media && (isPlaying || seconds > 0) ? spokenAt(segments, seconds) : -1,
  );
  const canPlay = file !== undefined && !isUnplayable;
  const speakers = speakersOf(segments);
  // What is said now is shown, however far it is.
  const shown = segments.slice(0, Math.max(count, lit + 1));
  const left = segments.length - shown.length;
  const play = (seconds: number) => clock.play(seconds);
  const onClick = ({ target }: MouseEvent) => {
    // Buttons have clicks of their own, and words that were selected are to be copied.
    if (!(target instanceof Element) || target.closest('button') || getSelection()?.isCollapsed === false) return;
    const index = target.closest<HTMLElement>('[data-segment]')?.dataset.segment;
    const segment = index === undefined ? undefined : segments[Number(index)];
    if (segment) play(segment.start_seconds);
  };
  return (
    <div className="flex flex-col gap-2">
      {file && <RecordingPlayer clock={clock} file={file} />}
      {/* Each time in it is a button, for keys. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events */}
      <section
        aria-label="Transcript"
        lang={language ?? undefined}
        className="flex flex-col gap-1 leading-6"
        {...(canPlay && { onClick })}
      >
        {shown.map(({ start_seconds: start, speaker, text }, index) => (
          // What a log has of a transcript never changes its order.
          // oxlint-disable-next-line react/no-array-index-key
          <div key={index} data-segment={index} className={canPlay ? 'cursor-pointer rounded-sm hover:bg-sunken' : ''}>
            <SpokenSegment
              start={start}
              speaker={speaker ?? undefined}
              speakers={speakers}
              isLit={index === lit}
              onPlay={canPlay ? play : undefined}
            >
              {text}
            </SpokenSegment>
          </div>
        ))}
      </section>
      {left > 0 && (
        <div>
          <Button size="small" onClick={() => setCount(shown.length + MORE_SEGMENTS)}>
            {left > MORE_SEGMENTS ? `Show ${MORE_SEGMENTS} more of ${formatCount(left)}` : 'Show all'}
          </Button>
        </div>
      )}
      {!canPlay && (
        <p className="text-sm text-muted">
          {isUnplayable
            ? 'This browser cannot play the recording.'
            : 'Recordings are kept nowhere. A click plays from a time where the recording was given in the playground, as long as that page is open.'}
        </p>
      )}
    </div>
  );
}
