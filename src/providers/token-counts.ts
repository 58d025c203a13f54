import type { ToldUsage } from '../domain/bill.js';
import { tokenUsage } from '../domain/usage.js';

/** What a provider says that it counted; what it does not say is absent. */
export interface TokenCounts {
  /** Of all kinds, those from the cache included. */
  readonly input?: number;
  readonly audio?: number;
  readonly text?: number;
  /** Of the input, those from the cache. */
  readonly cached?: number;
  readonly cachedAudio?: number;
  readonly cachedText?: number;
  readonly output?: number;
  readonly total?: number;
}

/**
 * The usage that counts of tokens come to. What is not said to be text is audio, or the other way round, and audio where
 * nothing is said of kinds: the recording is nearly all. Input or output is what the total leaves; a total or an output
 * alone, or a total that is less than its part, says nothing that has a price. Counts that contradict each other are read
 * as far as they go together, and doubted.
 */
export function tellTokens(counts: TokenCounts): ToldUsage {
  const input = counts.input ?? sum(counts.audio, counts.text) ?? rest(counts.total, counts.output);
  if (input === undefined) return {};
  const output = counts.output ?? rest(counts.total, input) ?? 0;
  const text = Math.min(input, counts.text ?? (counts.audio === undefined ? 0 : Math.max(0, input - counts.audio)));
  const audio = input - text;
  const usageDoubt = doubtOf(counts, { input, audio, text, output });
  return {
    usage: tokenUsage({ audio, text, output, ...cachedOf(counts, { input, audio, text }) }),
    ...(usageDoubt !== '' && { usageDoubt }),
  };
}

/** The counts that are booked. */
interface Read {
  readonly input: number;
  readonly audio: number;
  readonly text: number;
  readonly output: number;
}

function cachedOf(told: TokenCounts, { input, audio, text }: Omit<Read, 'output'>) {
  const cached = Math.min(told.cached ?? sum(told.cachedAudio, told.cachedText) ?? 0, input);
  // The instructions come first, so what is cached of an unknown kind begins with them.
  const likelyAudio = told.cachedAudio ?? Math.max(0, cached - (told.cachedText ?? text));
  const cachedAudio = Math.min(likelyAudio, cached, audio);
  return { cachedAudio, cachedText: Math.min(cached - cachedAudio, text) };
}

/** What contradicts itself, in the order of reading; empty where nothing does. */
function doubtOf(told: TokenCounts, read: Read): string {
  const { input, audio, text, output } = read;
  const { cached, cachedAudio = 0, cachedText = 0, total } = told;
  return [
    !fits(told, input) && `${kindsOf(told)} tokens in an input of ${input}`,
    cached !== undefined && cached > input && `${cached} cached tokens in an input of ${input}`,
    cached !== undefined &&
      !fits({ audio: told.cachedAudio, text: told.cachedText }, cached) &&
      `${kindsOf({ audio: told.cachedAudio, text: told.cachedText })} tokens in a cache of ${cached}`,
    cachedAudio > audio && `${cachedAudio} cached of ${audio} audio tokens`,
    cachedText > text && `${cachedText} cached of ${text} text tokens`,
    total !== undefined && total !== input + output && `a total of ${total} for ${input} and ${output}`,
  ]
    .filter((it) => it !== false)
    .join(', ');
}

type Kinds = Pick<TokenCounts, 'audio' | 'text'>;

/** Whether the kinds make up the whole, or where only one is told, have room in it. */
function fits({ audio, text }: Kinds, whole: number): boolean {
  return audio === undefined || text === undefined ? (audio ?? text ?? 0) <= whole : audio + text === whole;
}

function kindsOf({ audio, text }: Kinds): string {
  const kinds = [audio !== undefined && `${audio} audio`, text !== undefined && `${text} text`];
  return kinds.filter((it) => it !== false).join(' and ');
}

/** What a total leaves for its other part. */
function rest(total: number | undefined, part: number | undefined): number | undefined {
  return total === undefined || part === undefined || part > total ? undefined : total - part;
}

/** `undefined` where there is nothing to add up. */
function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}
