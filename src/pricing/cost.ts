import {
  divideRounded,
  formatDecimal,
  formatUsd,
  NANO_DECIMALS,
  type NanoUsd,
  parseDecimal,
  PRICE_DECIMALS,
} from '../domain/money.js';
import { type Price, type PriceOrigin, type TokenPrice, unlisted } from '../domain/price.js';
import type { Surcharge } from '../domain/surcharge.js';
import type { TokenUsage, Usage } from '../domain/usage.js';
import { credibleUsage } from './credible-usage.js';

/** One part of what a call costs: the price of the model, or a surcharge on it. */
export interface PricedItem {
  /** `audio`, `tokens` or `characters`, `reported` where the provider told the whole, or the name of a surcharge. */
  readonly name: string;
  /** Null = unknown. */
  readonly costNanoUsd: NanoUsd | null;
  /** The figure may differ from the bill. */
  readonly estimated?: boolean;
}

/** What one call of a provider costs. */
export interface Cost {
  /** Null = the price or the quantity is unknown, which is not the same as free. */
  readonly costNanoUsd: NanoUsd | null;
  /** Whether the quantity was reported by the provider or measured by us; null = there is none. */
  readonly source: 'provider' | 'measured' | null;
  /** What the measured duration would cost, where that differs from what the provider reported by more than 5 %. */
  readonly measuredCostNanoUsd?: NanoUsd;
  /** The figure may differ from the bill: a part of it is uncertain, or not in it because its price is unknown. */
  readonly estimated?: boolean;
  /** Why the cost is unknown or only an estimate, for the administrator. */
  readonly warning?: string;
  /** By whose word it is that; absent where it is unknown, or nobody has said. */
  readonly origin?: PriceOrigin;
  /** What it is made of, the price of the model first; empty where the price is unknown. */
  readonly items: readonly PricedItem[];
}

/** Everything that decides a cost. */
export interface CostFacts {
  /** Absent = nobody knows it. */
  readonly price: Price | undefined;
  /** Whose price it is. */
  readonly origin?: PriceOrigin;
  /** The last day of a price that is no longer in force and has no known successor. */
  readonly expiredOn?: string;
  /** What the options that were sent cost beside it. */
  readonly surcharges?: readonly Surcharge[];
  /** As the provider reported it. */
  readonly usage: Usage | undefined;
  /** What of the usage contradicts itself. */
  readonly usageDoubt?: string;
  /** What the provider says that the call costs, in US dollars; absent where it does not say. */
  readonly reportedCostUsd?: number;
  /** The duration of the audio as we measured it. */
  readonly measuredSeconds: number | undefined;
  /** The bytes of the audio; absent where nobody has fetched it. */
  readonly sizeBytes?: number;
  /** What was written down, for prices by the character. */
  readonly text?: string;
  /** Only for warnings. */
  readonly provider: string;
  /** Only for warnings. */
  readonly upstreamModel: string;
}

type DurationPrice = Extract<Price, { type: 'duration' }>;

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
const PERCENT_DECIMALS = 6;
const PERCENT_UNITS = 100n * 10n ** BigInt(PERCENT_DECIMALS);

/** A provider that says more of one call is mistaken. */
const MAX_REPORTED_COST_USD = 10_000;

/** A million dollars: what is more is a mistake in the price or in the quantity. */
const MAX_COST_NANO_USD: NanoUsd = 1_000_000_000_000_000n;

/**
 * Computes what a call costs, in exact integers, each part of it rounded half up to a billionth of a dollar once at its end.
 * What the provider says that it costs is the cost. Otherwise the quantity is what the provider says it bills; where it says
 * nothing, or counts what the price does not, the measured duration takes its place. A quantity that contradicts itself makes
 * an estimate. What is unknown is null and never zero, but a surcharge that nobody knows leaves the rest an estimate. Where the provider's figure and ours are far apart, both
 * are kept. What cannot be true is not counted: a quantity that the recording cannot have, a cost of more than a million
 * dollars.
 */
