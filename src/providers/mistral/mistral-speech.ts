import type { EventSourceMessage } from 'eventsource-parser';
import { z } from 'zod';
import { ProviderError } from '../../domain/errors.js';
import type { ToldUsage } from '../../domain/bill.js';
import type { SpeechCapabilities, SpeechEvent, VoiceTable } from '../../domain/speech.js';
import { isErrorBody, isJson, parseJson, property } from '../answer-body.js';
import { rootOf } from '../api-base.js';
import { lenient } from '../lenient-schema.js';
import { retirementByLiteLlm } from '../litellm-source.js';
import type { ProviderHttp, ProviderResponse } from '../provider-http.js';
import { jsonBody } from '../request-body.js';
import type { ResponseBody } from '../response-body.js';
import { readMessages } from '../server-sent-events.js';
import type { SpeechCall, Speaking } from '../speaking.js';
import { readSpeechOptions } from '../speech-options.js';
import { tellTokens } from '../token-counts.js';
import { wireQuantity } from '../wire-number.js';
import { mistralError, mistralRequestId, mistralStreamError } from './mistral-errors.js';
import { IntegerSamples } from './mistral-pcm.js';

/** As LiteLLM 1.110.2 maps OpenAI's first six; Mistral's documentation has `gb_jane_neutral`. */
const voices: VoiceTable = {
  alloy: 'en_paul_neutral',
  ash: 'en_paul_neutral',
  ballad: 'gb_oliver_neutral',
  coral: 'gb_jane_neutral',
  echo: 'gb_oliver_neutral',
  fable: 'en_paul_cheerful',
  nova: 'gb_jane_neutral',
  onyx: 'en_paul_confident',
  sage: 'gb_jane_neutral',
  shimmer: 'gb_jane_sarcasm',
  verse: 'en_paul_cheerful',
  marin: 'gb_jane_neutral',
  cedar: 'en_paul_confident',
};

/** Half a minute of `pcm`; the whole body may have 2 MiB. */
const MAX_REFERENCE_CHARACTERS = 1_900_000;

/** Mistral's own fields that clients may send. Source: mistralai 3.7 for Python */
const mistralSpeechOptions = z.strictObject({
  ref_audio: z.base64().min(4).max(MAX_REFERENCE_CHARACTERS).optional(),
  expressiveness: z.number().optional(),
  phoneme_hints: z.unknown().optional(),
  conversation_history: z.array(z.unknown()).optional(),
});

const tts: SpeechCapabilities = {
  // WAV is made from PCM.
  formats: ['mp3', 'opus', 'flac', 'pcm'],
  fields: [],
  voices: { names: [], mapped: voices, others: true },
  options: Object.keys(mistralSpeechOptions.shape),
};

const models: Readonly<Record<string, SpeechCapabilities>> = {
  'voxtral-mini-tts-latest': tts,
  'voxtral-mini-tts-3-0': tts,
  'voxtral-mini-tts-2603': { ...tts, retirement: retirementByLiteLlm('2027-04-30') },
};

/**
 * Mistral's Voxtral TTS: an endpoint at OpenAI's address with other fields, answers and events.
 * Source: Mistral's OpenAPI document and https://docs.mistral.ai/studio/audio/text-to-speech/generate-speech; not verified
 * against the live service
 */
export function mistralSpeech(http: ProviderHttp, defaultApiBase: string): Speaking {
  return {
    knownModels: Object.keys(models),
    capabilities: (upstreamModel) => (Object.hasOwn(models, upstreamModel) ? models[upstreamModel] : undefined) ?? tts,
    async *speak(call): AsyncGenerator<SpeechEvent> {
      const samples = new IntegerSamples();
      const toPcm = (audio: Buffer): Buffer => (call.upstreamFormat === 'pcm' ? samples.add(audio) : audio);
      let hasSpoken = false;
      for await (const event of audioOf(await send(http, defaultApiBase, call), call.apiKey)) {
        if (event.type === 'done') {
          if (!hasSpoken) throw new ProviderError('bad_response', 'the provider answered with no audio', event);
          yield event;
          return;
        }
        const audio = toPcm(event.audio);
        if (audio.length === 0) continue;
        hasSpoken = true;
        yield { ...event, audio };
      }
    },
  };
}

