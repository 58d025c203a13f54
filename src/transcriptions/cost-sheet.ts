import { toUsd } from '../domain/money.js';
import type { Task } from '../domain/transcription.js';
import type { CostStep } from '../domain/cost-step.js';
import { differs, type Cost } from '../pricing/cost.js';

/** One provider call that was answered, and what it costs. */
export interface CostItem {
  readonly step: Task;
  readonly provider: string;
  readonly upstreamModel: string;
  readonly cost: Cost;
}

/** What an answer costs in all, as the ledger keeps it. */
export interface TotalCost extends Pick<Cost, 'costNanoUsd' | 'source' | 'measuredCostNanoUsd'> {
  /** null where it was only one. */
  readonly steps: readonly CostStep[] | null;
}

/** Adds up what the answered calls of one request cost. */
export class CostSheet {
  private readonly items: CostItem[] = [];

  add(item: CostItem): void {
    this.items.push(item);
  }

  /** How many calls are on it. */
  get size(): number {
    return this.items.length;
  }

  /** The sum; unknown when any part of it is. */
  total(): TotalCost {
    const costs = this.items.map(({ cost }) => cost);
    const costNanoUsd = sum(costs.map((cost) => cost.costNanoUsd));
    const measured = costs.some((cost) => cost.measuredCostNanoUsd !== undefined)
      ? sum(costs.map((cost) => cost.measuredCostNanoUsd ?? cost.costNanoUsd))
      : null;
    return {
      costNanoUsd,
      source: costs[0]?.source ?? null,
      ...(measured !== null && differs(costNanoUsd, measured) && { measuredCostNanoUsd: measured }),
      steps: this.items.length > 1 ? this.items.map(toStep) : null,
    };
  }
}

function sum(amounts: readonly (bigint | null)[]): bigint | null {
  return amounts.reduce((total, amount) => (total === null || amount === null ? null : total + amount), 0n);
}

function toStep({ step, provider, upstreamModel, cost }: CostItem): CostStep {
  const { costNanoUsd } = cost;
  return { step, provider, upstream_model: upstreamModel, cost_usd: costNanoUsd === null ? null : toUsd(costNanoUsd) };
}