export function computeCost(facts: CostFacts): Cost {
  const { usage, isDoubtful, warning } = credibleUsage(facts);
  const cost = believed(costOfUsage({ ...facts, usage, isDoubtful }), facts);
  if (warning === undefined) return cost;
  return { ...cost, warning: cost.warning === undefined ? warning : `${warning}; ${cost.warning}` };
}

function believed(result: Cost, facts: CostFacts): Cost {
  const { costNanoUsd } = result;
  if (costNanoUsd === null || costNanoUsd <= MAX_COST_NANO_USD) return result;
  return unknown(`${cost(facts)} is not counted: no call costs $${formatUsd(costNanoUsd)}`);
}

/** With the usage as far as it is believed. */
interface BelievedFacts extends CostFacts {
  /** Whether what is computed from the usage is an estimate. */
  readonly isDoubtful?: boolean;
}

function costOfUsage(facts: BelievedFacts): Cost {
  const cost = reportedCost(facts) ?? withDoubt(costByQuantity(facts), facts);
  if (cost.source !== 'provider') return cost;
  const { costNanoUsd: measured, source } = costByQuantity({ ...facts, usage: undefined });
  return source === 'measured' &&
    measured !== null &&
    measured <= MAX_COST_NANO_USD &&
    differs(cost.costNanoUsd, measured)
    ? { ...cost, measuredCostNanoUsd: measured }
    : cost;
}

/** What a provider says and cannot mean is told. */
function withDoubt(result: Cost, { reportedCostUsd: usd, provider, upstreamModel }: CostFacts): Cost {
  if (usd === undefined) return result;
  const doubt = `what ${provider}/${upstreamModel} says that the call costs is not believed: $${usd}`;
  return { ...result, warning: result.warning === undefined ? doubt : `${doubt}; ${result.warning}` };
}

/** The provider's own word. */
function reportedCost({ reportedCostUsd: usd }: CostFacts): Cost | undefined {
  if (usd === undefined || !Number.isFinite(usd) || usd < 0 || usd > MAX_REPORTED_COST_USD) return undefined;
  const costNanoUsd = parseDecimal(usd, NANO_DECIMALS);
  const items = [{ name: 'reported', costNanoUsd }];
  return { costNanoUsd, source: 'provider', origin: unlisted('provider'), items };
}

/** Whether a second figure is worth keeping: it is more than 5 % of the first away from it. */
export function differs(figure: NanoUsd | null, other: NanoUsd): boolean {
  if (figure === null) return false;
  const difference = figure > other ? figure - other : other - figure;
  return difference * 20n > figure;
}

function costByQuantity(facts: BelievedFacts): Cost {
  const { price, provider, upstreamModel } = facts;
  if (!price) {
    return unknown(
      `the price of ${provider}/${upstreamModel} is unknown, so its cost is not counted; set \`price\` on the deployment`,
    );
  }
  return withSurcharges(baseCost(price, facts), facts);
}

/** What the model itself costs. */
interface BaseCost extends Omit<Cost, 'measuredCostNanoUsd' | 'origin' | 'items'> {
  readonly name: string;
}

function baseCost(price: Price, facts: CostFacts): BaseCost {
  switch (price.type) {
    case 'duration':
      return { name: 'audio', ...durationCost(price, facts) };
    case 'tokens':
      return { name: 'tokens', ...tokenCost(price, facts) };
    case 'characters':
      return { name: 'characters', ...characterCost(price, facts) };
  }
}

