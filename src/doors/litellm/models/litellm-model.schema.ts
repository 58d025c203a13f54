import { z } from 'zod';
import { modes } from '../../../domain/task.js';
import { modelNameSchema } from '../../../models/model.schema.js';

/*
 * Names and answers are those of `Deployment` in litellm/types/router.py, of LiteLLM_ProxyModelTable in
 * litellm/proxy/_types.py, and of litellm/proxy/management_endpoints/model_management_endpoints.py.
 */

/** Body of `POST /model/new`: an entry of `model_list`, which the reader of configuration files judges. */
export const newModelSchema = z
  .strictObject({
    model_name: modelNameSchema,
    litellm_params: z
      .looseObject({ model: z.string().min(1).max(400).meta({ example: 'openai/whisper-1' }) })
      .meta({ description: '`litellm_params` of a configuration file' }),
    model_info: z
      .looseObject({})
      .nullish()
      .meta({ description: '`model_info` of a configuration file; ids are made here' }),
  })
  .meta({
    id: 'LiteLlmNewModel',
    example: {
      model_name: 'whisper',
      litellm_params: { model: 'openai/whisper-1', api_key: 'sk-up', api_base: 'http://127.0.0.1:9100/v1' },
    },
  });
export type NewModel = z.infer<typeof newModelSchema>;

/** Body of `POST /model/delete`. */
export const deleteModelSchema = z
  .strictObject({ id: z.string().min(1).max(200).meta({ description: '`model_info.id` of the deployment' }) })
  .meta({ id: 'LiteLlmDeleteModel' });
export type DeleteModel = z.infer<typeof deleteModelSchema>;

/** Answer of `POST /model/delete`. */
export const deletedModelSchema = z
  .object({ message: z.string().meta({ example: 'Model: 019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a deleted successfully' }) })
  .meta({ id: 'LiteLlmDeletedModel' });

/** Query of `GET /model/info`. */
export const modelInfoQuerySchema = z.strictObject({
  litellm_model_id: z.string().min(1).max(200).optional().meta({ description: 'Only the deployment with this id' }),
});
export type ModelInfoQuery = z.infer<typeof modelInfoQuerySchema>;

const parameters = z.object({
  model: z.string().meta({ description: 'Provider and upstream model', example: 'openai/whisper-1' }),
  api_base: z
    .string()
    .optional()
    .meta({ description: 'With the master key only', example: 'http://127.0.0.1:9100/v1' }),
  litellm_credential_name: z.string().optional().meta({ description: 'With the master key only' }),
});

const usd = z.number().optional();
const facts = z.object({
  id: z.uuid(),
  db_model: z.boolean().meta({ description: 'Whether this API can change it' }),
  mode: z.enum(modes),
  litellm_provider: z.string().meta({ example: 'openai' }),
  input_cost_per_second: usd.meta({ description: 'US dollars', example: 0.0001 }),
  input_cost_per_character: usd,
  input_cost_per_audio_token: usd,
  input_cost_per_token: usd,
  output_cost_per_token: usd,
  output_cost_per_audio_token: usd,
});

const entrySchema = z.object({ model_name: z.string(), litellm_params: parameters, model_info: facts });

/** One deployment, as `/model/info` shows it. */
export const modelEntrySchema = entrySchema.meta({ id: 'LiteLlmModel' });
export type ModelEntry = z.infer<typeof modelEntrySchema>;

/** Answer of `GET /model/info`. */
export const modelInfoSchema = z.object({ data: z.array(modelEntrySchema) }).meta({ id: 'LiteLlmModelInfo' });

const time = z.iso.datetime().meta({ example: '2026-11-20T09:30:00.000Z' });

/** Answer of `POST /model/new`. */
export const createdModelSchema = entrySchema
  .extend({
    model_id: z.uuid(),
    created_at: time,
    created_by: z.string().meta({ example: 'master key' }),
    updated_at: time,
    updated_by: z.string().meta({ example: 'master key' }),
    warnings: z.array(z.string()).meta({ description: 'What was sent and has no effect, and why', example: [] }),
  })
  .meta({ id: 'LiteLlmCreatedModel' });
export type CreatedModel = z.infer<typeof createdModelSchema>;
