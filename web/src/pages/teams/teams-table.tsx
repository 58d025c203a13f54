import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { BudgetBar, BudgetState } from '../../components/access/budget-bar';
import { limitWords } from '../../components/access/limit-words';
import { Badge } from '../../components/badge';
import { Some } from '../../components/some';
import type { Column } from '../../components/table';
import { VirtualTable, type LongList } from '../../components/virtual-table';
import { LogsLink } from '../../components/logs-link';
import { budgetUse, tightestBudget } from '../../format/budgets';
import { formatUsd } from '../../format/money';

type Team = Schemas['Team'];

const COLUMNS: readonly Column<Team>[] = [
  { key: 'name', title: 'Name', cell: (team) => <Name value={team} /> },
  { key: 'state', title: 'State', isMinor: true, cell: (team) => <States value={team} /> },
  { key: 'budget', title: 'Budget', cell: (team) => <TightestBudget value={team} /> },
  {
    key: 'models',
    title: 'Models and limits',
    cell: ({ models, limits }) => (
      <>
        <Some of={models} none="all models" />
        <Some of={limitWords(limits)} none="no limits" />
      </>
    ),
  },
  {
    key: 'spend',
    title: 'Spend',
    isNumber: true,
    cell: ({ id, spend_usd, created_at }) => (
      <LogsLink filter={{ team_id: [id] }} time={{ from: created_at }}>
        <span title={`$${spend_usd}`}>{formatUsd(spend_usd)}</span>
      </LogsLink>
    ),
  },
  { key: 'keys', title: 'Keys', cell: ({ name }) => <KeysLink team={name} /> },
];

const ROW_PX = 44;

/** Teams, one a row. */
export function TeamsTable({ teams, ...list }: { teams: readonly Team[] } & LongList) {
  return <VirtualTable label="Teams" columns={COLUMNS} rows={teams} rowPx={ROW_PX} {...list} />;
}

function Name({ value }: { value: Team }) {
  return (
    <div className="max-w-52 min-w-28 py-1.5">
      <Link
        to="/teams/$team"
        params={{ team: value.id }}
        search={(search) => search}
        title={value.name}
        dir="auto"
        className="block truncate text-left font-medium underline-offset-2 hover:underline"
      >
        {value.name}
      </Link>
      <div className="md:hidden">
        <States value={value} />
      </div>
    </div>
  );
}

/** Whether its keys are taken, and whether its budget ends. */
function States({ value }: { value: Team }) {
  const budget = tightestBudget(value.budgets);
  return (
    <div className="flex flex-wrap gap-1">
      <TeamState value={value} />
      {budget && <BudgetState use={budgetUse(budget)} />}
    </div>
  );
}

/** Whether the keys of a team are taken. */
export function TeamState({ value: { blocked } }: { value: Team }) {
  return <Badge tone={blocked ? 'bad' : 'good'}>{blocked ? 'blocked' : 'active'}</Badge>;
}

function TightestBudget({ value: { budgets } }: { value: Team }) {
  const budget = tightestBudget(budgets);
  if (!budget) return <span className="text-faint">none</span>;
  return <BudgetBar budget={budget} more={budgets.length - 1} hidesState />;
}

/** The way to the keys of a team. */
export function KeysLink({ team }: { team: string }) {
  return (
    <Link to="/keys" search={{ team }} className="whitespace-nowrap underline underline-offset-2">
      Its keys
    </Link>
  );
}
