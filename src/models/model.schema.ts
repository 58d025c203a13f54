import { z } from 'zod';
import { pageSchema } from '../http/admin/list.js';
import { priceSchema } from '../domain/price.js';
import { deploymentRoutingSchema, modelRoutingSchema } from '../domain/routing.js';
import { apiBaseSchema, apiKeySchema } from './credential.schema.js';

/** A public model name: what applications send as `model`. */
export const modelNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$/,
    'must start with a letter or digit and have only letters, digits and . _ : / @ + - (at most 200 characters)',
  )
  .meta({ description: 'Public name, sent by applications as `model`', example: 'whisper' });

const upstreamModel = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .meta({ description: "The provider's name for the model", example: 'whisper-1' });
const credential = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'Name of a stored credential', example: 'openai-production' });
const settings = z
  .record(z.string(), z.unknown())
  .meta({ description: 'Provider-specific settings, checked by the provider', example: {} });
const weight = z
  .number()
  .min(0)
  .max(1000)
  .meta({ description: 'Relative share of the traffic; 0 = only when nothing else is left', example: 1 });
const price = priceSchema.nullable().meta({ description: 'Overrides the built-in price; null = built-in' });
const enabled = z.boolean().meta({ description: 'A disabled deployment gets no traffic', example: true });
const apiBase = apiBaseSchema.nullable();

const ONE_SECRET = 'Send either a stored credential or an api_key, not both';

const deploymentFields = z.strictObject({
  provider: z.string().meta({ description: 'Provider name', example: 'openai-compatible' }),
  upstream_model: upstreamModel,
  credential: credential.nullable().default(null),
  api_key: apiKeySchema.nullable().default(null),
  api_base: apiBase.default(null),
  settings: settings.default({}),
  weight: weight.default(1),
  price: price.default(null),
  routing: deploymentRoutingSchema.default({}),
  enabled: enabled.default(true),
});

/** Body of `POST /admin/v1/models/{name}/deployments`, and an element of `deployments` when a model is created. */
export const createDeploymentSchema = deploymentFields
  .refine((body) => !(body.credential && body.api_key), { error: ONE_SECRET, path: ['api_key'] })
  .meta({ id: 'CreateDeployment' });
export type CreateDeployment = z.infer<typeof createDeploymentSchema>;

/** Body of `PATCH /admin/v1/models/{name}/deployments/{id}`: only what is sent changes. The provider is fixed. */
export const updateDeploymentSchema = z
  .strictObject({
    upstream_model: upstreamModel,
    credential: credential.nullable(),
    api_key: apiKeySchema,
    api_base: apiBase,
    settings,
    weight,
    price,
    routing: deploymentRoutingSchema,
    enabled,
  })
  .partial()
  .refine((body) => !(body.credential && body.api_key), { error: ONE_SECRET, path: ['api_key'] })
  .meta({ id: 'UpdateDeployment' });
export type UpdateDeployment = z.infer<typeof updateDeploymentSchema>;

/** Body of `POST /admin/v1/models`. */
export const createModelSchema = z
  .strictObject({
    name: modelNameSchema,
    routing: modelRoutingSchema.default({}),
    deployments: z.array(createDeploymentSchema).max(100).default([]),
  })
  .meta({
    id: 'CreateModel',
    example: {
      name: 'whisper',
      deployments: [
        {
          provider: 'openai-compatible',
          upstream_model: 'whisper-1',
          api_base: 'http://127.0.0.1:9100/v1',
          api_key: 'sk-up',
        },
      ],
    },
  });
export type CreateModel = z.infer<typeof createModelSchema>;

/** Body of `PATCH /admin/v1/models/{name}`. */
export const updateModelSchema = z
  .strictObject({ name: modelNameSchema, routing: modelRoutingSchema })
  .partial()
  .meta({ id: 'UpdateModel' });
export type UpdateModel = z.infer<typeof updateModelSchema>;

const managedBy = z.enum(['file', 'api', 'environment', 'sandbox']).meta({
  description: 'Where it is declared; only what the API manages can be changed here',
  example: 'api',
});

/** A deployment as the admin API shows it: never the secret. */
export const deploymentSchema = z
  .object({
    object: z.literal('deployment'),
    id: z.uuid(),
    model: modelNameSchema,
    provider: z.string().meta({ example: 'openai-compatible' }),
    upstream_model: upstreamModel,
    credential: credential.nullable(),
    api_key_preview: z
      .string()
      .nullable()
      .meta({ description: 'What may be shown of the secret', example: 'sk-...wxyz' }),
    api_base: z.string().nullable().meta({ example: 'http://127.0.0.1:9100/v1' }),
    settings,
    weight,
    price,
    routing: deploymentRoutingSchema,
    enabled,
    error: z
      .string()
      .nullable()
      .meta({ description: 'Why it is switched off although nobody has disabled it', example: null }),
    managed_by: managedBy,
    created_at: z.string().meta({ example: '2026-11-20T09:30:00.000Z' }),
    updated_at: z.string().meta({ example: '2026-11-20T09:30:00.000Z' }),
  })
  .meta({ id: 'Deployment' });
export type DeploymentView = z.infer<typeof deploymentSchema>;

/** A model as the admin API shows it. */
export const modelSchema = z
  .object({
    object: z.literal('model'),
    id: z.uuid(),
    name: modelNameSchema,
    managed_by: managedBy,
    routing: modelRoutingSchema,
    deployments: z.array(deploymentSchema),
    created_at: z.string().meta({ example: '2026-11-20T09:30:00.000Z' }),
  })
  .meta({ id: 'Model' });
export type ModelView = z.infer<typeof modelSchema>;

export const modelPageSchema = pageSchema(modelSchema).meta({ id: 'ModelPage' });
export const deploymentListSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(deploymentSchema),
    has_more: z.literal(false),
    next_cursor: z.null(),
  })
  .meta({ id: 'DeploymentList' });
