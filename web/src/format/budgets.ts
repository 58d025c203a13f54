import type { Schemas } from '../api/client';

type Budget = Schemas['Budget'];

/** How much of a budget is used. */
export interface BudgetUse {
  /** Of what may be used, between 0 and 1: the money or the audio, whichever is nearer to its end. */
  readonly share: number;
  /** The part of it that has been settled; the rest is reserved for what is under way. */
  readonly settledShare: number;
  readonly unit: 'usd' | 'audio_seconds';
  /** `over_soft_limit`: answers carry a warning; `nearly_exhausted`: 80 % and more; `exhausted`: requests are refused. */
  readonly state: 'has_room' | 'over_soft_limit' | 'nearly_exhausted' | 'exhausted';
}

/** From which share on somebody should know. */
const NEARLY = 0.8;

function part(spent: number, reserved: number, left: number | null) {
  if (left === null) return undefined;
  const all = spent + reserved + left;
  return left <= 0
    ? { share: 1, settledShare: all > 0 ? Math.min(1, spent / all) : 1 }
    : { share: (spent + reserved) / all, settledShare: spent / all };
}

/** How much of a budget is used, and whether that is worth a word. */
export function budgetUse(budget: Budget): BudgetUse {
  const usd = part(budget.spent_usd, budget.reserved_usd, budget.left_usd);
  const audio = part(budget.spent_audio_seconds, budget.reserved_audio_seconds, budget.left_audio_seconds);
  const isAudio = audio !== undefined && (usd === undefined || audio.share > usd.share);
  const nearer = (isAudio ? audio : usd) ?? { share: 0, settledShare: 0 };
  const used = budget.spent_usd + budget.reserved_usd;
  const isOverSoftLimit = budget.soft_limit_usd !== null && used > budget.soft_limit_usd;
  const state =
    nearer.share >= 1
      ? 'exhausted'
      : nearer.share >= NEARLY
        ? 'nearly_exhausted'
        : isOverSoftLimit
          ? 'over_soft_limit'
          : 'has_room';
  return { ...nearer, unit: isAudio ? 'audio_seconds' : 'usd', state };
}

const ORDER = ['has_room', 'over_soft_limit', 'nearly_exhausted', 'exhausted'] as const;

/** The budget that ends first, as far as is known: what a row shows of several. */
export function tightestBudget(budgets: readonly Budget[]): Budget | undefined {
  const rank = (budget: Budget) => {
    const { state, share } = budgetUse(budget);
    return ORDER.indexOf(state) + share;
  };
  return budgets.toSorted((one, other) => rank(other) - rank(one))[0];
}
