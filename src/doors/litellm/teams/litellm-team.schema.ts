import { z } from 'zod';
import { absentField, budgeted, foreign, tokenLimited, ungoverned } from '../absent-fields.js';
import { budgetFields, shownBudgetFields } from '../budget-fields.js';
import { limitFields, shownLimitFields } from '../limit-fields.js';
import { labelsSchema, metadataSchema, modelsSchema, storedKeySchema } from '../keys/litellm-key.schema.js';

/*
 * Names and answers are those of litellm/proxy/_types.py (NewTeamRequest, UpdateTeamRequest, DeleteTeamRequest,
 * BlockTeamRequest, LiteLLM_TeamTable) and of litellm/proxy/management_endpoints/team_endpoints.py.
 */

/** How many teams `/team/list` shows, and how many keys `/team/info`: LiteLLM has no pages there. */
export const MAX_TEAMS = 1000;
/** See {@link MAX_TEAMS}. */
export const MAX_KEYS = 100;

const alias = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .meta({ description: 'Unique name: `name` in the admin API', example: 'newsroom' });
const reference = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'Id of the team, or its name', example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' });
const blocked = z.boolean().meta({ description: 'All keys of a blocked team are refused', example: false });

/** What LiteLLM lets be said of a team, and has no place for here. */
const absent = {
  budget_limits: budgeted,
  tpm_limit: tokenLimited,
  tpm_limit_type: tokenLimited,
  rpm_limit_type: ungoverned,
  model_tpm_limit: tokenLimited,
  model_rpm_limit: ungoverned,
  organization_id: ungoverned,
  admins: ungoverned,
  members: ungoverned,
  members_with_roles: ungoverned,
  team_member_permissions: ungoverned,
  team_member_budget: budgeted,
  team_member_budget_duration: budgeted,
  team_member_key_duration: ungoverned,
  team_member_rpm_limit: ungoverned,
  team_member_tpm_limit: tokenLimited,
  default_team_member_models: ungoverned,
  access_group_ids: ungoverned,
  model_aliases: foreign,
  guardrails: foreign,
  policies: foreign,
  prompts: foreign,
  object_permission: foreign,
  allowed_passthrough_routes: foreign,
  allowed_vector_store_indexes: foreign,
  disable_global_guardrails: foreign,
  secret_manager_settings: foreign,
  router_settings: foreign,
};

const settable = {
  team_alias: alias.nullish(),
  models: modelsSchema.nullish(),
  blocked: blocked.nullish(),
  tags: labelsSchema.nullish(),
  metadata: metadataSchema.nullish(),
  ...budgetFields,
  ...limitFields,
};

/** Body of `POST /team/new`. */
export const newTeamSchema = z
  .strictObject({ ...settable, team_id: absentField('ids are made here'), ...absent })
  .default({})
  .meta({ id: 'LiteLlmNewTeam', example: { team_alias: 'newsroom', models: ['whisper'] } });
export type NewTeam = z.infer<typeof newTeamSchema>;

/** Body of `POST /team/update`: null changes nothing, `metadata` replaces all of it. */
export const updateLiteLlmTeamSchema = z
  .strictObject({ team_id: reference, ...settable, ...absent })
  .meta({ id: 'LiteLlmUpdateTeam', example: { team_id: 'newsroom', models: ['whisper'] } });
export type UpdateLiteLlmTeam = z.infer<typeof updateLiteLlmTeamSchema>;

/** Body of `POST /team/block` and `POST /team/unblock`. */
export const blockTeamSchema = z
  .strictObject({ team_id: reference })
  .meta({ id: 'LiteLlmBlockTeam', example: { team_id: 'newsroom' } });
export type BlockTeam = z.infer<typeof blockTeamSchema>;

/** Body of `POST /team/delete`. */
export const deleteTeamsSchema = z
  .strictObject({ team_ids: z.array(reference).min(1).max(100) })
  .meta({ id: 'LiteLlmDeleteTeams', example: { team_ids: ['newsroom'] } });
export type DeleteTeams = z.infer<typeof deleteTeamsSchema>;

/** Answer of `POST /team/delete`: what was sent. */
export const deletedTeamsSchema = z.object({ deleted_teams: z.array(z.string()) }).meta({ id: 'LiteLlmDeletedTeams' });

/** Query of `GET /team/info`. */
export const teamQuerySchema = z.strictObject({ team_id: reference.optional() });
export type TeamQuery = z.infer<typeof teamQuerySchema>;

/** Query of `GET /team/list`. */
export const listTeamsSchema = z.strictObject({ user_id: ungoverned, organization_id: ungoverned });
export type ListTeams = z.infer<typeof listTeamsSchema>;

const nothing = z.null();
const nobody = z.array(z.never()).max(0);

/** A team, as LiteLLM stores it. */
export const storedTeamSchema = z
  .object({
    team_id: z.uuid(),
    team_alias: z.string().meta({ example: 'newsroom' }),
    models: z.array(z.string()).meta({ description: 'Empty = all', example: ['whisper'] }),
    blocked,
    metadata: z.record(z.string(), z.unknown()).meta({ description: 'With `tags` where there are some' }),
    spend: z.number().meta({ description: 'US dollars', example: 0.0141 }),
    created_at: z.iso.datetime().meta({ example: '2026-11-20T09:30:00.000Z' }),
    organization_id: nothing,
    admins: nobody,
    members: nobody,
    members_with_roles: nobody,
    ...shownBudgetFields,
    tpm_limit: nothing,
    ...shownLimitFields,
  })
  .meta({ id: 'LiteLlmTeam' });
export type StoredTeam = z.infer<typeof storedTeamSchema>;

/** Answer of `POST /team/update`. */
export const updatedTeamSchema = z
  .object({ team_id: z.string(), data: storedTeamSchema })
  .meta({ id: 'LiteLlmUpdatedTeam' });

/** Answer of `GET /team/info`. */
export const teamInfoSchema = z
  .object({
    team_id: z.string().meta({ description: 'As it was asked for' }),
    team_info: storedTeamSchema,
    keys: z
      .array(storedKeySchema)
      .meta({ description: `The newest ${MAX_KEYS} of its keys; \`/key/list?team_id=\` has all` }),
    team_memberships: nobody,
  })
  .meta({ id: 'LiteLlmTeamInfo' });

/** Answer of `GET /team/list`. */
export const teamListSchema = z.array(storedTeamSchema).meta({ id: 'LiteLlmTeamList' });
