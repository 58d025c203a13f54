import type { TranscriptionResult } from '../../domain/transcription.js';
import { fitsTwoLines, layOut, MAX_LINE_WIDTH, toLineWord, type LineWord } from './subtitle-lines.js';
import { timedText } from './timed-text.js';
import { cutAtWidth, displayWidth } from './typography.js';
import { toUnits, type Unit } from './units.js';

/** One subtitle. */
export interface Cue {
  readonly startMs: number;
  readonly endMs: number;
  /** One line or two; never empty, never with a line break inside. */
  readonly lines: readonly string[];
  readonly speaker?: string;
}

const MAX_CUE_SECONDS = 7;
/** A silence longer than this ends a cue, so that nothing is read before it is said. */
const MAX_PAUSE_SECONDS = 1;
/** A cue stays for this long, and as long as it takes to read it, if the next one leaves it the time... */
const COMFORTABLE_MS = 1_000;
/** What people read in a second: 17 Latin letters, or half as many characters of two columns. */
const READING_COLUMNS_PER_SECOND = 17;
/** ...and for this long in any case; a cue that comes too soon waits... */
const READABLE_MS = 500;
/** ...and has had to wait, is shorter instead, so that the delay does not grow from cue to cue. */
const SHORTEST_MS = 100;

/**
 * Cuts a result into subtitles of at most two lines and seven seconds, in order and without overlap, one speaker each.
 * They end where sentences, clauses or pauses do, as far as the limits allow; a word is split only where it is wider than
 * a line.
 * @param labelOf what to write before a speaker's words on the first line; it takes its room there
 * @throws ProviderError `bad_response` when something was said and nothing says when
 */
export function toCues(
  result: Pick<TranscriptionResult, 'text' | 'words' | 'segments' | 'durationSeconds'>,
  labelOf: (speaker: string) => string | undefined = () => undefined,
): Cue[] {
  const runs = toRuns(toUnits(timedText(result)).flatMap(toLineWidth));
  return schedule(
    runs.flatMap((run) => {
      const speaker = run[0]?.speaker;
      const label = speaker === undefined ? undefined : labelOf(speaker);
      return cutRun(run, label === undefined ? undefined : toLabel(label));
    }),
    result.durationSeconds === undefined ? Infinity : toMs(result.durationSeconds),
  );
}

/** A stretch of a run with its lines, not yet placed in time. */
interface Draft {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly lines: readonly string[];
  readonly speaker?: string;
}

/** Runs are what may share a cue: one speaker without a long pause. */
function toRuns(units: readonly Unit[]): Unit[][] {
  const runs: Unit[][] = [];
  for (const unit of units) {
    const last = runs.at(-1)?.at(-1);
    const goesOn = last?.speaker === unit.speaker && unit.startSeconds - (last?.endSeconds ?? 0) <= MAX_PAUSE_SECONDS;
    if (last && goesOn) runs.at(-1)?.push(unit);
    else runs.push([unit]);
  }
  return runs;
}

/** A word as the layout sees it, with its time. */
type TimedWord = LineWord & Pick<Unit, 'startSeconds' | 'endSeconds'>;

/** What counts about the words of a possible cue. Kept while words are added in front, since every cue is tried. */
interface Extent {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** At least what the words fill in one line. */
  readonly width: number;
  /** Sentences that end before the last word. */
  readonly sentencesInside: number;
  readonly ends?: LineWord['ends'];
}

/** Finds the cheapest way to cut a run into cues: the shortest path over the places between its words. */
function cutRun(run: readonly Unit[], label: LineWord | undefined): Draft[] {
  const words = run.map((unit): TimedWord => ({ ...unit, ...toLineWord(unit) }));
  const labelWidth = label ? label.width + 1 : 0;
  const cheapest: { readonly cost: number; readonly from: number; readonly extent?: Extent }[] = [{ cost: 0, from: 0 }];
  for (let to = 1; to <= words.length; to += 1) {
    let best: (typeof cheapest)[number] = { cost: Infinity, from: to - 1 };
    let extent: Extent | undefined;
    for (let from = to - 1; from >= 0; from -= 1) {
      extent = grow(extent, words[from], labelWidth);
      if (from < to - 1 && !fitsCue(extent, words, from, to, label)) break;
      const cost = (cheapest[from]?.cost ?? 0) + cueCost(extent, to === words.length);
      if (cost < best.cost) best = { cost, from, extent };
    }
    cheapest.push(best);
  }
  const drafts: Draft[] = [];
  for (let to = words.length; to > 0; to = cheapest[to]?.from ?? 0) {
    const { from = 0, extent } = cheapest[to] ?? {};
    const { startSeconds = 0, endSeconds = 0 } = extent ?? {};
    const lines = layOut(withLabel(label, words.slice(from, to)));
    drafts.push({ startSeconds, endSeconds, lines, speaker: run[0]?.speaker });
  }
  return drafts.toReversed();
}

