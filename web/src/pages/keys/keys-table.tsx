import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { BudgetBar, BudgetState } from '../../components/access/budget-bar';
import { limitWords } from '../../components/access/limit-words';
import { Badge } from '../../components/badge';
import { Instant } from '../../components/instant';
import { Some } from '../../components/some';
import type { Column } from '../../components/table';
import { VirtualTable, type LongList } from '../../components/virtual-table';
import { LogsLink } from '../../components/logs-link';
import { useNow } from '../../components/use-now';
import { budgetUse, tightestBudget } from '../../format/budgets';
import { formatUsd } from '../../format/money';
import { keyState } from '../../components/access/key-state';

type Key = Schemas['Key'];

const COLUMNS: readonly Column<Key>[] = [
  { key: 'name', title: 'Name', cell: (key) => <Name value={key} /> },
  { key: 'state', title: 'State', isMinor: true, cell: (key) => <States value={key} /> },
  { key: 'budget', title: 'Budget', cell: (key) => <TightestBudget value={key} /> },
  { key: 'team', title: 'Team and owner', cell: (key) => <Whose value={key} /> },
  { key: 'models', title: 'Models and limits', cell: (key) => <Allowed value={key} /> },
  { key: 'spend', title: 'Spend and last use', isNumber: true, cell: (key) => <Spend value={key} /> },
];

const ROW_PX = 53;

/** Keys, one a row. */
export function KeysTable({ keys, ...list }: { keys: readonly Key[] } & LongList) {
  return <VirtualTable label="Keys" columns={COLUMNS} rows={keys} rowPx={ROW_PX} {...list} />;
}

function Name({ value }: { value: Key }) {
  const { id, name, preview } = value;
  return (
    <div className="max-w-52 min-w-28 py-1.5">
      <Link
        to="/keys/$key"
        params={{ key: id }}
        search
        title={name}
        dir="auto"
        className="block truncate text-left font-medium underline-offset-2 hover:underline"
      >
        {name}
      </Link>
      <span className="mono text-muted">{preview}</span>
      <div className="md:hidden">
        <States value={value} />
      </div>
    </div>
  );
}

/** Whether a key is taken. */
export function KeyState({ value }: { value: Pick<Key, 'blocked' | 'expires_at'> }) {
  const { words, tone } = keyState(value, useNow());
  return <Badge tone={tone}>{words}</Badge>;
}

/** Whether it is taken, and whether its budget ends. */
function States({ value }: { value: Key }) {
  const budget = tightestBudget(value.budgets);
  return (
    <div className="flex flex-wrap gap-1">
      <KeyState value={value} />
      {budget && <BudgetState use={budgetUse(budget)} />}
    </div>
  );
}

function Allowed({ value: { models, limits } }: { value: Key }) {
  return (
    <>
      <Some of={models} none="all models" />
      <Some of={limitWords(limits)} none="no limits" />
    </>
  );
}

function Whose({ value: { team, user } }: { value: Key }) {
  if (team === null && user === null) return <span className="text-faint">nobody</span>;
  return (
    <div className="max-w-40">
      {team !== null && (
        <Link
          to="/keys"
          search={{ team }}
          title={team}
          dir="auto"
          className="block truncate text-left underline-offset-2 hover:underline"
        >
          {team}
        </Link>
      )}
      {user !== null && (
        <Link
          to="/keys"
          search={{ user }}
          title={user}
          dir="auto"
          className="block truncate text-left text-muted underline-offset-2 hover:underline"
        >
          {user}
        </Link>
      )}
    </div>
  );
}

function Spend({ value: { id, spend_usd, created_at, last_used_at } }: { value: Key }) {
  return (
    <>
      <LogsLink filter={{ key_id: [id] }} time={{ from: created_at }}>
        <span title={`$${spend_usd}`}>{formatUsd(spend_usd)}</span>
      </LogsLink>
      <div className="text-muted">
        <Instant at={last_used_at} />
      </div>
    </>
  );
}

function TightestBudget({ value: { budgets } }: { value: Key }) {
  const budget = tightestBudget(budgets);
  if (!budget) return <span className="text-faint">none</span>;
  return <BudgetBar budget={budget} more={budgets.length - 1} hidesState />;
}
