import { formatCount } from '../format/amounts';
import { Money } from './money';

/** What requests have cost: of which some are unknown it is not all, and where all are it is unknown. */
export function Cost({
  usd,
  unpriced,
  of,
}: {
  usd: number | null | undefined;
  unpriced: number | null | undefined;
  of: number | null | undefined;
}) {
  if (!unpriced) return <Money usd={usd} />;
  if (unpriced === of) return <Money usd={null} why="Of none of these requests the cost is known." />;
  return (
    <>
      <span title={`and ${formatCount(unpriced)} of unknown cost`} aria-hidden>
        ≥{' '}
      </span>
      <Money usd={usd} />
      <span className="sr-only"> and {formatCount(unpriced)} requests of unknown cost</span>
    </>
  );
}
