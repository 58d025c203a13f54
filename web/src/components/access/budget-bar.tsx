import { CircleAlert, TriangleAlert } from 'lucide-react';
import type { Schemas } from '../../api/client';
import { formatUsd } from '../../format/money';
import { formatAudioSeconds } from '../../format/amounts';
import { budgetUse, type BudgetUse } from '../../format/budgets';
import { Badge } from '../badge';
import { classNames } from '../class-names';
import { Instant } from '../instant';
import { BUDGET_TONES, budgetAmountWords, budgetStateWords } from './budget-words';

type Budget = Schemas['Budget'];

const FILLS: Record<BudgetUse['state'], string> = {
  has_room: 'bg-accent',
  over_soft_limit: 'bg-warn',
  nearly_exhausted: 'bg-warn',
  exhausted: 'bg-bad',
};

/** How much of a budget is used: what is settled, and lighter what is reserved for requests under way, with the reset. */
export function BudgetBar({
  budget,
  more = 0,
  hidesState,
}: {
  budget: Budget;
  /** How many budgets there are beside it. */
  more?: number;
  /** Where the place says it already. */
  hidesState?: boolean;
}) {
  const use = budgetUse(budget);
  const percent = (share: number) => `${Math.min(100, share * 100)}%`;
  return (
    <div className="flex min-w-44 flex-col gap-1 py-1">
      <div className="flex items-center justify-between gap-2">
        <span className="whitespace-nowrap">
          {budgetAmountWords(budget, use.unit)}
          {more > 0 && <span className="text-muted"> +{more}</span>}
        </span>
        {!hidesState && <BudgetState use={use} />}
      </div>
      <div className="flex h-1.5 overflow-hidden rounded-sm border border-line bg-sunken" aria-hidden>
        <div className={FILLS[use.state]} style={{ width: percent(use.settledShare) }} />
        <div
          className={classNames(FILLS[use.state], 'opacity-50')}
          style={{ width: percent(use.share - use.settledShare) }}
        />
      </div>
      <p className="flex flex-wrap gap-x-2 text-xs text-muted">
        {budget.model && <span className="break-all">only {budget.model}</span>}
        {reservedWords(budget, use.unit)}
        {budget.resets_at ? (
          <span>
            resets <Instant at={budget.resets_at} />
          </span>
        ) : (
          <span>never resets</span>
        )}
      </p>
    </div>
  );
}

function reservedWords(budget: Budget, unit: BudgetUse['unit']) {
  const reserved = unit === 'usd' ? budget.reserved_usd : budget.reserved_audio_seconds;
  if (reserved === 0) return null;
  return <span>{unit === 'usd' ? formatUsd(reserved) : formatAudioSeconds(reserved)} reserved</span>;
}

/** A word on a budget that somebody should look after; nothing of one that has room. */
export function BudgetState({ use }: { use: BudgetUse }) {
  if (use.state === 'has_room') return null;
  const Icon = use.state === 'exhausted' ? CircleAlert : TriangleAlert;
  return (
    <Badge tone={BUDGET_TONES[use.state]} icon={<Icon size={12} aria-hidden />}>
      {budgetStateWords(use)}
    </Badge>
  );
}
