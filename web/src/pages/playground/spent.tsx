import { CopyButton } from '../../components/copy-button';
import { Money } from '../../components/money';
import { Panel } from '../../components/panel';
import { Table, type Column } from '../../components/table';
import { formatUsd } from '../../format/money';
import { LogLink } from './log-link';
import type { Spending } from './use-runs';

const COLUMNS: readonly Column<Spending>[] = [
  {
    key: 'request',
    title: 'Request',
    cell: ({ requestId }) => (
      <span className="flex items-center gap-1">
        <LogLink requestId={requestId} className="mono whitespace-nowrap">
          {requestId}
        </LogLink>
        <CopyButton text={requestId} />
      </span>
    ),
  },
  { key: 'model', title: 'Model', cell: ({ model }) => <span className="block min-w-40 break-words">{model}</span> },
  { key: 'outcome', title: 'Ended', cell: ({ outcome }) => outcome },
  { key: 'cost', title: 'Cost', isNumber: true, cell: ({ usd, why }) => <Money usd={usd} why={why} /> },
];

/** What the requests of this visit have cost, with their ids. */
export function Spent({ spendings }: { spendings: readonly Spending[] }) {
  const known = spendings.flatMap(({ usd }) => usd ?? []);
  const unknown = spendings.length - known.length;
  const sum = known.reduce((total, usd) => total + usd, 0);
  const words = [known.length > 0 && formatUsd(sum), unknown > 0 && `${unknown} unknown`].filter(Boolean);
  return (
    <Panel title={`Spent here: ${words.join(' + ')}`} isFlush>
      <Table label="Requests of this page" rows={spendings} rowKey={({ requestId }) => requestId} columns={COLUMNS} />
    </Panel>
  );
}
