import { z } from 'zod';
import { capabilitiesSchema, type Capabilities } from '../../domain/capabilities.js';
import { type SpeechCapabilities, speechCapabilitiesSchema } from '../../domain/speech.js';
import { pageSchema } from '../../http/admin/list.js';
import type { PriceBook } from '../../pricing/price-book.js';
import { shownPriceSchema } from '../../domain/price.js';
import type { Speaking } from '../../providers/speaking.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import { type ProviderEnvironment, settingVariables } from '../../providers/provider-environment.js';

/** What an upstream model can do, as the admin API shows it: what is not known is null. */
const shownCapabilitiesSchema = capabilitiesSchema
  .omit({ stream_formats: true, retirement: true })
  .extend({
    logprobs: z.boolean(),
    accepts_url: z.boolean().meta({ description: 'Fetches a recording itself from an address' }),
    containers: capabilitiesSchema.shape.containers
      .unwrap()
      .nullable()
      .meta({
        description: 'Files that it takes, by their extensions; null = not known',
        example: ['flac', 'mp3', 'wav'],
      }),
    max_bytes: z.int().nullable().meta({ description: 'Largest file; null = not known', example: 26_214_400 }),
    max_duration_seconds: z.number().nullable().meta({ example: 1_500 }),
    retirement_date: z.string().nullable().meta({ description: 'Day of the switch-off', example: '2027-02-26' }),
  })
  .meta({ id: 'Capabilities' });

const knownModelSchema = z.object({
  name: z.string().meta({ description: "The provider's name for it", example: 'whisper-1' }),
  capabilities: shownCapabilitiesSchema,
  price: shownPriceSchema
    .nullable()
    .meta({ description: 'List price; null = not known, which is not the same as free' }),
});

const shownSpeechSchema = speechCapabilitiesSchema
  .omit({ retirement: true })
  .extend({
    speed: speechCapabilitiesSchema.shape.speed.unwrap().nullable().meta({ description: 'The speeds that it takes' }),
    max_characters: z
      .int()
      .nullable()
      .meta({ description: 'Longest input in Unicode characters; null = not known', example: 4_096 }),
    retirement_date: z.string().nullable().meta({ description: 'Day of the switch-off', example: '2027-01-06' }),
  })
  .meta({ id: 'SpeechCapabilities' });

const knownSpeechModelSchema = knownModelSchema.extend({
  name: z.string().meta({ description: "The provider's name for it", example: 'tts-1' }),
  capabilities: shownSpeechSchema,
});

const variables = z.array(z.string());

