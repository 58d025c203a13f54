import { z } from 'zod';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import { type OpenAiDialect, openAiProtocol } from '../openai-compatible/openai-protocol.adapter.js';
import { askForTimes } from '../openai-compatible/own-verbose-json.js';
import { flag, integerBetween, type OptionRule, readOptions, rejected } from '../option-fields.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import { togetherCapabilities, togetherModels } from './together.models.js';
import { isNamedForSpeech } from '../model-names.js';
import { togetherPrices } from './together.prices.js';

/** Together takes no settings. */
const togetherSettingsSchema = z.strictObject({});
export type TogetherSettings = z.infer<typeof togetherSettingsSchema>;

/** together-ai 0.52, then LiteLLM. */
const environment: ProviderEnvironment = {
  api_key: ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY', 'TOGETHERAI_API_KEY', 'TOGETHER_AI_TOKEN'],
  api_base: ['TOGETHER_BASE_URL', 'TOGETHER_API_BASE_URL', 'TOGETHER_AI_API_BASE'],
};

/**
 * Together AI: OpenAI's protocol with another spelling of arrays, speakers on demand, and English where no language is
 * named.
 * Source: https://docs.together.ai/reference/audio-transcriptions; not verified against the live service
 */
const togetherDialect: OpenAiDialect<TogetherSettings> = {
  provider: 'together',
  title: 'Together',
  settings: togetherSettingsSchema,
  needsApiKey: true,
  defaultApiBase: 'https://api.together.ai/v1',
  environment,
  prefixes: [{ name: 'together_ai' }],
  prices: togetherPrices,
  zeroRetention: {
    audio_transcription: { kind: 'by_contract', source: 'docs.together.ai/docs/zero-data-retention' },
    chat: { kind: 'by_contract', source: 'docs.together.ai/docs/zero-data-retention' },
  },
  knownModels: Object.keys(togetherModels),
  isSpeechModel: isNamedForSpeech,
  streams: false,
  capabilities: togetherCapabilities,
  chat: { capabilities: () => ({}) },
  prepare: (call) => {
    const request = { ...call.request, providerOptions: optionsOf(call.request) };
    return askForTimes({ ...call, request }, togetherCapabilities(call.upstreamModel));
  },
  spelling: ({ request }) => ({
    bare_arrays: true,
    urlField: 'file',
    // A translation's language is the one to translate into.
    defaults: { ...(request.task === 'transcribe' && { language: 'auto' }) },
  }),
};

/** Registered in `provider-list.ts`. */
export const together = openAiProtocol(togetherDialect);

const OPTIONS: Readonly<Record<string, OptionRule>> = {
  diarize: flag,
  min_speakers: integerBetween(1, 100),
  max_speakers: integerBetween(1, 100),
};

/** The client's options, with speakers wherever the format needs them. @throws ProviderError */
function optionsOf({ responseFormat, providerOptions }: TranscriptionRequest): ReadonlyMap<string, readonly string[]> {
  const options = readOptions(OPTIONS, providerOptions);
  if (responseFormat !== 'diarized_json') return options;
  if (options.get('diarize')?.includes('false')) {
    throw rejected('diarize', "response_format 'diarized_json' cannot do without diarize");
  }
  return options.set('diarize', ['true']);
}