/** No provider reports characters: they are counted in the transcript. */
function characterCost({ usd }: Extract<Price, { type: 'characters' }>, facts: CostFacts): Omit<BaseCost, 'name'> {
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

function durationCost(price: DurationPrice, facts: CostFacts): Omit<BaseCost, 'name'> {
  const quantity = billedSeconds(facts);
  if (!quantity)
    return isFree(price) ? { costNanoUsd: 0n, source: null } : unknown(`${cost(facts)} is unknown: ${NO_DURATION}`);
  return { costNanoUsd: costOfSeconds(price, quantity.seconds), source: quantity.source };
}

function isFree({ usd }: DurationPrice): boolean {
  return parseDecimal(usd, PRICE_DECIMALS) === 0n;
}

function tokenCost(price: TokenPrice, facts: CostFacts): Omit<BaseCost, 'name'> {
  const { usage } = facts;
  if (usage?.type === 'tokens' && isCounted(usage)) return costOfTokens(price, usage, facts);
  const usd = price.estimate_usd_per_minute;
  if (usd === undefined)
    return unknown(`${cost(facts)} is unknown: ${NO_TOKENS}, and its price has no estimate per minute`);
  const quantity = billedSeconds(facts);
  if (!quantity) return unknown(`${cost(facts)} is unknown: ${NO_TOKENS}, and ${NO_DURATION}`);
  const { seconds, source } = quantity;
  return {
    costNanoUsd: costOfSeconds({ usd, per: 'minute' }, seconds),
    source,
    estimated: true,
    warning: `${cost(facts)} is an estimate from the duration: ${NO_TOKENS}`,
  };
}

function withSurcharges({ name, ...base }: BaseCost, facts: BelievedFacts): Cost {
  const { surcharges = [], expiredOn, isDoubtful = false, origin } = facts;
  if (base.costNanoUsd === null) return { ...base, items: [] };
  const isGuess = isDoubtful && base.source === 'provider';
  const isEstimate = base.estimated === true || isGuess || expiredOn !== undefined;
  const first: PricedItem = { name, costNanoUsd: base.costNanoUsd, ...(isEstimate && { estimated: true }) };
  const items = [first, ...surcharges.map((it) => surchargeItem(it, base.costNanoUsd ?? 0n, facts))];
  const unknownParts = items.filter(({ costNanoUsd }) => costNanoUsd === null).map(({ name: part }) => part);
  const warnings = [
    base.warning,
    expiredOn && `${cost(facts)} is an estimate: its price was announced until ${expiredOn}`,
    unknownParts.length > 0 &&
      `${cost(facts)} may be more than what is counted: what ${unknownParts.join(' and ')} costs is unknown`,
  ].filter((it) => it !== undefined && it !== '' && it !== false);
  return {
    costNanoUsd: items.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0n), 0n),
    source: base.source,
    ...(items.some(({ estimated }) => estimated) && { estimated: true }),
    ...(warnings.length > 0 && { warning: warnings.join('; ') }),
    ...(origin && { origin }),
    items,
  };
}

function surchargeItem(surcharge: Surcharge, baseNanoUsd: NanoUsd, facts: CostFacts): PricedItem {
  const costNanoUsd = costOfSurcharge(surcharge, baseNanoUsd, facts);
  const isEstimate = surcharge.estimated === true || costNanoUsd === null;
  return { name: surcharge.name, costNanoUsd, ...(isEstimate && { estimated: true }) };
}

/** Null where its price is unknown, or the duration that it is billed by. */
function costOfSurcharge(
  { add, minimum_seconds = 0 }: Surcharge,
  baseNanoUsd: NanoUsd,
  facts: CostFacts,
): NanoUsd | null {
  if (!add) return null;
  const quantity = billedSeconds(facts);
  const seconds = quantity && Math.max(quantity.seconds, minimum_seconds);
  if (add.type === 'duration') return seconds === undefined ? null : costOfSeconds(add, seconds);
  const { price } = facts;
  const billedNanoUsd =
    price?.type === 'duration' && seconds !== undefined ? costOfSeconds(price, seconds) : baseNanoUsd;
  return divideRounded(billedNanoUsd * parseDecimal(add.percent, PERCENT_DECIMALS), PERCENT_UNITS);
}

/** The seconds that are billed, with all minimums; undefined where nobody knows the duration. */
function billedSeconds(facts: CostFacts): Seconds | undefined {
  const { price, surcharges = [] } = facts;
  const quantity = reportedSeconds(facts) ?? measuredSeconds(facts);
  if (!quantity) return undefined;
  const { minimum_seconds = 0, increment_seconds } = price?.type === 'duration' ? price : {};
  // What a provider reports it has rounded itself.
  const isRaw = quantity.source === 'measured' && increment_seconds !== undefined;
  const seconds = isRaw ? roundedUp(quantity.seconds, increment_seconds) : quantity.seconds;
  const minimums = surcharges.map((it) => it.request_minimum_seconds ?? 0);
  return { seconds: Math.max(seconds, minimum_seconds, ...minimums), source: quantity.source };
}

