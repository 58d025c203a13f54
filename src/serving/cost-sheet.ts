import { toUsd } from '../domain/money.js';
import type { Task } from '../domain/task.js';
import type { CostStep } from '../domain/cost-step.js';
import { differs, type Cost } from '../pricing/cost.js';

/** One provider call that is billed or may be, and what it costs. */
export interface CostItem {
  readonly step: Task;
  readonly provider: string;
  readonly upstreamModel: string;
  readonly cost: Cost;
}

/** What a request costs in all, as the ledger keeps it. */
export interface TotalCost extends Pick<Cost, 'costNanoUsd' | 'source' | 'measuredCostNanoUsd'> {
  readonly estimated: boolean;
  /** null where it was only one call without surcharges. */
  readonly steps: readonly CostStep[] | null;
}

/** Adds up what the calls of one request cost. */
export class CostSheet {
  private readonly items: CostItem[] = [];

  add(item: CostItem): void {
    this.items.push(item);
  }

  /** Whether no call is billed. */
  get isEmpty(): boolean {
    return this.items.length === 0;
  }

  /** The sum; unknown when any part of it is, and nothing where no call is billed. */
  total(): TotalCost {
    const costs = this.items.map(({ cost }) => cost);
    const steps = this.items.flatMap(toSteps);
    const costNanoUsd = sum(costs.map((cost) => cost.costNanoUsd));
    const measured = costs.some((cost) => cost.measuredCostNanoUsd !== undefined)
      ? sum(costs.map((cost) => cost.measuredCostNanoUsd ?? cost.costNanoUsd))
      : null;
    return {
      costNanoUsd,
      source: sourceOf(costs),
      estimated: costs.some((cost) => cost.estimated),
      ...(measured !== null && differs(costNanoUsd, measured) && { measuredCostNanoUsd: measured }),
      steps: steps.length > 1 ? steps : null,
    };
  }
}

function sum(amounts: readonly (bigint | null)[]): bigint | null {
  return amounts.reduce((total, amount) => (total === null || amount === null ? null : total + amount), 0n);
}

/** A line for each part of a call; a call of unknown price is one. */
function toSteps({ step, provider, upstreamModel, cost }: CostItem): CostStep[] {
  const items = cost.items.length > 0 ? cost.items : [{ ...cost, name: 'total' }];
  return items.map(({ name, costNanoUsd, estimated = false }) => ({
    step,
    provider,
    upstream_model: upstreamModel,
    item: name,
    cost_usd: costNanoUsd === null ? null : toUsd(costNanoUsd),
    estimated,
  }));
}

/** `provider` only where every quantity was reported. */
function sourceOf(costs: readonly Cost[]): Cost['source'] {
  const sources = costs.map(({ source }) => source);
  return sources.find((source) => source === 'measured') ?? sources.find((source) => source !== null) ?? null;
}
