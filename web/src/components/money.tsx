import { formatUsd } from '../format/money';
import { Hint } from './hint';

/** An amount of dollars. What nobody knows is said to be unknown, with the reason. */
export function Money({ usd, why = 'There is no price for it.' }: { usd: number | null | undefined; why?: string }) {
  if (usd != null) return <span title={`$${usd}`}>{formatUsd(usd)}</span>;
  return (
    <Hint text={why} className="text-faint">
      unknown
    </Hint>
  );
}
