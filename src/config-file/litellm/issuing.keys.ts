import { z } from 'zod';
import { liteLlmDurationSchema, periodsOfLiteLlm } from '../../budgets/litellm-durations.js';
import { DURATION, endOfDuration } from '../../domain/duration.js';
import type { RequirableField } from '../../domain/issuing-rules.js';
import { keyMetadataSchema, tagsSchema } from '../../domain/labels.js';
import { storedValue } from '../../domain/metadata-value.js';
import { modelListSchema } from '../../domain/model-list.js';
import { integer } from '../../domain/setting-values.js';
import { different, keyTable, nested, supported, vital } from './key-table.js';
import { dollars, text } from './values.schema.js';

/** As many as a limit of a key can be. */
const MAX_COUNT = 1_000_000_000;
/** Longer than anybody means, and far from the end of time. */
const LONGEST_YEARS = 100;
const LIFETIME = `must be a whole number and one of the units s, m, h, d, w and mo, such as 30d; ${LONGEST_YEARS} years at most`;

const amount = dollars.transform(Number);
const period = liteLlmDurationSchema.transform((duration) => periodsOfLiteLlm[duration]);
const count = integer(1, MAX_COUNT);
const lifetime = z
  .string(LIFETIME)
  .trim()
  .refine((duration) => DURATION.test(duration) && isLifetime(duration), LIFETIME);

function isLifetime(duration: string): boolean {
  const now = new Date();
  const longest = new Date(now);
  longest.setUTCFullYear(now.getUTCFullYear() + LONGEST_YEARS);
  const end = endOfDuration(duration, now);
  return end > now && end <= longest;
}

const MODELS = 'must be a list of at most 1000 models, each with 1 to 200 characters';
const models = z
  .unknown()
  .refine((list) => modelListSchema.safeParse(list).success, MODELS)
  .transform((list) => modelListSchema.parse(list));

const METADATA =
  'must be a map of at most 16 names of 64 characters to values of 512 characters, and `tags`, a list of at most 50 texts of 100 characters';
const labels = z.object({ tags: tagsSchema.optional(), metadata: keyMetadataSchema });
const metadata = z
  .record(z.string(), z.unknown(), METADATA)
  .transform(({ tags, ...values }) => ({
    tags: tags ?? undefined,
    metadata: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, storedValue(value)])),
  }))
  .refine((said) => labels.safeParse(said).success, METADATA)
  .transform((said) => labels.parse(said));

const name = text.refine((value) => value.length <= 200, 'must have at most 200 characters');

/** `litellm_settings.default_key_generate_params`. */
export const newKeyKeys = keyTable('litellm_settings.default_key_generate_params', {
  max_budget: vital(supported(amount, 'US dollars that the requests of a key may cost.')),
  budget_duration: vital(
    different(period, 'When that begins anew: on a midnight, on Monday, on the first; a budget without it never does.'),
  ),
  duration: vital(supported(lifetime, 'How long from its making a key is taken.')),
  models: vital(supported(models, 'What a key may use; an empty list, or `all-proxy-models`, is all.')),
  rpm_limit: vital(supported(count, 'Requests of a key in a minute of the clock.')),
  max_parallel_requests: vital(supported(count, 'Requests of a key at the same time.')),
  metadata: supported(metadata, 'With `tags`, which become the labels of the key.'),
  team_id: vital(supported(name, 'The id of a team, or its name; the team is made with the admin API or `/team/new`.')),
  user_id: supported(name, 'Whose key it is.'),
});

/** `litellm_settings.upperbound_key_generate_params`. */
export const keyBoundKeys = keyTable('litellm_settings.upperbound_key_generate_params', {
  max_budget: vital(
    different(
      amount,
      'US dollars that a budget for all models may have, an increase for a time included; every key has one.',
    ),
  ),
  budget_duration: vital(
    different(
      period,
      'The longest that such a budget may last. One that never begins anew lasts longer than any other.',
    ),
  ),
  duration: vital(supported(lifetime, 'How long from now a key may be taken.')),
  rpm_limit: vital(supported(count, 'Requests in a minute of the clock.')),
  max_parallel_requests: vital(supported(count, 'Requests at the same time.')),
});

/** `litellm_settings.default_team_params`. */
export const newTeamKeys = keyTable('litellm_settings.default_team_params', {
  max_budget: vital(supported(amount, 'US dollars that the requests of all keys of a team may cost.')),
  budget_duration: vital(different(period, 'When that begins anew, as for keys.')),
  rpm_limit: vital(supported(count, 'Requests of all keys of a team in a minute of the clock.')),
});

/** The first element of `litellm_settings.default_team_settings`. */
export const teamSettingsKeys = keyTable('litellm_settings.default_team_settings[]', {
  max_budget: vital(
    supported(
      amount,
      'As in LiteLLM, that of the first element is the `max_budget` of new teams; `default_team_params` wins.',
    ),
  ),
});

/** LiteLLM's names for what can be asked for. */
const REQUIRABLE = {
  key_alias: 'name',
  models: 'models',
  user_id: 'user',
  team_id: 'team',
  duration: 'expires_at',
  max_budget: 'budgets',
  budget_duration: 'budgets',
  rpm_limit: 'limits',
  max_parallel_requests: 'limits',
  tags: 'tags',
  metadata: 'metadata',
} as const satisfies Record<string, RequirableField>;
const requirableSchema = z.enum(Object.keys(REQUIRABLE), `must be one of ${Object.keys(REQUIRABLE).join(', ')}`);
const required = z
  .array(requirableSchema, { error: 'must be a list of fields' })
  .transform((fields) => [...new Set(fields.map(fieldOf))]);

function fieldOf(liteLlm: string): RequirableField {
  const found = Object.entries(REQUIRABLE).find(([word]) => word === liteLlm);
  if (!found) throw new Error(`nothing is known of ${liteLlm}`);
  return found[1];
}

/** `litellm_settings.key_generation_settings`. */
export const keyGenerationKeys = keyTable('litellm_settings.key_generation_settings', {
  team_key_generation: vital(nested('What a team admin must say of a new key; see below.')),
  personal_key_generation: vital(nested('What must be said of a new key that is to belong to no team; see below.')),
});

/** `team_key_generation` in it. */
export const teamKeyGenerationKeys = keyTable('litellm_settings.key_generation_settings.team_key_generation', {
  required_params: vital(
    different(
      required,
      'A new key of which nothing is said there is refused with a 400: by admin keys of teams only. Null and an empty list say nothing.',
    ),
  ),
});

/** `personal_key_generation` in it. */
export const personalKeyGenerationKeys = keyTable('litellm_settings.key_generation_settings.personal_key_generation', {
  required_params: vital(
    different(
      required,
      'The same for keys that name no team, whoever makes them. `team_id` here means that every key must name one.',
    ),
  ),
});
