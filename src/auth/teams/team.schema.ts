import { z } from 'zod';
import type { BudgetState } from '../../budgets/budget.js';
import { budgetSchema, budgetsSchema, presentBudget } from '../../budgets/budget.schema.js';
import { toUsd } from '../../domain/money.js';
import { privacySettingSchema } from '../../domain/privacy.js';
import { keyMetadataSchema, tagsSchema } from '../../domain/labels.js';
import { limitsSchema } from '../../domain/limits.js';
import { redactionSettingSchema, shownRedaction } from '../../domain/redaction/redaction-setting.js';
import { pageSchema } from '../../http/admin/list.js';
import { timeSchema } from '../../http/admin/time.js';
import { warningsSchema } from '../../http/admin/warnings.js';
import {
  allowedAddressesSchema,
  allowListSchema,
  endpointsSchema,
  metadataPatchSchema,
  storedAllowListSchema,
} from '../virtual-key.schema.js';
import type { TeamRow } from './teams.repository.js';

const name = z.string().trim().min(1).max(200).meta({ description: 'Unique name', example: 'newsroom' });
const whichModels = {
  description:
    'Public model names that its keys may use, with `*` for any run of characters, as far as each of them may; null = all',
  example: ['whisper-1'],
};
const models = allowListSchema.meta(whichModels);
const whichEndpoints = {
  description: 'Endpoints that its keys may use, as far as each of them may; null = all',
  example: ['transcriptions', 'models'],
};
const endpoints = endpointsSchema.meta(whichEndpoints);
const whichAddresses = {
  description: 'IP addresses and CIDR ranges from which its keys may be used, as far as each of them may; null = any',
  example: ['127.0.0.0/8', '::1'],
};
const allowedAddresses = allowedAddressesSchema.meta(whichAddresses);
const blocked = z
  .boolean()
  .meta({ description: 'All keys of a blocked team are refused until it is unblocked', example: false });
const holdersMayReadLogs = z.boolean().meta({
  description: 'Whether whoever is signed in to the dashboard with one of its keys may read the logs of that key',
  example: false,
});

const redaction = redactionSettingSchema.nullable().meta({
  description: 'What is masked in the transcripts of its keys, beside what they and the gateway mask; null = nothing',
});

const privacy = privacySettingSchema.nullable().meta({
  description:
    'What is kept of the requests of its keys, and for how long: the strictest of this, the key and the gateway; null = what is usual',
});
const limits = limitsSchema.nullable().meta({
  description:
    'How fast, how much at once and how large the requests of its keys may be together; what is sent is all of it; null = any',
});

/** Body of `POST /admin/v1/teams`. */
export const createTeamSchema = z
  .strictObject({
    name,
    models: models.default(null),
    endpoints: endpoints.default(null),
    allowed_addresses: allowedAddresses.default(null),
    blocked: blocked.default(false),
    holders_may_read_logs: holdersMayReadLogs.default(false),
    budgets: budgetsSchema.optional(),
    redaction: redaction.default(null),
    privacy: privacy.default(null),
    limits: limits.optional(),
    tags: tagsSchema.default([]),
    metadata: keyMetadataSchema.default({}),
  })
  .meta({
    id: 'CreateTeam',
    description:
      'Budgets and limits that are left out are what `default_team_params` of the configuration file says, else none.',
  });
export type CreateTeam = z.infer<typeof createTeamSchema>;

/** Body of `PATCH /admin/v1/teams/{team}`: only what is sent changes, also inside of `metadata`. */
export const updateTeamSchema = z
  .strictObject({
    name,
    models,
    endpoints,
    allowed_addresses: allowedAddresses,
    blocked,
    holders_may_read_logs: holdersMayReadLogs,
    budgets: budgetsSchema,
    redaction,
    privacy,
    limits,
    tags: tagsSchema,
    metadata: metadataPatchSchema,
  })
  .partial()
  .meta({ id: 'UpdateTeam' });
export type UpdateTeam = z.infer<typeof updateTeamSchema>;

/** A team as the admin API shows it. */
export const teamSchema = z
  .object({
    object: z.literal('team'),
    id: z.uuid().meta({ example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' }),
    name,
    models: storedAllowListSchema.meta(whichModels),
    endpoints: storedAllowListSchema.meta(whichEndpoints),
    allowed_addresses: storedAllowListSchema.meta(whichAddresses),
    blocked,
    holders_may_read_logs: holdersMayReadLogs,
    budgets: z.array(budgetSchema).meta({ description: 'What the requests of all of its keys may come to together' }),
    redaction,
    privacy,
    limits,
    tags: tagsSchema,
    metadata: keyMetadataSchema,
    warnings: warningsSchema,
    created_at: timeSchema,
    spend_usd: z.number().meta({
      description: 'Sum of the costs in the ledger of what its keys asked for while they belonged to it',
      example: 0.0141,
    }),
  })
  .meta({ id: 'Team' });
export type TeamView = z.infer<typeof teamSchema>;

/** Answer of `GET /admin/v1/teams`. */
export const teamPageSchema = pageSchema(teamSchema).meta({ id: 'TeamPage' });

/** The wire form of a stored team. */
export function presentTeam(row: TeamRow, budgets: readonly BudgetState[], warnings: string[]): TeamView {
  return {
    object: 'team',
    id: row.id,
    name: row.name,
    models: row.models && [...row.models],
    endpoints: row.endpoints && [...row.endpoints],
    allowed_addresses: row.allowedAddresses && [...row.allowedAddresses],
    blocked: row.blocked,
    holders_may_read_logs: row.holdersMayReadLogs,
    budgets: budgets.map(presentBudget),
    redaction: shownRedaction(row.redaction),
    privacy: row.privacy,
    limits: row.limits && { ...row.limits },
    tags: [...row.tags],
    metadata: { ...row.metadata },
    warnings,
    created_at: row.createdAt.toISOString(),
    spend_usd: toUsd(row.spendNanoUsd),
  };
}
