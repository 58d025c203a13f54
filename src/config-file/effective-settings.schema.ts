import { z } from 'zod';
import { adminRoles } from '../domain/administrator.js';

// OpenAPI 3.0 has null only beside a type.
const value = z.union([
  z.boolean().nullable(),
  z.number(),
  z.string(),
  z.array(z.string()),
  z.record(z.string(), z.number()),
]);

const origin = z.discriminatedUnion('source', [
  z.object({ source: z.literal('default').meta({ description: 'Nobody says it' }) }),
  z.object({
    source: z.literal('environment').meta({ description: 'A variable, `.env` and the command line included' }),
    variable: z.string().meta({ example: 'MAX_RETRIES' }),
  }),
  z.object({
    source: z.literal('file').meta({ description: 'The configuration file, or one that it includes' }),
    file: z.string().meta({ example: '/etc/auricle/config.yaml' }),
    line: z.int().meta({ example: 12 }),
    key: z.string().meta({ description: 'The key that becomes it', example: 'router_settings.num_retries' }),
  }),
]);

const effectiveSettingSchema = z
  .object({
    name: z.string().meta({ example: 'max_retries' }),
    variable: z.string().meta({ description: 'The environment variable that sets it', example: 'MAX_RETRIES' }),
    description: z.string().meta({ description: 'What it means, in Markdown, with its range' }),
    origin: origin.meta({ description: 'Who says what is in force' }),
    is_secret: z.boolean().meta({ description: 'Whether it is a secret, or has one in it: it is not shown' }),
    is_set: z.boolean().meta({ description: 'Whether there is a value; an empty list is one' }),
    value: value.meta({
      description:
        'What is in force; null = unset, or a secret. Of addresses user names, passwords, queries, and what in a path is no plain word, are left out. Another setting may have raised it above what its origin says',
      example: 2,
    }),
    default: value.meta({ description: 'What would be in force if nobody said anything; null = unset', example: 2 }),
    needs_restart: z.boolean().meta({
      description:
        'Whether a change takes a restart; if not, reading the configuration file again is enough. Variables are read at the start only',
    }),
    restart_pending: z.boolean().meta({
      description: 'Whether the file, as it was read last, says something else, which a restart would bring',
    }),
  })
  .meta({ id: 'EffectiveSetting' });
export type EffectiveSetting = z.infer<typeof effectiveSettingSchema>;

const shownIssuerSchema = z
  .object({
    id: z.string().meta({ example: 'company' }),
    name: z.string().meta({ description: 'On its button', example: 'Example Inc.' }),
    issuer: z.string().meta({ example: 'https://id.example.com/realms/company' }),
    client_id: z.string().meta({ example: 'auricle' }),
    has_client_secret: z.boolean().meta({ description: 'Whether there is a secret, which is not shown' }),
    scopes: z.array(z.string()).meta({ example: ['openid', 'profile', 'email'] }),
    groups_claim: z.string().nullable().meta({ example: 'realm_access.roles' }),
    roles: z
      .array(
        z.object({
          group: z.string().optional().meta({ example: 'auricle-owners' }),
          email: z.string().optional(),
          email_domain: z.string().optional(),
          everybody: z.literal(true).optional(),
          role: z.enum(adminRoles).meta({ example: 'owner' }),
          teams: z.array(z.string()).meta({ description: 'Of a `team_admin`', example: [] }),
        }),
      )
      .meta({ description: 'Who has which role; the first rule that a person meets counts' }),
  })
  .meta({ id: 'ShownIssuer' });
export type ShownIssuer = z.infer<typeof shownIssuerSchema>;

/** Answer of `GET /admin/v1/settings`. */
export const effectiveSettingsSchema = z
  .object({
    object: z.literal('settings'),
    sections: z.array(
      z.object({ name: z.string().meta({ example: 'Routing' }), settings: z.array(effectiveSettingSchema) }),
    ),
    oidc_issuers: z
      .array(shownIssuerSchema)
      .meta({ description: 'What is no secret of the issuers in force, as `OIDC_ISSUERS` has them' }),
  })
  .meta({ id: 'EffectiveSettings' });
export type EffectiveSettings = z.infer<typeof effectiveSettingsSchema>;