/** The next multiple; in microseconds, because binary fractions have none. */
function roundedUp(seconds: number, increment: number): number {
  const step = parseDecimal(increment, 6);
  const steps = (parseDecimal(seconds, 6) + step - 1n) / step;
  return Number(formatDecimal(steps * step, 6));
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

function isCounted({ input_token_details: details, output_tokens, output_token_details }: TokenUsage): boolean {
  const { audio_tokens, text_tokens, cached_audio_tokens = 0, cached_text_tokens = 0 } = details;
  const spoken = output_token_details?.audio_tokens ?? 0;
  const counts = [audio_tokens, text_tokens, cached_audio_tokens, cached_text_tokens, output_tokens, spoken];
  return (
    counts.every((count) => Number.isSafeInteger(count) && count >= 0) &&
    cached_audio_tokens <= audio_tokens &&
    cached_text_tokens <= text_tokens &&
    spoken <= output_tokens
  );
}

function costOfSeconds({ usd, per }: Pick<DurationPrice, 'usd' | 'per'>, seconds: number): NanoUsd {
  const microseconds = parseDecimal(seconds, 6);
  return divideRounded(
    parseDecimal(usd, PRICE_DECIMALS) * microseconds,
    SECONDS_PER[per] * MICROSECONDS_PER_SECOND * PRICE_UNITS_PER_NANO_USD,
  );
}

/** Tokens of one kind, and what a million of them cost; no price = nobody knows it. */
interface TokenPart {
  readonly kind: string;
  readonly usd: string | undefined;
  readonly tokens: number;
}

/**
 * Tokens of the provider's cache are billed at their own rate, at the full one where that is unknown. What is spoken never has
 * the price of what is written.
 */
function costOfTokens(price: TokenPrice, usage: TokenUsage, facts: CostFacts): Omit<BaseCost, 'name'> {
  const { input_tokens, input_token_details: details, output_tokens, output_token_details: said } = usage;
  const { long_input: long } = price;
  const rates = long && input_tokens > long.above_tokens ? long : price;
  const cached = { audio: details.cached_audio_tokens ?? 0, text: details.cached_text_tokens ?? 0 };
  const spoken = said?.audio_tokens ?? 0;
  const parts: readonly TokenPart[] = [
    { kind: 'audio input', usd: rates.audio_input_usd, tokens: details.audio_tokens - cached.audio },
    { kind: 'audio input', usd: rates.cached_audio_input_usd ?? rates.audio_input_usd, tokens: cached.audio },
    { kind: 'text input', usd: rates.text_input_usd, tokens: details.text_tokens - cached.text },
    { kind: 'text input', usd: rates.cached_text_input_usd ?? rates.text_input_usd, tokens: cached.text },
    { kind: 'output', usd: rates.output_usd, tokens: output_tokens - spoken },
    { kind: 'audio output', usd: rates.audio_output_usd, tokens: spoken },
  ];
  const unpriced = parts.find(({ usd, tokens }) => usd === undefined && tokens > 0);
  if (unpriced) return unknown(`${cost(facts)} is unknown: its price says nothing of ${unpriced.kind}`);
  const sum = parts.reduce(
    (sum, { usd = '0', tokens }) => sum + parseDecimal(usd, PRICE_DECIMALS) * BigInt(tokens),
    0n,
  );
  const isGuess =
    (cached.audio > 0 && rates.cached_audio_input_usd === undefined) ||
    (cached.text > 0 && rates.cached_text_input_usd === undefined);
  return {
    costNanoUsd: divideRounded(sum, TOKENS_PER_PRICE * PRICE_UNITS_PER_NANO_USD),
    source: 'provider',
    ...(isGuess && { estimated: true }),
  };
}

function unknown(warning: string): Cost {
  return { costNanoUsd: null, source: null, warning, items: [] };
}
