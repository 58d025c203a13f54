import type { Schemas } from '../../api/client';
import type { BudgetUse } from '../../format/budgets';
import { formatAudioSeconds, formatShare } from '../../format/amounts';
import { formatUsd } from '../../format/money';
import type { Tone } from '../badge';

type Budget = Schemas['Budget'];

/** What the periods of budgets are called. */
export const PERIOD_TITLES = {
  day: 'A day',
  week: 'A week',
  month: 'A month',
  total: 'In total',
} as const satisfies Record<Budget['period'], string>;

const PERIOD_WORDS = { day: 'a day', week: 'a week', month: 'a month', total: 'in total' } as const;

/** What a budget's state looks like. */
export const BUDGET_TONES: Record<BudgetUse['state'], Tone> = {
  has_room: 'neutral',
  over_soft_limit: 'warn',
  nearly_exhausted: 'warn',
  exhausted: 'bad',
};

/** How a budget's state is said. */
export function budgetStateWords({ state, share }: BudgetUse): string {
  switch (state) {
    case 'exhausted':
      return 'exhausted';
    case 'over_soft_limit':
      return 'over soft limit';
    case 'nearly_exhausted':
      return `${formatShare(Math.floor(share * 1000) / 1000)} used`;
    case 'has_room':
      return 'has room';
  }
}

/** What is used of what: `$41.20 of $50 a month`. */
export function budgetAmountWords(budget: Budget, unit: BudgetUse['unit']): string {
  const period = PERIOD_WORDS[budget.period];
  if (unit === 'audio_seconds') {
    const limit = (budget.limit_audio_seconds ?? 0) + (budget.increase?.audio_seconds ?? 0);
    const used = budget.spent_audio_seconds + budget.reserved_audio_seconds;
    return `${formatAudioSeconds(used)} of ${formatAudioSeconds(limit)} ${period}`;
  }
  const used = formatUsd(budget.spent_usd + budget.reserved_usd);
  if (budget.limit_usd === null) return `${used} ${period}, no limit`;
  return `${used} of ${formatUsd(budget.limit_usd + (budget.increase?.usd ?? 0))} ${period}`;
}
