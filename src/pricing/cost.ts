import { divideRounded, parseDecimal, type NanoUsd, PRICE_DECIMALS } from '../domain/money.js';
import type { Price } from '../domain/price.js';
import type { TokenUsage, Usage } from '../domain/usage.js';

/** What one answered request costs. */
export interface Cost {
  /** Null = the price or the quantity is unknown, which is not the same as free. */
  readonly costNanoUsd: NanoUsd | null;
  /** Whether the quantity was reported by the provider or measured by us; null = there is none. */
  readonly source: 'provider' | 'measured' | null;
  /** What the measured duration would cost, where that differs from what the provider reported by more than 5 %. */
  readonly measuredCostNanoUsd?: NanoUsd;
  /** Why the cost is unknown or only an estimate, for the administrator. */
  readonly warning?: string;
}

/** Everything that decides a cost. */
export interface CostFacts {
  /** Absent = nobody knows it. */
  readonly price: Price | undefined;
  /** As the provider reported it. */
  readonly usage: Usage | undefined;
  /** The duration of the audio as we measured it. */
  readonly measuredSeconds: number | undefined;
  /** What was written down, for prices by the character. */
  readonly text?: string;
  /** Only for warnings. */
  readonly provider: string;
  /** Only for warnings. */
  readonly upstreamModel: string;
}

type DurationPrice = Extract<Price, { type: 'duration' }>;
type TokenPrice = Extract<Price, { type: 'tokens' }>;

interface Seconds {
  readonly seconds: number;
  readonly source: 'provider' | 'measured';
}

const SECONDS_PER = { second: 1n, minute: 60n, hour: 3_600n } satisfies Record<DurationPrice['per'], bigint>;

// Prices are read with all of their decimals and times in microseconds, so that nothing is rounded before the end.
const PRICE_UNITS_PER_NANO_USD = 1_000_000_000n;
const MICROSECONDS_PER_SECOND = 1_000_000n;
const TOKENS_PER_PRICE = 1_000_000n;
const CHARACTERS_PER_PRICE = 1_000_000n;

/**
 * Computes what a request costs, in exact integers, rounded half up to a billionth of a dollar once at the end. The
 * quantity is what the provider says it bills; where it says nothing, or counts what the price does not, the measured
 * duration takes its place. What is unknown is null and never zero. Where the provider's figure and ours are far apart,
 * both are kept.
 */
export function computeCost(facts: CostFacts): Cost {
  const cost = costByQuantity(facts);
  if (cost.source !== 'provider') return cost;
  const { costNanoUsd: measured, source } = costByQuantity({ ...facts, usage: undefined });
  return source === 'measured' && measured !== null && differs(cost.costNanoUsd, measured)
    ? { ...cost, measuredCostNanoUsd: measured }
    : cost;
}

/** Whether a second figure is worth keeping: it is more than 5 % of the first away from it. */
export function differs(figure: NanoUsd | null, other: NanoUsd): boolean {
  if (figure === null) return false;
  const difference = figure > other ? figure - other : other - figure;
  return difference * 20n > figure;
}

function costByQuantity(facts: CostFacts): Cost {
  const { price, provider, upstreamModel } = facts;
  if (!price) {
    return unknown(
      `the price of ${provider}/${upstreamModel} is unknown, so its cost is not counted; set \`price\` on the deployment`,
    );
  }
  switch (price.type) {
    case 'duration':
      return durationCost(price, facts);
    case 'tokens':
      return tokenCost(price, facts);
    case 'characters':
      return characterCost(price, facts);
  }
}

/** No provider reports characters: they are counted in the transcript. */
function characterCost({ usd }: Extract<Price, { type: 'characters' }>, facts: CostFacts): Cost {
  if (facts.text === undefined) return unknown(`${cost(facts)} is unknown: it is billed by the character`);
  const characters = BigInt([...facts.text].length);
  return {
    costNanoUsd: divideRounded(
      parseDecimal(usd, PRICE_DECIMALS) * characters,
      CHARACTERS_PER_PRICE * PRICE_UNITS_PER_NANO_USD,
    ),
    source: 'measured',
  };
}

