import { z } from 'zod';
import type { SpeechCapabilities, SpeechEvent, SpeechFormat, VoiceTable } from '../../domain/speech.js';
import type { ProviderError } from '../../domain/errors.js';
import { rootOf } from '../api-base.js';
import type { ProviderHttp, ProviderResponse } from '../provider-http.js';
import { jsonBody } from '../request-body.js';
import type { SpeechCall, Speaking } from '../speaking.js';
import { readSpeechOptions } from '../speech-options.js';
import { audioIn } from '../spoken-audio.js';
import { authorizationOf } from './deepgram-authorization.js';
import { errorFromResponse } from './deepgram-errors.js';
import { aura1Voices, aura2Voices } from './deepgram.voices.js';

/** What the operator decides for a deployment. */
interface DeepgramSpeechSettings {
  readonly mip_opt_out: boolean;
}

const second: VoiceTable = {
  alloy: 'aura-2-thalia-en',
  ash: 'aura-2-apollo-en',
  ballad: 'aura-2-hyperion-en',
  coral: 'aura-2-andromeda-en',
  echo: 'aura-2-arcas-en',
  fable: 'aura-2-draco-en',
  nova: 'aura-2-luna-en',
  onyx: 'aura-2-zeus-en',
  sage: 'aura-2-athena-en',
  shimmer: 'aura-2-helena-en',
  verse: 'aura-2-orion-en',
  marin: 'aura-2-asteria-en',
  cedar: 'aura-2-orpheus-en',
};

const first: VoiceTable = {
  alloy: 'aura-asteria-en',
  ash: 'aura-orion-en',
  ballad: 'aura-helios-en',
  coral: 'aura-luna-en',
  echo: 'aura-arcas-en',
  fable: 'aura-helios-en',
  nova: 'aura-stella-en',
  onyx: 'aura-zeus-en',
  sage: 'aura-athena-en',
  shimmer: 'aura-hera-en',
  verse: 'aura-perseus-en',
  marin: 'aura-luna-en',
  cedar: 'aura-orpheus-en',
};

/** Deepgram's own fields that clients may send; what else there is in its query is said by OpenAI's. */
const deepgramSpeechOptions = z.strictObject({
  bit_rate: z.int().positive().optional(),
  tag: z.union([z.string(), z.array(z.string())]).optional(),
  mip_opt_out: z.boolean().optional(),
});

/** How a format is asked for: an encoding, what it is wrapped in, and where it can be chosen OpenAI's sample rate. */
const ENCODINGS: Readonly<Record<SpeechFormat, Readonly<Record<string, string>>>> = {
  mp3: { encoding: 'mp3' },
  opus: { encoding: 'opus', container: 'ogg' },
  aac: { encoding: 'aac' },
  flac: { encoding: 'flac' },
  wav: { encoding: 'linear16', container: 'wav', sample_rate: '24000' },
  pcm: { encoding: 'linear16', container: 'none', sample_rate: '24000' },
};

const aura: Omit<SpeechCapabilities, 'voices'> = {
  formats: ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'],
  fields: ['speed'],
  speed: { min: 0.7, max: 1.5 },
  options: Object.keys(deepgramSpeechOptions.shape),
  // "Input text exceeds the maximum character limit of 2000."
  max_characters: 2_000,
};

/** Worth offering to everybody who has a key: the second generation, whose voice the client chooses. */
const AURA_2 = 'aura-2';

/**
 * Deepgram's models are its voices. A deployment of `aura-2` or `aura` has all of that generation; one of a single voice
 * has that one for OpenAI's names, and the others by their own.
 */
function capabilitiesOf(upstreamModel: string): SpeechCapabilities {
  const isFirst = /^aura(?:-(?!2(?:-|$))|$)/i.test(upstreamModel);
  const [names, table] = isFirst ? [aura1Voices, first] : [aura2Voices, second];
  const isVoice = !/^aura(?:-2)?$/i.test(upstreamModel);
  const mapped = isVoice ? Object.fromEntries(Object.keys(table).map((name) => [name, upstreamModel])) : table;
  return {
    ...aura,
    // https://developers.deepgram.com/docs/tts-voice-controls: of Aura-2 only.
    fields: isFirst ? [] : aura.fields,
    voices: { names: [...new Set([...names, ...(isVoice ? [upstreamModel] : [])])], mapped, others: false },
  };
}

/**
 * Deepgram Aura.
 * Source: https://developers.deepgram.com/reference/text-to-speech/speak-request; not verified against the live service
 */
export function deepgramSpeech(http: ProviderHttp, defaultApiBase: string): Speaking<DeepgramSpeechSettings> {
  return {
    knownModels: [AURA_2],
    capabilities: capabilitiesOf,
    async *speak(call): AsyncGenerator<SpeechEvent> {
      const { request, apiKey, upstreamFormat: format } = call;
      const response = await http.open({
        url: `${rootOf(call.apiBase ?? defaultApiBase, '/v1')}/v1/speak?${queryOf(call).toString()}`,
        headers: { accept: '*/*', ...(apiKey && { authorization: authorizationOf(apiKey) }) },
        body: jsonBody({ text: request.input }),
        signal: call.signal,
        streamsAudio: true,
      });
      const errorOf = (answer: ProviderResponse): ProviderError => errorFromResponse(answer, { languages: [] }, apiKey);
      if (response.status < 200 || response.status > 299) {
        throw errorOf({ ...response, body: await response.body.bytes() });
      }
      const upstreamRequestId = response.headers['dg-request-id'];
      for await (const audio of audioIn(response, { format, upstreamRequestId, errorOf }))
        yield { type: 'audio', audio };
      yield { type: 'done', upstreamRequestId };
    },
  };
}

function queryOf({ request, upstreamFormat, settings }: SpeechCall<DeepgramSpeechSettings>): URLSearchParams {
  const { tag, ...options } = readSpeechOptions(deepgramSpeechOptions, request.providerOptions);
  const query = new URLSearchParams({ model: request.voice, ...ENCODINGS[upstreamFormat] });
  if (request.speed !== undefined) query.set('speed', String(request.speed));
  for (const [name, value] of Object.entries(options)) query.set(name, String(value));
  if (settings.mip_opt_out) query.set('mip_opt_out', 'true');
  for (const value of [tag ?? []].flat()) query.append('tag', value);
  return query;
}
