import { z } from 'zod';
import type { ProviderError } from '../../domain/errors.js';
import type { SpeechCapabilities, SpeechEvent, SpeechFormat, VoiceTable } from '../../domain/speech.js';
import { rootOf } from '../api-base.js';
import { rejected } from '../option-fields.js';
import type { ProviderHttp, ProviderResponse } from '../provider-http.js';
import { jsonBody } from '../request-body.js';
import type { SpeechCall, Speaking } from '../speaking.js';
import { readSpeechOptions } from '../speech-options.js';
import { audioIn } from '../spoken-audio.js';
import { errorFromResponse } from './elevenlabs-errors.js';

/** What the operator decides for a deployment. */
interface ElevenLabsSpeechSettings {
  readonly enable_logging: boolean;
}

/** Voices that every account has; those that LiteLLM 1.110.2 maps are mapped alike. */
const voices: VoiceTable = {
  alloy: '21m00Tcm4TlvDq8ikWAM', // Rachel
  ash: 'AZnzlk1XvdvUeBnXmlld', // Domi
  ballad: 'onwK4e9ZLuTAKqWW03F9', // Daniel
  coral: '9BWtsMINqrJLrRacOk9x', // Aria
  echo: 'pNInz6obpgDQGcFmaJgB', // Adam
  fable: 'JBFqnCBsd6RMkjVDRZzb', // George
  nova: 'EXAVITQu4vr4xnSDxMaL', // Sarah
  onyx: '29vD33N1CtxCmqQRPOHJ', // Drew
  sage: 'CwhRBWXzGAHq8TQ4Fs17', // Roger
  shimmer: 'pFZP5JQG7iQjIQuC4Bku', // Lily
  verse: 'CYw3kZ02Hs0563khs1Fj', // Dave
  marin: 'cgSgspJ2msm6clMCkdW9', // Jessica
  cedar: 'nPczCjzI2devNBz1zQrb', // Brian
};

/** A voice's id stands in the path: what is none could name another endpoint. */
const VOICE_ID = /^[\w-]{1,100}$/;

const OUTPUT_FORMATS: Readonly<Partial<Record<SpeechFormat, string>>> = {
  mp3: 'mp3_44100_128',
  opus: 'opus_48000_128',
  pcm: 'pcm_24000',
};

const unit = z.number().min(0).max(1).nullish();

/** ElevenLabs' own fields that clients may send. Source: elevenlabs-js 2.73 */
const elevenLabsSpeechOptions = z.strictObject({
  language_code: z.string().min(2).max(10).optional(),
  voice_settings: z
    .strictObject({
      stability: unit,
      similarity_boost: unit,
      style: unit,
      use_speaker_boost: z.boolean().nullish(),
      speed: z.number().min(0.7).max(1.2).nullish(),
    })
    .optional(),
  pronunciation_dictionary_locators: z
    .array(z.strictObject({ pronunciation_dictionary_id: z.string(), version_id: z.string().nullish() }))
    .max(3)
    .optional(),
  seed: z.int().min(0).max(4_294_967_295).optional(),
  previous_text: z.string().optional(),
  next_text: z.string().optional(),
  previous_request_ids: z.array(z.string()).max(3).optional(),
  next_request_ids: z.array(z.string()).max(3).optional(),
  apply_text_normalization: z.enum(['auto', 'on', 'off']).optional(),
  apply_language_text_normalization: z.boolean().optional(),
  use_pvc_as_ivc: z.boolean().optional(),
  audio_effects: z.record(z.string(), z.unknown()).optional(),
});

const multilingual: SpeechCapabilities = {
  // WAV is made from PCM, which needs no plan of a higher tier at this rate.
  formats: ['mp3', 'opus', 'pcm'],
  fields: ['speed'],
  speed: { min: 0.7, max: 1.2 },
  voices: { names: [], mapped: voices, others: true },
  options: Object.keys(elevenLabsSpeechOptions.shape),
  max_characters: 10_000,
};

/** How many characters a model takes; https://help.elevenlabs.io/hc/en-us/articles/13298164480913 */
const FAMILIES: readonly (readonly [RegExp, SpeechCapabilities])[] = [
  [/_(?:flash|turbo)_v2_5/, { ...multilingual, max_characters: 40_000 }],
  [/_(?:flash|turbo)_v2/, { ...multilingual, max_characters: 30_000 }],
  [/_(?:multilingual|monolingual|english)_/, multilingual],
  [/_v3/, { ...multilingual, max_characters: 5_000 }],
];

function capabilitiesOf(upstreamModel: string): SpeechCapabilities {
  const known = FAMILIES.find(([name]) => name.test(upstreamModel))?.[1];
  return known ?? { ...multilingual, max_characters: undefined };
}

/**
 * ElevenLabs' text to speech.
 * Source: https://elevenlabs.io/docs/api-reference/text-to-speech/stream; not verified against the live service
 */
export function elevenLabsSpeech(http: ProviderHttp, defaultApiBase: string): Speaking<ElevenLabsSpeechSettings> {
  return {
    knownModels: ['eleven_multilingual_v2', 'eleven_flash_v2_5', 'eleven_v3', 'eleven_v4', 'eleven_v4_turbo'],
    capabilities: capabilitiesOf,
    async *speak(call): AsyncGenerator<SpeechEvent> {
      const { apiKey, upstreamFormat: format } = call;
      const response = await http.open({
        url: urlOf(call, call.apiBase ?? defaultApiBase),
        headers: { accept: '*/*', ...(apiKey && { 'xi-api-key': apiKey }) },
        body: jsonBody(bodyOf(call)),
        signal: call.signal,
        streamsAudio: true,
      });
      const errorOf = (answer: ProviderResponse): ProviderError => errorFromResponse(answer, apiKey);
      if (response.status < 200 || response.status > 299) {
        throw errorOf({ ...response, body: await response.body.bytes() });
      }
      const upstreamRequestId = response.headers['request-id'];
      for await (const audio of audioIn(response, { format, upstreamRequestId, errorOf }))
        yield { type: 'audio', audio };
      yield { type: 'done', upstreamRequestId };
    },
  };
}

/** @throws ProviderError `request_rejected` for a voice that is no id */
function urlOf(
  { request: { voice }, upstreamFormat, settings }: SpeechCall<ElevenLabsSpeechSettings>,
  apiBase: string,
): string {
  if (!VOICE_ID.test(voice)) {
    throw rejected('voice', 'the voice must be the id of one at ElevenLabs: letters, digits, - and _');
  }
  const query = new URLSearchParams({ output_format: OUTPUT_FORMATS[upstreamFormat] ?? upstreamFormat });
  if (!settings.enable_logging) query.set('enable_logging', 'false');
  return `${rootOf(apiBase, '/v1')}/v1/text-to-speech/${voice}/stream?${query.toString()}`;
}

function bodyOf({ request, upstreamModel }: SpeechCall<ElevenLabsSpeechSettings>): object {
  const { voice_settings, ...options } = readSpeechOptions(elevenLabsSpeechOptions, request.providerOptions);
  const { speed } = request;
  const manner = { ...voice_settings, ...(speed !== undefined && { speed }) };
  return {
    text: request.input,
    model_id: upstreamModel,
    ...options,
    ...(Object.keys(manner).length > 0 && { voice_settings: manner }),
  };
}