const environmentSchema = z.object({
  api_key: variables.meta({ example: ['OPENAI_API_KEY'] }),
  api_base: variables.meta({ example: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'] }),
  settings: z
    .record(z.string(), variables)
    .meta({ description: "By the setting's name", example: { organization: ['OPENAI_ORG_ID'] } }),
  offers_models: z.boolean().meta({ description: 'Whether a key makes the known models available at once' }),
});

const prefixSchema = z.object({
  name: z.string().meta({ example: 'openai' }),
  environment: environmentSchema.omit({ offers_models: true }),
  default_api_base: z
    .string()
    .nullable()
    .meta({ description: 'Where it leads when nothing names an address', example: 'https://api.openai.com/v1' }),
  settings: z.record(z.string(), z.unknown()).meta({ description: 'Settings that it implies', example: {} }),
});

/** A provider as the admin API shows it. */
export const providerSchema = z
  .object({
    object: z.literal('provider'),
    name: z.string().meta({ description: 'What a deployment says in `provider`', example: 'openai' }),
    title: z.string().meta({ description: 'How people call it', example: 'OpenAI' }),
    needs_api_key: z.boolean(),
    default_api_base: z
      .string()
      .nullable()
      .meta({ description: 'null = a deployment must have its own api_base', example: 'https://api.openai.com/v1' }),
    environment: environmentSchema.meta({ description: 'Environment variables that are read, best first' }),
    prefixes: z
      .array(prefixSchema)
      .meta({ description: "What stands before the slash in the `model` of a configuration file's deployment" }),
    models: z.array(knownModelSchema).meta({ description: 'Upstream models that are known by name' }),
    other_models: shownCapabilitiesSchema.meta({ description: 'What is assumed of a model with any other name' }),
    speech_models: z.array(knownSpeechModelSchema).meta({ description: 'The same of models that speak' }),
    other_speech_models: shownSpeechSchema
      .nullable()
      .meta({ description: 'What is assumed of a model that speaks with any other name; null = it has none' }),
    settings: z
      .record(z.string(), z.unknown())
      .meta({ description: "JSON schema of a deployment's `settings`", example: { type: 'object' } }),
  })
  .meta({ id: 'Provider' });
export type ProviderView = z.infer<typeof providerSchema>;

/** Answer of `GET /admin/v1/providers`. */
export const providerPageSchema = pageSchema(providerSchema).meta({ id: 'ProviderPage' });

/** No model is called so; a provider answers with what it assumes of names that it does not know. */
const ANY_OTHER_MODEL = 'any-other-model';

/** The wire form of a provider, with its list prices. */
export function presentProvider(adapter: ProviderAdapter, prices: PriceBook): ProviderView {
  const { provider, title, environment, prefixes, speech } = adapter;
  const priceOf = (upstreamModel: string) => prices.priceOf({ provider, upstreamModel, settings: {} }) ?? null;
  const speechModel = (able: Speaking, name: string) => {
    return { name, capabilities: presentSpeech(able.capabilities(name)), price: priceOf(name) };
  };
  return {
    object: 'provider',
    name: provider,
    title,
    needs_api_key: adapter.needsApiKey,
    default_api_base: adapter.defaultApiBase ?? null,
    environment: {
      ...presentEnvironment(environment),
      offers_models: environment.api_key.length > 0 && environment.offers_models !== false,
    },
    prefixes: prefixes.map(({ name, environment: own = environment, settings = {}, chatService }) => {
      const default_api_base = chatService?.apiBase ?? adapter.defaultApiBase ?? null;
      return { name, environment: presentEnvironment(own), default_api_base, settings };
    }),
    models: adapter.knownModels.map((name) => {
      return {
        name,
        capabilities: presentCapabilities(adapter.capabilities(name)),
        price: priceOf(name),
      };
    }),
    other_models: presentCapabilities(adapter.capabilities(ANY_OTHER_MODEL)),
    speech_models: speech ? speech.knownModels.map((name) => speechModel(speech, name)) : [],
    other_speech_models: speech ? presentSpeech(speech.capabilities(ANY_OTHER_MODEL)) : null,
    // What is sent, before defaults are filled in.
    settings: { ...z.toJSONSchema(adapter.settings, { io: 'input', unrepresentable: 'any' }) },
  };
}

function presentEnvironment(environment: ProviderEnvironment) {
  const settings = Object.entries(settingVariables(environment));
  return {
    api_key: [...environment.api_key],
    api_base: [...environment.api_base],
    settings: Object.fromEntries(settings.map(([setting, names = []]) => [setting, [...names]])),
  };
}

function presentCapabilities(capabilities: Capabilities): z.infer<typeof shownCapabilitiesSchema> {
  const { stream_formats: _, options, retirement, ...shown } = capabilities;
  return {
    ...shown,
    tasks: [...shown.tasks],
    formats: [...shown.formats],
    granularities: [...shown.granularities],
    fields: [...shown.fields],
    options: options === 'any' ? options : [...options],
    logprobs: shown.fields.includes('logprobs'),
    accepts_url: shown.accepts_url ?? false,
    containers: shown.containers ? [...shown.containers] : null,
    max_bytes: shown.max_bytes ?? null,
    max_duration_seconds: shown.max_duration_seconds ?? null,
    retirement_date: retirement?.date ?? null,
  };
}

function presentSpeech(capabilities: SpeechCapabilities): z.infer<typeof shownSpeechSchema> {
  const { formats, fields, speed, voices, options, retirement, ...shown } = capabilities;
  return {
    ...shown,
    formats: [...formats],
    fields: [...fields],
    speed: speed ?? null,
    voices: { ...voices, names: [...voices.names], mapped: { ...voices.mapped } },
    options: options === 'any' ? options : [...options],
    max_characters: shown.max_characters ?? null,
    retirement_date: retirement?.date ?? null,
  };
}
