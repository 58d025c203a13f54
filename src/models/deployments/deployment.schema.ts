import { z } from 'zod';
import { priceEntrySchema, priceSchema, shownPriceSchema } from '../../domain/price.js';
import { deploymentRoutingSchema } from '../../domain/routing-settings.js';
import { jsonDecimal } from '../../domain/setting-values.js';
import { modes } from '../../domain/task.js';
import { responseFormats } from '../../domain/transcription.js';
import { pageQuerySchema, pageSchema } from '../../http/admin/list.js';
import { patchOf } from '../../http/admin/merge-patch.js';
import { timeSchema } from '../../http/admin/time.js';
import { priceListNames } from '../../pricing/price-book.js';
import { apiBaseSchema, apiKeySchema } from '../credentials/credential.schema.js';

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
  .meta({ description: 'Name of a stored credential, or its id', example: 'openai-production' });
const mode = z.enum(modes).meta({
  description: "What it is for, in LiteLLM's words; not sent = as the provider and the name of the upstream model tell",
  example: 'audio_transcription',
});
const settings = z
  .record(z.string(), z.unknown())
  .meta({ description: 'Provider-specific settings, checked by the provider', example: {} });
/** Relative share of the traffic. */
export const weightSchema = jsonDecimal(0, 1000).meta({
  description: 'Relative share of the traffic; 0 = only when nothing else is left',
  example: 1,
});
const priceMeaning = { description: 'Overrides the built-in price; null = built-in' };
const sentPrice = priceSchema.meta({ id: 'SentPrice' }).nullable().meta(priceMeaning);
const pricePatch = z
  .record(z.string(), z.unknown())
  .nullable()
  .meta({
    description: 'Fields of a `SentPrice`; another `type` replaces the price, null means built-in',
    example: { usd: '0.006' },
  });
const enabled = z.boolean().meta({ description: 'A disabled deployment gets no traffic', example: true });
const apiBase = apiBaseSchema.nullable();

const ONE_SECRET = 'Send either a stored credential or an api_key, not both';

const deploymentFields = z.strictObject({
  provider: z.string().meta({ description: 'Provider name', example: 'openai-compatible' }),
  upstream_model: upstreamModel,
  mode: mode.nullable().default(null),
  credential: credential.nullable().default(null),
  api_key: apiKeySchema.nullable().default(null),
  api_base: apiBase.default(null),
  settings: settings.default({}),
  weight: weightSchema.default(1),
  price: sentPrice.default(null),
  routing: deploymentRoutingSchema.default({}),
  enabled: enabled.default(true),
});

/** Body of `POST /admin/v1/models/{model}/deployments`, and an element of `deployments` when a model is created. */
export const createDeploymentSchema = deploymentFields
  .refine((body) => !(body.credential && body.api_key), { error: ONE_SECRET, path: ['api_key'] })
  .meta({ id: 'CreateDeployment' });
export type CreateDeployment = z.infer<typeof createDeploymentSchema>;

/** Body of `PATCH /admin/v1/deployments/{id}`: only what is sent changes, also inside of objects. The provider is fixed. */
export const updateDeploymentSchema = z
  .strictObject({
    upstream_model: upstreamModel,
    mode: mode.nullable(),
    credential: credential.nullable(),
    api_key: apiKeySchema,
    api_base: apiBase,
    settings: settings.meta({ description: 'What is sent replaces, null removes, the rest stays' }),
    weight: weightSchema,
    price: pricePatch,
    routing: patchOf(deploymentRoutingSchema).meta({ id: 'DeploymentRoutingChange' }),
    enabled,
  })
  .partial()
  .refine((body) => !(body.credential && body.api_key), { error: ONE_SECRET, path: ['api_key'] })
  .meta({ id: 'UpdateDeployment' });
export type UpdateDeployment = z.infer<typeof updateDeploymentSchema>;

/** Where a model or a deployment is declared. */
export const managedBySchema = z.enum(['file', 'api', 'environment', 'sandbox']).meta({
  description: 'Where it is declared; only what the API manages can be changed here',
  example: 'api',
});

/** How one deployment answers in one format. */
const formatOfferSchema = z
  .object({
    format: z.enum(responseFormats),
    how: z.enum(['native', 'synthesised', 'refused']).meta({
      description:
        "`native` = the provider's own answer, byte for byte; `synthesised` = made of its times and speakers; `refused` = a 400",
      example: 'native',
    }),
    reason: z.string().nullable().meta({ description: 'Why it is refused', example: null }),
  })
  .meta({ id: 'FormatOffer' });
export type FormatOffer = z.infer<typeof formatOfferSchema>;

/** What a request of a deployment is reckoned with today. */
const priceInUseSchema = z
  .object({
    price: shownPriceSchema,
    list: z
      .enum(['deployment', ...priceListNames])
      .meta({ description: 'Whose price it is: its own, or that of a list', example: 'built_in' }),
    source: priceEntrySchema.shape.source.nullable(),
    as_of: priceEntrySchema.shape.as_of.nullable(),
  })
  .meta({ id: 'PriceInUse' });
export type PriceInUse = z.infer<typeof priceInUseSchema>;

/** A deployment as the admin API shows it: never the secret. */
export const deploymentSchema = z
  .object({
    object: z.literal('deployment'),
    id: z.uuid(),
    model: z.string().meta({ description: 'Public name of the model that it serves', example: 'whisper' }),
    provider: z.string().meta({ example: 'openai-compatible' }),
    upstream_model: upstreamModel,
    mode,
    credential: credential.nullable().meta({ description: 'Name of its stored credential' }),
    api_key_preview: z
      .string()
      .nullable()
      .meta({ description: 'What may be shown of the secret', example: 'sk-...wxyz' }),
    api_base: z.string().nullable().meta({ example: 'http://127.0.0.1:9100/v1' }),
    settings,
    formats: z.array(formatOfferSchema).nullable().meta({
      description: 'What it answers, by its settings; null = it takes no recordings, or cannot be used',
    }),
    weight: weightSchema,
    price: shownPriceSchema.nullable().meta(priceMeaning),
    price_in_use: priceInUseSchema.nullable().meta({ description: 'null = nobody knows what it costs' }),
    routing: deploymentRoutingSchema,
    enabled,
    error: z
      .string()
      .nullable()
      .meta({ description: 'Why it is switched off although nobody has disabled it', example: null }),
    managed_by: managedBySchema,
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'Deployment' });
export type DeploymentView = z.infer<typeof deploymentSchema>;

/** Answer of every list of deployments. */
export const deploymentPageSchema = pageSchema(deploymentSchema).meta({ id: 'DeploymentPage' });

/** Query parameters of `GET /admin/v1/deployments`. */
export const deploymentQuerySchema = pageQuerySchema.extend({
  model: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Only those of this model, by id or name', example: 'whisper' }),
  provider: z.string().min(1).optional().meta({ description: 'Only those of this provider', example: 'openai' }),
});
export type DeploymentQuery = z.infer<typeof deploymentQuerySchema>;
