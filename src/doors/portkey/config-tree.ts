import { holdsFor, readQuery, type ConditionFacts } from '../../domain/portkey/condition.js';
import type { PortkeyConfig } from '../../domain/portkey/portkey-config.js';
import type { TargetTree } from '../../domain/target-tree.js';

/** What a target has of itself, and of the configs around it. */
export type TargetConfig = Omit<PortkeyConfig, 'strategy' | 'targets' | 'name' | 'weight'>;

/** A target of a config, and where it is in it. */
export interface ConfigTarget {
  /** As Portkey tells it in `x-portkey-last-used-option-index`: `config.targets[1]`. */
  readonly path: string;
  readonly config: TargetConfig;
}

/**
 * Whom a config wants to be asked for a request. Conditions are decided, and settings inherited: `override_params` one by
 * one, `retry`, `cache`, `request_timeout` and `custom_host` as a whole.
 * @param random yields numbers in [0, 1)
 * @throws GatewayError 400 when a condition cannot be decided
 */
export function treeOf(config: PortkeyConfig, facts: ConditionFacts, random: () => number): TargetTree<ConfigTarget> {
  return treeBelow(config, { path: 'config', around: {} }, { facts, random });
}

function treeBelow(
  { strategy, targets = [], name: _name, weight: _weight, ...own }: PortkeyConfig,
  { path, around }: { readonly path: string; readonly around: TargetConfig },
  by: { readonly facts: ConditionFacts; readonly random: () => number },
): TargetTree<ConfigTarget> {
  const config = { ...around, ...own, override_params: { ...around.override_params, ...own.override_params } };
  const below = (target: PortkeyConfig, index: number) =>
    treeBelow(target, { path: `${path}.targets[${index}]`, around: config }, by);
  const [first] = targets;
  if (!first || !strategy) return { kind: 'target', target: { path, config } };
  if (strategy.mode === 'fallback') {
    return { kind: 'fallback', onStatuses: strategy.on_status_codes, of: targets.map(below) };
  }
  if (strategy.mode === 'loadbalance') {
    const of = targets.map((target, index) => ({ weight: target.weight ?? 1, tree: below(target, index) }));
    return { kind: 'share', ticket: by.random(), of };
  }
  if (strategy.mode === 'single') return below(first, 0);
  const met = strategy.conditions?.find(({ query }) => holdsFor(readQuery(query, ignoreFault), by.facts));
  const meant = met?.then ?? strategy.default;
  const index = targets.findIndex(({ name }) => name === meant);
  return below(targets[index] ?? first, Math.max(index, 0));
}

/** The schema has told of all faults. */
function ignoreFault(): void {
  return undefined;
}
