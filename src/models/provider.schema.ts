import { z } from 'zod';
import { requestFields, type Capabilities } from '../domain/capabilities.js';
import { responseFormats, tasks, timestampGranularities } from '../domain/transcription.js';
import { findPrice } from '../pricing/price-book.js';
import { priceSchema, toWirePrice } from '../pricing/price.schema.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';

/** What an upstream model can do, as the admin API shows it. */
export const capabilitiesSchema = z
  .object({
    tasks: z.array(z.enum(tasks)),
    formats: z
      .array(z.enum(responseFormats))
      .meta({ description: 'Formats that it answers itself; others are made from them or from its own answer' }),
    granularities: z
      .array(z.enum(timestampGranularities))
      .meta({ description: 'Times that it reports; none = no subtitles' }),
    streaming: z.boolean().meta({ description: "Speaks OpenAI's event stream; otherwise the events are made" }),
    diarization: z.boolean(),
    logprobs: z.boolean(),
    fields: z.array(z.enum(requestFields)).meta({ description: "OpenAI's optional fields that have an effect" }),
    options: z
      .union([z.literal('any'), z.array(z.string())])
      .meta({ description: "The provider's own fields that clients may send", example: [] }),
    accepts_url: z.boolean().meta({ description: 'Fetches a recording itself from an address' }),
    max_bytes: z.int().nullable().meta({ description: 'Largest file; null = not known', example: 26_214_400 }),
    max_duration_seconds: z.number().nullable().meta({ example: 1_500 }),
    retirement_date: z.string().nullable().meta({ description: 'Day of the switch-off', example: '2027-02-26' }),
  })
  .meta({ id: 'Capabilities' });

const knownModelSchema = z.object({
  name: z.string().meta({ description: "The provider's name for it", example: 'whisper-1' }),
  capabilities: capabilitiesSchema,
  price: priceSchema.nullable().meta({ description: 'List price; null = not known, which is not the same as free' }),
});

/** A provider as the admin API shows it. */
export const providerSchema = z
  .object({
    object: z.literal('provider'),
    name: z.string().meta({ description: 'What a deployment says in `provider`', example: 'openai' }),
    needs_api_key: z.boolean(),
    default_api_base: z
      .string()
      .nullable()
      .meta({ description: 'null = a deployment must have its own api_base', example: 'https://api.openai.com/v1' }),
    environment: z
      .object({
        api_key: z.string().meta({ example: 'OPENAI_API_KEY' }),
        api_base: z.string().meta({ example: 'OPENAI_BASE_URL' }),
      })
      .nullable()
      .meta({ description: 'Environment variables that make its models available without a deployment' }),
    models: z.array(knownModelSchema).meta({ description: 'Upstream models that are known by name' }),
    other_models: capabilitiesSchema.meta({ description: 'What is assumed of a model with any other name' }),
    settings: z
      .record(z.string(), z.unknown())
      .meta({ description: "JSON schema of a deployment's `settings`", example: { type: 'object' } }),
  })
  .meta({ id: 'Provider' });
export type ProviderView = z.infer<typeof providerSchema>;

export const providerListSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(providerSchema),
    has_more: z.literal(false),
    next_cursor: z.null(),
  })
  .meta({ id: 'ProviderList' });

/** No model is called so; a provider answers with what it assumes of names that it does not know. */
const ANY_OTHER_MODEL = 'any-other-model';

/** The wire form of a provider. */
export function presentProvider(adapter: ProviderAdapter): ProviderView {
  const { provider, environment } = adapter;
  return {
    object: 'provider',
    name: provider,
    needs_api_key: adapter.needsApiKey,
    default_api_base: adapter.defaultApiBase ?? null,
    environment: environment ? { api_key: environment.apiKey, api_base: environment.apiBase } : null,
    models: adapter.knownModels.map((name) => {
      const price = findPrice(provider, name);
      return {
        name,
        capabilities: presentCapabilities(adapter.capabilities(name)),
        price: price ? toWirePrice(price) : null,
      };
    }),
    other_models: presentCapabilities(adapter.capabilities(ANY_OTHER_MODEL)),
    // What is sent, before defaults are filled in.
    settings: { ...z.toJSONSchema(adapter.settings, { io: 'input', unrepresentable: 'any' }) },
  };
}

function presentCapabilities(capabilities: Capabilities): z.infer<typeof capabilitiesSchema> {
  const { options } = capabilities;
  return {
    tasks: [...capabilities.tasks],
    formats: [...capabilities.formats],
    granularities: [...capabilities.granularities],
    streaming: capabilities.streaming,
    diarization: capabilities.diarization,
    logprobs: capabilities.fields.includes('logprobs'),
    fields: [...capabilities.fields],
    options: options === 'any' ? options : [...options],
    accepts_url: capabilities.acceptsUrl ?? false,
    max_bytes: capabilities.maxBytes ?? null,
    max_duration_seconds: capabilities.maxDurationSeconds ?? null,
    retirement_date: capabilities.retirementDate ?? null,
  };
}
