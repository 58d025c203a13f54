import type { ToldUsage } from '../../domain/bill.js';
import { tellTokens, type TokenCounts } from '../token-counts.js';
import type { Content, Interaction } from './gemini.schema.js';

/** Tokens of one kind of input; a kind may have several entries. */
interface ModalityCount {
  readonly modality: string;
  readonly count: number | undefined;
}

/** What `generateContent` bills; empty when it does not say. */
export function usageOfContent({ usageMetadata: usage }: Content): ToldUsage {
  return toUsage({
    input: usage?.promptTokenCount,
    kinds: usage?.promptTokensDetails?.map(({ modality, tokenCount }) => ({ modality, count: tokenCount })),
    cached: usage?.cachedContentTokenCount,
    cachedKinds: usage?.cacheTokensDetails?.map(({ modality, tokenCount }) => ({ modality, count: tokenCount })),
    outputs: [usage?.candidatesTokenCount, usage?.thoughtsTokenCount],
    total: usage?.totalTokenCount,
  });
}

/** What an interaction bills; empty when it does not say. */
export function usageOfInteraction({ usage }: Interaction): ToldUsage {
  return toUsage({
    input: usage?.total_input_tokens,
    kinds: usage?.input_tokens_by_modality?.map(({ modality, tokens }) => ({ modality, count: tokens })),
    cached: usage?.total_cached_tokens,
    cachedKinds: usage?.cached_tokens_by_modality?.map(({ modality, tokens }) => ({ modality, count: tokens })),
    outputs: [usage?.total_output_tokens, usage?.total_thought_tokens],
    total: usage?.total_tokens,
  });
}

function toUsage(counts: {
  readonly input: number | undefined;
  readonly kinds: readonly ModalityCount[] | undefined;
  /** A part of the input. */
  readonly cached: number | undefined;
  readonly cachedKinds: readonly ModalityCount[] | undefined;
  readonly outputs: readonly (number | undefined)[];
  readonly total: number | undefined;
}): ToldUsage {
  const { input, cached, total } = counts;
  const { audio, text } = byKind(counts.kinds);
  const { audio: cachedAudio, text: cachedText } = byKind(counts.cachedKinds);
  return tellTokens({ input, audio, text, cached, cachedAudio, cachedText, output: add(counts.outputs), total });
}

/** A list of kinds is the whole: what is not in it is none, and what is not audio has the price of text. */
function byKind(kinds: readonly ModalityCount[] = []): Pick<TokenCounts, 'audio' | 'text'> {
  const known = kinds.filter(({ count }) => count !== undefined);
  if (known.length === 0) return {};
  const sum = (of: readonly ModalityCount[]): number => add(of.map(({ count }) => count)) ?? 0;
  return { audio: sum(known.filter(isAudio)), text: sum(known.filter((it) => !isAudio(it))) };
}

function isAudio({ modality }: ModalityCount): boolean {
  return modality.toLowerCase() === 'audio';
}

/** `undefined` when there is nothing to add up. */
function add(counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((it) => it !== undefined);
  return known.length > 0 ? known.reduce((total, it) => total + it, 0) : undefined;
}
