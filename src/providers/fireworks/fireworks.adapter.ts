import { z } from 'zod';
import { ProviderError } from '../../domain/errors.js';
import { audioUrl, type OpenAiDialect, openAiProtocol } from '../openai-compatible/openai-protocol.adapter.js';
import { chatUrl } from '../openai-compatible/openai-chat.js';
import { askForTimes } from '../openai-compatible/own-verbose-json.js';
import { readOptions, rejected } from '../option-fields.js';
import type { ProviderCall } from '../provider-adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import { fireworksCapabilities, fireworksModels, fireworksOptions, isTurbo } from './fireworks.models.js';
import { isNamedForSpeech, mayBeForSpeech } from '../model-names.js';
import { fireworksPrices } from './fireworks.prices.js';

/** What a deployment on Fireworks is. */
export const fireworksSettingsSchema = z.strictObject({
  /** A deployment of one's own, which the end of the serverless service did not concern; it names its own base URL. */
  dedicated: z.boolean().default(false),
});
export type FireworksSettings = z.infer<typeof fireworksSettingsSchema>;

const SERVERLESS_BASE = 'https://audio-prod.api.fireworks.ai/v1';
const SERVERLESS_TURBO_BASE = 'https://audio-turbo.api.fireworks.ai/v1';
/** https://docs.fireworks.ai/api-reference/post-chatcompletions */
const CHAT_BASE = 'https://api.fireworks.ai/inference/v1';

/** fireworks-ai 1.2 for Python, then LiteLLM; FIREWORKS_API_BASE is also what fireworks-ai 0.x read. */
const environment: ProviderEnvironment = {
  api_key: ['FIREWORKS_API_KEY', 'FIREWORKS_AI_API_KEY', 'FIREWORKSAI_API_KEY', 'FIREWORKS_AI_TOKEN'],
  api_base: ['FIREWORKS_BASE_URL', 'FIREWORKS_API_BASE', 'FIREWORKS_AI_API_BASE'],
  // The serverless models are gone, and nobody can guess the names of dedicated deployments.
  offers_models: false,
};

/**
 * Fireworks: whisper with a choice of voice detector, aligner and preprocessing, and with speakers on demand. Its
 * serverless audio ended on 2026-06-10 and answers every request with 401; dedicated deployments speak the same protocol.
 * Source: https://docs.fireworks.ai/api-reference/audio-transcriptions; not verified against the live service
 */
export const fireworksDialect: OpenAiDialect<FireworksSettings> = {
  provider: 'fireworks',
  title: 'Fireworks',
  settings: fireworksSettingsSchema,
  needsApiKey: true,
  defaultApiBase: SERVERLESS_BASE,
  environment,
  prefixes: [{ name: 'fireworks_ai' }],
  prices: fireworksPrices,
  zeroRetention: {
    // Of open models, which those for speech are.
    audio_transcription: {
      kind: 'never_stored',
      source: 'docs.fireworks.ai/guides/security_compliance/data_handling',
    },
    chat: { kind: 'by_contract', source: 'docs.fireworks.ai/guides/security_compliance/data_handling' },
  },
  knownModels: Object.keys(fireworksModels),
  // Customers name their deployments; what is on offer to everybody says what it is.
  isSpeechModel: (upstreamModel) =>
    upstreamModel.startsWith('accounts/fireworks/') ? isNamedForSpeech(upstreamModel) : mayBeForSpeech(upstreamModel),
  streams: false,
  capabilities: (upstreamModel, settings) => fireworksCapabilities(upstreamModel, settings?.dedicated ?? false),
  url: ({ apiBase, upstreamModel, request }) =>
    audioUrl(apiBase ?? (isTurbo(upstreamModel) ? SERVERLESS_TURBO_BASE : SERVERLESS_BASE), request.task),
  chat: { capabilities: () => ({}), url: ({ apiBase = CHAT_BASE }) => chatUrl(apiBase) },
  spelling: () => ({ bare_arrays: true, urlField: 'file' }),
  prepare: (call) =>
    askForTimes(askForSpeakers(call), fireworksCapabilities(call.upstreamModel, call.settings.dedicated)),
};

/** Registered in `provider-list.ts`. */
export const fireworks = openAiProtocol(fireworksDialect);

/** Fireworks tells speakers apart only in `verbose_json`, and only with the times of words. */
function askForSpeakers(call: ProviderCall<FireworksSettings>): ProviderCall<FireworksSettings> {
  const { request } = call;
  const options = readOptions(fireworksOptions, request.providerOptions);
  const [asked] = options.get('diarize') ?? [];
  const needed = request.responseFormat === 'diarized_json';
  if (needed && asked === 'false') {
    throw rejected('diarize', "response_format 'diarized_json' needs speakers, but diarize is false");
  }
  if (!needed && asked !== 'true') {
    const idle = ['min_speakers', 'max_speakers'].find((name) => options.has(name));
    if (idle) throw rejected(idle, `the field '${idle}' needs diarize to be true`);
    return { ...call, request: { ...request, providerOptions: options } };
  }
  if (request.task === 'translate') {
    throw new ProviderError('unsupported', 'Fireworks does not tell speakers apart in translations', {
      param: 'diarize',
    });
  }
  const granularities = new Set(request.granularities.length > 0 ? request.granularities : (['segment'] as const));
  return {
    ...call,
    upstreamFormat: 'verbose_json',
    request: {
      ...request,
      granularities: [...granularities.add('word')],
      providerOptions: options.set('diarize', ['true']),
    },
  };
}
