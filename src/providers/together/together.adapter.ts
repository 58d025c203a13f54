import { z } from 'zod';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { OpenAiDialect } from '../openai-compatible/openai-protocol.adapter.js';
import { askForTimes } from '../openai-compatible/own-verbose-json.js';
import { flag, integerBetween, type OptionRule, readOptions, rejected } from '../option-fields.js';
import type { ProviderEnvironment } from '../provider-adapter.js';
import { togetherCapabilities, togetherModels } from './together.models.js';

/** Together takes no settings. */
export const togetherSettingsSchema = z.strictObject({});
export type TogetherSettings = z.infer<typeof togetherSettingsSchema>;

/** Named as Together's own clients name them. */
export const togetherEnvironment: ProviderEnvironment = { apiKey: 'TOGETHER_API_KEY', apiBase: 'TOGETHER_BASE_URL' };

/**
 * Together AI: OpenAI's protocol with another spelling of arrays, speakers on demand, and English where no language is
 * named.
 * Source: https://docs.together.ai/reference/audio-transcriptions; not verified against the live service
 */
export const togetherDialect: OpenAiDialect<TogetherSettings> = {
  provider: 'together',
  settings: togetherSettingsSchema,
  needsApiKey: true,
  defaultApiBase: 'https://api.together.ai/v1',
  environment: togetherEnvironment,
  knownModels: Object.keys(togetherModels),
  streams: false,
  capabilities: togetherCapabilities,
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
