import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type SyntheticEvent } from 'react';
import { spokenAt, startOf, type Heard } from './heard';
import { usePlayer, type PlayerClock } from '../../components/player-clock';
import { TranscriptSegment } from './transcript-segment';

/** What the others heard in place of a word, in their words. */
export interface OtherWords {
  readonly label: string;
  /** Empty = nothing. */
  readonly text: string;
}

/** What a column has heard: the spoken word is lit, a click plays from there, and differing words say what the others heard. */
export function Transcript({
  label,
  heard,
  differing,
  clock,
}: {
  label: string;
  heard: Heard;
  /** By the places of words. */
  differing: ReadonlyMap<number, readonly OtherWords[]>;
  clock: PlayerClock;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [tip, setTip] = useState<{ readonly index: number; readonly at: DOMRect }>();
  const [rover, setRover] = useState<number>();
  // Before it was played nothing was spoken yet.
  const [from = -1, to = -1] =
    usePlayer(clock, ({ seconds, media }) => (media && seconds > 0 ? spokenAt(heard, seconds)?.join(' ') : undefined))
      ?.split(' ')
      .map(Number) ?? [];
  const stops = useMemo(() => [...differing.keys()].toSorted((a, b) => a - b), [differing]);
  const stop = rover !== undefined && differing.has(rover) ? rover : stops[0];

  useEffect(() => {
    if (clock.isPlaying) bringIntoView(place.current, from);
  }, [clock, from]);

  const show = (event: SyntheticEvent) => {
    const index = placeOf(event);
    const isDiffering = index !== undefined && differing.has(index);
    setTip(
      isDiffering && event.target instanceof Element ? { index, at: event.target.getBoundingClientRect() } : undefined,
    );
    if (isDiffering && event.type === 'focus') setRover(index);
  };
  const playFrom = (event: SyntheticEvent) => {
    const index = placeOf(event);
    const seconds = index === undefined ? undefined : startOf(heard, index);
    if (seconds !== undefined) clock.play(seconds);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const index = placeOf(event);
    if (event.key === 'Escape') setTip(undefined);
    if (index === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') playFrom(event);
    else if (event.key === 'ArrowRight')
      focusWord(
        place.current,
        stops.find((it) => it > index),
      );
    else if (event.key === 'ArrowLeft')
      focusWord(
        place.current,
        stops.findLast((it) => it < index),
      );
    else return;
    event.preventDefault();
  };
  if (heard.words.length === 0) return <p className="text-muted">Nothing was said in it.</p>;
  return (
    // The words in it are what is clicked, and have their keys.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={place}
      aria-label={label}
      tabIndex={0}
      className="relative flex max-h-[60vh] flex-col gap-1 overflow-y-auto rounded-sm leading-6"
      onClick={playFrom}
      onKeyDown={onKeyDown}
      onMouseOver={show}
      onMouseLeave={() => setTip(undefined)}
      onFocus={show}
      onBlur={() => setTip(undefined)}
      onScroll={() => setTip(undefined)}
    >
      {heard.segments.map((segment) => {
        const end = segment.first + segment.words.length;
        const isLit = from < end && to > segment.first;
        return (
          <TranscriptSegment
            key={segment.first}
            segment={segment}
            speakers={heard.speakers}
            differing={differing}
            litFrom={isLit ? from : -1}
            litTo={isLit ? to : -1}
            stop={stop !== undefined && stop >= segment.first && stop < end ? stop : -1}
            onPlay={(seconds) => clock.play(seconds)}
          />
        );
      })}
      {tip && <Tip at={tip.at} others={differing.get(tip.index) ?? []} />}
    </section>
  );
}

function Tip({ at, others }: { at: DOMRect; others: readonly OtherWords[] }) {
  return (
    <div
      role="tooltip"
      className="pointer-events-none fixed z-30 max-w-72 rounded-md border border-line bg-surface px-2 py-1 text-sm shadow-float"
      style={{ left: Math.max(8, Math.min(at.left, innerWidth - 296)), top: at.bottom + 4 }}
    >
      {others.map(({ label, text }) => (
        <p key={label}>
          <span className="text-muted">{label}:</span> {text === '' ? <em>nothing</em> : <bdi>{text}</bdi>}
        </p>
      ))}
    </div>
  );
}

/** The place of the word that an event is about. */
function placeOf({ target }: SyntheticEvent): number | undefined {
  const word = target instanceof Element ? target.closest<HTMLElement>('[data-place]') : null;
  return word?.dataset.place === undefined ? undefined : Number(word.dataset.place);
}

function wordAt(list: HTMLElement | null, index: number | undefined): HTMLElement | null {
  return index === undefined ? null : (list?.querySelector<HTMLElement>(`[data-place="${index}"]`) ?? null);
}

function focusWord(list: HTMLElement | null, index: number | undefined): void {
  wordAt(list, index)?.focus();
}

/** Moves the column alone: the page stays where its reader has it. */
function bringIntoView(list: HTMLElement | null, index: number): void {
  const word = wordAt(list, index);
  if (!list || !word) return;
  const [frame, box] = [list.getBoundingClientRect(), word.getBoundingClientRect()];
  if (box.top < frame.top || box.bottom > frame.bottom) list.scrollTop += box.top - frame.top - frame.height / 3;
}
