import { z } from 'zod';
import { modelRoutingSchema } from '../domain/routing-settings.js';
import { pageSchema } from '../http/admin/list.js';
import { patchOf } from '../http/admin/merge-patch.js';
import { timeSchema } from '../http/admin/time.js';
import { warningsSchema } from '../http/admin/warnings.js';
import { createDeploymentSchema, deploymentSchema, managedBySchema } from './deployments/deployment.schema.js';

/** A public model name: what applications send as `model`. */
export const modelNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$/,
    'must start with a letter or digit and have only letters, digits and . _ : / @ + - (at most 200 characters)',
  )
  .meta({ description: 'Public name, sent by applications as `model`', example: 'whisper' });

/** A path parameter that is a model's id or name: an id is spelled as a name may be. */
export const modelReferenceSchema = modelNameSchema.meta({
  description: 'Id or name of the model',
  example: 'whisper',
});

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

/** Body of `PATCH /admin/v1/models/{model}`: only what is sent changes, also inside of `routing`. */
export const updateModelSchema = z
  .strictObject({
    name: modelNameSchema,
    routing: patchOf(modelRoutingSchema).meta({ id: 'ModelRoutingChange' }),
  })
  .partial()
  .meta({ id: 'UpdateModel' });
export type UpdateModel = z.infer<typeof updateModelSchema>;

/** A model as the admin API shows it. */
export const modelSchema = z
  .object({
    object: z.literal('model'),
    id: z.uuid(),
    name: modelNameSchema,
    managed_by: managedBySchema,
    routing: modelRoutingSchema,
    deployments: z.array(deploymentSchema),
    warnings: warningsSchema,
    created_at: timeSchema,
  })
  .meta({ id: 'Model' });
export type ModelView = z.infer<typeof modelSchema>;

/** Answer of `GET /admin/v1/models`. */
export const modelPageSchema = pageSchema(modelSchema).meta({ id: 'ModelPage' });