/** The answer's head when it is a success. @throws ProviderError its error otherwise */
async function send(
  http: ProviderHttp,
  defaultApiBase: string,
  { request, upstreamModel, upstreamFormat, apiBase = defaultApiBase, apiKey, signal }: SpeechCall,
): Promise<ProviderResponse<ResponseBody>> {
  const options = readSpeechOptions(mistralSpeechOptions, request.providerOptions);
  const response = await http.open({
    url: `${rootOf(apiBase, '/v1')}/v1/audio/speech`,
    headers: { accept: '*/*', ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
    body: jsonBody({
      model: upstreamModel,
      input: request.input,
      // A recording to sound like comes instead of a voice.
      ...(options.ref_audio === undefined && { voice_id: request.voice }),
      response_format: upstreamFormat,
      stream: true,
      ...options,
    }),
    signal,
    streamsAudio: true,
  });
  if (response.status >= 200 && response.status < 300) return response;
  throw mistralError({ ...response, body: await response.body.bytes() }, apiKey);
}

const eventSchema = z.object({
  type: lenient(z.string()),
  audio_data: lenient(z.string()),
  usage: lenient(
    z.object({ prompt_tokens: wireQuantity, completion_tokens: wireQuantity, total_tokens: wireQuantity }),
  ),
});
type SpokenEvent = z.infer<typeof eventSchema>;

/** @throws ProviderError when the provider reports an error, or the answer is none or breaks off */
async function* audioOf(
  response: ProviderResponse<ResponseBody>,
  apiKey: string | undefined,
): AsyncGenerator<SpeechEvent> {
  const upstreamRequestId = mistralRequestId(response);
  const bad = (message: string): ProviderError => new ProviderError('bad_response', message, { upstreamRequestId });
  let complete = false;
  try {
    if (isJson(response)) {
      yield* wholeAudioOf({ ...response, body: await response.body.bytes() }, apiKey);
      complete = true;
      return;
    }
    for await (const message of readMessages(response.body)) {
      const event = readEvent(message, apiKey, upstreamRequestId, bad);
      const audio = Buffer.from(event?.audio_data ?? '', 'base64');
      if (audio.length > 0) yield { type: 'audio', audio };
      if (event?.type !== 'speech.audio.done') continue;
      complete = true;
      yield { type: 'done', upstreamRequestId, ...usageOf(event) };
      return;
    }
    throw bad('the stream ended before the speech was complete');
  } finally {
    if (complete) response.body.release();
    else response.body.destroy();
  }
}

/** The event; nothing for a terminator that says nothing new. */
function readEvent(
  { event: name, data }: EventSourceMessage,
  apiKey: string | undefined,
  upstreamRequestId: string | undefined,
  bad: (message: string) => ProviderError,
): SpokenEvent | undefined {
  if (data.trim() === '[DONE]') return undefined;
  const json = parseJson(data);
  const event = eventSchema.safeParse(json).data;
  const type = event?.type ?? name;
  if (type === 'error' || property(json, 'object') === 'error' || property(json, 'error')) {
    throw mistralStreamError(json, apiKey, upstreamRequestId);
  }
  if (!event) throw bad('the stream contains an event that is no JSON object');
  return { ...event, type };
}

/** Of a provider that was asked for events and answers in one piece. */
function* wholeAudioOf(response: ProviderResponse, apiKey: string | undefined): Generator<SpeechEvent> {
  const json = parseJson(response.body);
  const parsed = eventSchema.safeParse(json).data;
  const upstreamRequestId = mistralRequestId(response);
  if (isErrorBody(json)) throw mistralError(response, apiKey);
  const audio = Buffer.from(parsed?.audio_data ?? '', 'base64');
  if (!parsed || audio.length === 0) {
    const facts = { upstreamStatus: response.status, upstreamRequestId };
    throw new ProviderError('bad_response', 'the provider answered with something else than audio', facts);
  }
  yield { type: 'audio', audio };
  yield { type: 'done', upstreamRequestId, ...usageOf(parsed) };
}

function usageOf({ usage }: SpokenEvent): ToldUsage {
  if (!usage) return {};
  const { prompt_tokens: text, completion_tokens: output, total_tokens: total } = usage;
  // All that goes in is text, and all that comes out is audio.
  return tellTokens({ text, audio: text === undefined ? undefined : 0, output, total });
}
