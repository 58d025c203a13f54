import { isDeepStrictEqual } from 'node:util';
import type { BudgetFields } from '../budgets/budget.js';
import type { Settings } from '../config/settings.schema.js';
import type { ConfigFile } from './config-file.reader.js';
import { rulesOf } from './declared-digests.js';
import { changedAtOnce, pendingSettings } from './effective-settings.js';

/** What of a file a reload may change, in the order in which it is told. */
export const planSections = [
  'models',
  'deployments',
  'aliases',
  'fallbacks',
  'settings',
  'rules',
  'budgets',
  'alerts',
] as const;
/** One of {@link planSections}. */
export type PlanSection = (typeof planSections)[number];

/** What becomes of one section, by names. */
export interface PlannedChange {
  readonly section: PlanSection;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** A file with the settings that it leads to. */
export interface ReadFile {
  readonly file: ConfigFile;
  readonly settings: Settings;
}

/** What a reload would change. */
export interface PlannedChanges {
  /** Of what holds at once. */
  readonly changes: readonly PlannedChange[];
  /** Settings that would be another after a restart only. */
  readonly restart: readonly string[];
}

/**
 * What taking a file would change, compared as it stands there: provider keys are compared, and told nowhere.
 * @param atStart the settings with which the process was started
 */
export function planBetween(before: ReadFile, after: ReadFile, atStart: Settings): PlannedChanges {
  const sections: Record<Exclude<PlanSection, 'deployments' | 'settings'>, (file: ConfigFile) => Named> = {
    models: ({ models }) => new Map(models.map(({ name, ...model }) => [name, model])),
    aliases: ({ aliases }) => new Map(aliases.map(({ name, ...alias }) => [name, alias])),
    fallbacks: ({ fallbacks }) => fallbacks,
    rules: ({ issuing }) => new Map(rulesOf(issuing)),
    budgets: ({ budgets }) =>
      new Map(budgets.map((it) => [budgetName(it), budgets.filter((other) => budgetName(other) === budgetName(it))])),
    alerts: ({ alerts }) => new Map(alerts.map(({ name, ...alert }) => [name, alert])),
  };
  const changes = planSections.map((section): PlannedChange => {
    if (section === 'deployments') return { section, ...deploymentsBetween(before.file, after.file) };
    if (section === 'settings') {
      return { section, added: [], changed: changedAtOnce(before.settings, after.settings), removed: [] };
    }
    const named = sections[section];
    return { section, ...changeBetween(named(before.file), named(after.file)) };
  });
  return {
    changes: changes.filter(({ added, changed, removed }) => added.length + changed.length + removed.length > 0),
    restart: pendingSettings({
      atStart: { settings: atStart, origins: undefined },
      now: { settings: after.settings, origins: after.file.origins },
    }),
  };
}

type Named = ReadonlyMap<string, unknown>;

function changeBetween(before: Named, after: Named): Omit<PlannedChange, 'section'> {
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    changed: [...after]
      .filter(([name, is]) => before.has(name) && !isDeepStrictEqual(before.get(name), is))
      .map(([name]) => name),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}

/** By their ids, which stay the same wherever they stand; told by what they serve and call. */
function deploymentsBetween(before: ConfigFile, after: ConfigFile): Omit<PlannedChange, 'section'> {
  const [was, is] = [deploymentsOf(before), deploymentsOf(after)];
  const { added, changed, removed } = changeBetween(was, is);
  const told = (ids: readonly string[]) => ids.map((id) => (is.get(id) ?? was.get(id))?.told ?? id);
  return { added: told(added), changed: told(changed), removed: told(removed) };
}

function deploymentsOf({ models }: ConfigFile) {
  return new Map(
    models.flatMap(({ name, deployments }) =>
      deployments.map((deployment) => {
        const told = `${name}: ${deployment.provider}/${deployment.upstream_model}`;
        return [deployment.id, { told, deployment }] as const;
      }),
    ),
  );
}

function budgetName({ model, period }: BudgetFields): string {
  return `${model ?? 'all requests'}, ${period}`;
}
