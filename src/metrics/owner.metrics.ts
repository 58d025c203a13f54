import type { Counter } from 'prom-client';
import type { FinishedLog, LedgerListener } from '../ledger/writer/ledger-listeners.js';
import type { LostLog } from '../ledger/writer/lost-log.js';

const NANO_PER_UNIT = 1e9;

/** What is counted of the requests of one owner. */
export interface OwnerCounters<Label extends string> {
  readonly requests: Counter<Label | 'status'>;
  readonly audioSeconds: Counter<Label>;
  readonly cost: Counter<Label>;
}

/** By whom requests are counted. */
export interface Owners<Label extends string> {
  /** So many have series of their own; what comes after them is counted together. */
  readonly most: number;
  /** The labels of those together. */
  readonly others: Readonly<Record<Label, string>>;
  /** What tells owners apart. */
  readonly idOf: (log: LostLog) => string;
  readonly labelsOf: (log: LostLog) => Readonly<Record<Label, string>>;
}

/** Counts requests by their owners. */
export class OwnerMetrics<Label extends string> implements LedgerListener {
  /** Owners with series of their own, under the name that they had first. */
  private readonly known = new Map<string, Readonly<Record<Label, string>>>();

  /** @param counters absent = the operator does not want them */
  constructor(
    private readonly owners: Owners<Label>,
    private readonly counters: OwnerCounters<Label> | undefined,
  ) {}

  onLog(log: FinishedLog): void {
    this.count(log);
    if (log.costNanoUsd) this.counters?.cost.inc(this.labelsOf(log), Number(log.costNanoUsd) / NANO_PER_UNIT);
  }

  onLost(log: LostLog): void {
    this.count(log);
  }

  private count(log: LostLog): void {
    const { counters } = this;
    if (!counters) return;
    const labels = this.labelsOf(log);
    counters.requests.inc({ ...labels, status: log.status });
    if (log.audioSeconds) counters.audioSeconds.inc(labels, log.audioSeconds);
  }

  private labelsOf(log: LostLog): Readonly<Record<Label, string>> {
    const { most, others, idOf, labelsOf } = this.owners;
    const id = idOf(log);
    const known = this.known.get(id);
    if (known) return known;
    if (this.known.size >= most) return others;
    const labels = labelsOf(log);
    this.known.set(id, labels);
    return labels;
  }
}