function durationCost(price: DurationPrice, facts: CostFacts): Cost {
  const quantity = reportedSeconds(facts) ?? measuredSeconds(facts);
  if (!quantity)
    return isFree(price) ? { costNanoUsd: 0n, source: null } : unknown(`${cost(facts)} is unknown: ${NO_DURATION}`);
  const billedSeconds = Math.max(quantity.seconds, price.minimum_seconds ?? 0);
  return { costNanoUsd: costOfSeconds(price, billedSeconds), source: quantity.source };
}

function isFree({ usd }: DurationPrice): boolean {
  return parseDecimal(usd, PRICE_DECIMALS) === 0n;
}

function tokenCost(price: TokenPrice, facts: CostFacts): Cost {
  const { usage } = facts;
  if (usage?.type === 'tokens' && isCounted(usage))
    return { costNanoUsd: costOfTokens(price, usage), source: 'provider' };
  const usd = price.estimate_usd_per_minute;
  if (usd === undefined)
    return unknown(`${cost(facts)} is unknown: ${NO_TOKENS}, and its price has no estimate per minute`);
  const quantity = reportedSeconds(facts) ?? measuredSeconds(facts);
  if (!quantity) return unknown(`${cost(facts)} is unknown: ${NO_TOKENS}, and ${NO_DURATION}`);
  const { seconds, source } = quantity;
  return {
    costNanoUsd: costOfSeconds({ type: 'duration', usd, per: 'minute' }, seconds),
    source,
    warning: `${cost(facts)} is an estimate from the duration: ${NO_TOKENS}`,
  };
}

const NO_TOKENS = 'it is billed by tokens and the provider reported none';
const NO_DURATION = 'the duration of the audio is not known';

function cost({ provider, upstreamModel }: CostFacts): string {
  return `the cost of ${provider}/${upstreamModel}`;
}

function reportedSeconds({ usage }: CostFacts): Seconds | undefined {
  // A number that is no duration counts as not reported.
  return usage?.type === 'duration' && isDuration(usage.seconds)
    ? { seconds: usage.seconds, source: 'provider' }
    : undefined;
}

function measuredSeconds({ measuredSeconds: seconds }: CostFacts): Seconds | undefined {
  return isDuration(seconds) ? { seconds, source: 'measured' } : undefined;
}

function isDuration(seconds: number | undefined): seconds is number {
  return seconds !== undefined && Number.isFinite(seconds) && seconds >= 0;
}

function isCounted({ input_token_details: { audio_tokens, text_tokens }, output_tokens }: TokenUsage): boolean {
  return [audio_tokens, text_tokens, output_tokens].every((count) => Number.isSafeInteger(count) && count >= 0);
}

function costOfSeconds({ usd, per }: DurationPrice, seconds: number): NanoUsd {
  const microseconds = parseDecimal(seconds, 6);
  return divideRounded(
    parseDecimal(usd, PRICE_DECIMALS) * microseconds,
    SECONDS_PER[per] * MICROSECONDS_PER_SECOND * PRICE_UNITS_PER_NANO_USD,
  );
}

function costOfTokens(price: TokenPrice, usage: TokenUsage): NanoUsd {
  const parts = [
    { usd: price.audio_input_usd, tokens: usage.input_token_details.audio_tokens },
    { usd: price.text_input_usd, tokens: usage.input_token_details.text_tokens },
    { usd: price.output_usd, tokens: usage.output_tokens },
  ];
  const sum = parts.reduce((sum, { usd, tokens }) => sum + parseDecimal(usd, PRICE_DECIMALS) * BigInt(tokens), 0n);
  return divideRounded(sum, TOKENS_PER_PRICE * PRICE_UNITS_PER_NANO_USD);
}

function unknown(warning: string): Cost {
  return { costNanoUsd: null, source: null, warning };
}
