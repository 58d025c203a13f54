import { endOfDuration } from '../../domain/duration.js';
import {
  boundedBudget,
  NO_ISSUING_RULES,
  type BudgetRule,
  type IssuingRules,
  type MeasuredRules,
} from '../../domain/issuing-rules.js';
import { type LocatedMap, type LocatedTree, mustBe, readMap } from '../yaml/located-tree.js';
import {
  keyBoundKeys,
  keyGenerationKeys,
  newKeyKeys,
  newTeamKeys,
  personalKeyGenerationKeys,
  teamKeyGenerationKeys,
  teamSettingsKeys,
} from './issuing.keys.js';
import { readSection, type ReadingContext } from './section.reader.js';

/** LiteLLM's word for what may use every model. */
const ALL_MODELS = 'all-proxy-models';

/**
 * Reads what `litellm_settings` says of keys and teams that are made or changed.
 * @param timeZone where days begin
 */
export function readIssuingRules(
  litellm: LocatedMap | undefined,
  timeZone: string | undefined,
  context: ReadingContext,
): IssuingRules {
  const { problems } = context;
  const mapIn = (map: LocatedMap | undefined, name: string) => readMap(map?.entries.get(name)?.value, problems);
  const sectionIn = <Read>(map: LocatedMap | undefined, read: (map: LocatedMap) => Read): Read | undefined =>
    map && read(map);

  const keyMap = mapIn(litellm, 'default_key_generate_params');
  const keys = sectionIn(keyMap, (map) => readSection(map, newKeyKeys, context));
  const bounds = sectionIn(mapIn(litellm, 'upperbound_key_generate_params'), (map) =>
    readSection(map, keyBoundKeys, context),
  );
  const teams = sectionIn(mapIn(litellm, 'default_team_params'), (map) => readSection(map, newTeamKeys, context));
  const firstTeam = readTeamSettings(litellm?.entries.get('default_team_settings')?.value, context);
  const generation = mapIn(litellm, 'key_generation_settings');
  if (generation) readSection(generation, keyGenerationKeys, context);
  const byTeam = sectionIn(mapIn(generation, 'team_key_generation'), (map) =>
    readSection(map, teamKeyGenerationKeys, context),
  );
  const personal = sectionIn(mapIn(generation, 'personal_key_generation'), (map) =>
    readSection(map, personalKeyGenerationKeys, context),
  );
  const newKeys = measured(keys ?? {});
  const keyBounds = measured(bounds ?? {});
  if (keyMap) reportDefaultsAbove(keyMap, newKeys, keyBounds, context);
  return {
    timeZone: timeZone ?? NO_ISSUING_RULES.timeZone,
    newKeys: {
      ...newKeys,
      ...(keys?.models && { models: isAll(keys.models) ? null : keys.models }),
      team: keys?.team_id,
      user: keys?.user_id,
      ...keys?.metadata,
    },
    keyBounds,
    required: { byTeamAdmins: byTeam?.required_params ?? [], withoutTeam: personal?.required_params ?? [] },
    newTeams: {
      budget: { limitUsd: teams?.max_budget ?? firstTeam?.max_budget, period: teams?.budget_duration },
      requestsPerMinute: teams?.rpm_limit,
    },
  };
}

function isAll(models: readonly string[]): boolean {
  return models.length === 0 || models.includes(ALL_MODELS);
}

function measured(said: {
  readonly max_budget?: number | undefined;
  readonly budget_duration?: BudgetRule['period'];
  readonly duration?: string | undefined;
  readonly rpm_limit?: number | undefined;
  readonly max_parallel_requests?: number | undefined;
}): MeasuredRules {
  return {
    budget: { limitUsd: said.max_budget, period: said.budget_duration },
    lifetime: said.duration,
    requestsPerMinute: said.rpm_limit,
    concurrentRequests: said.max_parallel_requests,
  };
}

/** Elements after the first, and what LiteLLM keeps in them for its callbacks, have no effect. */
function readTeamSettings(list: LocatedTree | undefined, context: ReadingContext) {
  if (list?.kind !== 'list') {
    if (list && !(list.kind === 'scalar' && list.value === null))
      context.problems.stop(list.at, mustBe('a list', list));
    return undefined;
  }
  const [first, ...others] = list.items;
  for (const { at } of others) {
    context.problems.add('no_effect', at, 'has no effect here. Of this list the first element is read.');
  }
  const map = readMap(first, context.problems);
  return map && readSection(map, teamSettingsKeys, context);
}

/** A default above the bound is as good as the bound; who has written it thinks otherwise. */
function reportDefaultsAbove(
  map: LocatedMap,
  byDefault: MeasuredRules,
  bounds: MeasuredRules,
  { problems }: ReadingContext,
): void {
  const { limitUsd, period } = boundedBudget(byDefault.budget, bounds.budget);
  const now = new Date();
  const end = (lifetime: string) => endOfDuration(lifetime, now);
  const above: readonly (readonly [string, boolean])[] = [
    ['max_budget', limitUsd !== byDefault.budget.limitUsd],
    ['budget_duration', period !== byDefault.budget.period],
    [
      'duration',
      byDefault.lifetime !== undefined &&
        bounds.lifetime !== undefined &&
        end(byDefault.lifetime) > end(bounds.lifetime),
    ],
    ['rpm_limit', isAbove(byDefault.requestsPerMinute, bounds.requestsPerMinute)],
    ['max_parallel_requests', isAbove(byDefault.concurrentRequests, bounds.concurrentRequests)],
  ];
  for (const [name, isMore] of above) {
    const value = map.entries.get(name)?.value;
    if (isMore && value) {
      problems.add(
        'ignored',
        value.at,
        `is more than upperbound_key_generate_params.${name}, which new keys get instead`,
      );
    }
  }
}

function isAbove(value: number | undefined, bound: number | undefined): boolean {
  return value !== undefined && bound !== undefined && value > bound;
}
