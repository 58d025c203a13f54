import type { Schemas } from '../../../api/client';
import { BudgetBar } from '../../../components/access/budget-bar';
import { Badge } from '../../../components/badge';
import { Panel } from '../../../components/panel';

/** How much is used of the budgets of all requests together. */
export function GatewayBudgets({ budgets }: { budgets: Schemas['Gateway']['budgets'] }) {
  return (
    <Panel title="Used of the budgets">
      {budgets.length === 0 && <p className="text-muted">There is no budget: requests may cost anything.</p>}
      <ul className="flex flex-col gap-3">
        {budgets.map((budget) => (
          <li key={[budget.source, budget.period, budget.time_zone, budget.model].join(' ')}>
            <BudgetBar budget={budget} />
            {budget.source === 'file' && <Badge>of the configuration file</Badge>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