function grow(extent: Extent | undefined, word: TimedWord | undefined, labelWidth: number): Extent {
  const { startSeconds = 0, endSeconds = 0, width = 0, ends } = word ?? {};
  if (!extent) return { startSeconds, endSeconds, width: labelWidth + width, sentencesInside: 0, ends };
  return {
    startSeconds,
    endSeconds: Math.max(extent.endSeconds, endSeconds),
    width: extent.width + width + 1,
    sentencesInside: extent.sentencesInside + (ends === 'sentence' ? 1 : 0),
    ends: extent.ends,
  };
}

function fitsCue(
  extent: Extent,
  words: readonly LineWord[],
  from: number,
  to: number,
  label: LineWord | undefined,
): boolean {
  if (extent.endSeconds - extent.startSeconds > MAX_CUE_SECONDS) return false;
  return extent.width <= MAX_LINE_WIDTH || fitsTwoLines(withLabel(label, words.slice(from, to)));
}

/**
 * What makes a cue bad. The unit is a cut in the middle of a clause: avoiding one is worth more than saving a cue,
 * and a sentence may end inside a cue when that saves one.
 */
function cueCost({ startSeconds, endSeconds, width, sentencesInside, ends }: Extent, endsRun: boolean): number {
  const cut = endsRun || ends === 'sentence' ? 0 : ends === 'clause' ? 0.3 : 1;
  const tooShort = (endSeconds - startSeconds) * 1_000 < COMFORTABLE_MS ? 1 : 0;
  const uneven = 0.3 * (1 - Math.min(1, width / (2 * MAX_LINE_WIDTH))) ** 2;
  return 0.6 + cut + 0.4 * sentencesInside + tooShort + uneven;
}

function withLabel(label: LineWord | undefined, words: readonly LineWord[]): readonly LineWord[] {
  const first = words[0];
  return label && first ? [label, { ...first, spaceBefore: true }, ...words.slice(1)] : words;
}

function toLabel(label: string): LineWord {
  const text = label.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return { ...toLineWord({ text, spaceBefore: false }), label: true };
}

/** Gives every cue its time: readable, in order, and over before the next one begins. */
function schedule(drafts: readonly Draft[], endOfAudioMs: number): Cue[] {
  let freeAtMs = 0;
  return drafts.map(({ startSeconds, endSeconds, lines, speaker }, index) => {
    const spokenMs = toMs(startSeconds);
    const startMs = Math.max(spokenMs, freeAtMs);
    const spokenEndMs = Math.max(toMs(endSeconds), startMs + (startMs > spokenMs ? SHORTEST_MS : READABLE_MS));
    const next = drafts[index + 1];
    const nextStartMs = next ? toMs(next.startSeconds) : endOfAudioMs;
    const comfortableEndMs = Math.min(startMs + Math.max(COMFORTABLE_MS, readingMs(lines)), nextStartMs);
    const endMs = Math.min(Math.max(spokenEndMs, comfortableEndMs), startMs + MAX_CUE_SECONDS * 1_000);
    freeAtMs = endMs;
    return { startMs, endMs, lines, speaker };
  });
}

function readingMs(lines: readonly string[]): number {
  const columns = lines.reduce((sum, line) => sum + displayWidth(line), 0);
  return Math.ceil((columns * 1_000) / READING_COLUMNS_PER_SECOND);
}

/** A word wider than a line, such as an address, in pieces that share its time. */
function toLineWidth(unit: Unit): readonly Unit[] {
  const pieces = cutAtWidth(unit.text, MAX_LINE_WIDTH);
  if (pieces.length === 1) return [unit];
  const seconds = Math.max(0, unit.endSeconds - unit.startSeconds) / pieces.length;
  return pieces.map((text, index) => ({
    ...unit,
    text,
    spaceBefore: index === 0 && unit.spaceBefore,
    startSeconds: unit.startSeconds + seconds * index,
    endSeconds: unit.startSeconds + seconds * (index + 1),
  }));
}

function toMs(seconds: number): number {
  return Math.max(0, Math.round(seconds * 1_000));
}

/** `HH:MM:SS` and milliseconds after the given point: `,` in SubRip, `.` in WebVTT. */
export function formatCueTime(ms: number, point: ',' | '.'): string {
  const parts = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1_000) % 60];
  const [hours, minutes, seconds] = parts.map((part) => String(part).padStart(2, '0'));
  return `${hours}:${minutes}:${seconds}${point}${String(ms % 1_000).padStart(3, '0')}`;
}
