import type { Usage } from './usage.js';

/** What a provider says that it has used. */
export interface ToldUsage {
  readonly usage?: Usage;
  /** What of it contradicts itself, for the administrator: the usage is what can be made of it. */
  readonly usageDoubt?: string;
}

/** What a provider says of the bill of one call; what it does not say is absent. */
export interface Bill extends ToldUsage {
  /** US dollars. */
  readonly costUsd?: number;
}

/** What a provider has said of the bill of a call that failed. */
export interface FailedBill extends Bill {
  /** Whether the bill may be higher: it was said before the call had ended, or a part of the call has said nothing. */
  readonly isPartial?: boolean;
}

/** A bill that says something, if only that there is one; undefined for one that says nothing. */
export function toldBill(bill: FailedBill): FailedBill | undefined {
  const { usage, costUsd, isPartial = false } = bill;
  return usage === undefined && costUsd === undefined && !isPartial ? undefined : bill;
}
