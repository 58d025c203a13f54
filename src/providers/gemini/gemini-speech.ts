import { z } from 'zod';
import type { ToldUsage } from '../../domain/bill.js';
import { ProviderError } from '../../domain/errors.js';
import { PCM, type SpeechCapabilities, type SpeechEvent, type VoiceTable } from '../../domain/speech.js';
import { isJson, parseJson, property } from '../answer-body.js';
import type { ProviderHttp, ProviderResponse } from '../provider-http.js';
import { jsonBody } from '../request-body.js';
import type { ResponseBody } from '../response-body.js';
import { readMessages } from '../server-sent-events.js';
import type { SpeechCall, Speaking } from '../speaking.js';
import { readSpeechOptions } from '../speech-options.js';
import { tellTokens } from '../token-counts.js';
import { assertAnswered, assertFinished } from './gemini-content.js';
import { errorFromPayload, errorFromResponse, errorIn, type GeminiOrigin } from './gemini-errors.js';
import { type Content, contentSchema } from './gemini.schema.js';
import { geminiUrl } from './gemini.url.js';

const voices: VoiceTable = {
  alloy: 'Kore',
  ash: 'Orus',
  ballad: 'Iapetus',
  coral: 'Aoede',
  echo: 'Charon',
  fable: 'Fenrir',
  nova: 'Leda',
  onyx: 'Algenib',
  sage: 'Sulafat',
  shimmer: 'Zephyr',
  verse: 'Puck',
  marin: 'Autonoe',
  cedar: 'Achird',
};

/** https://ai.google.dev/gemini-api/docs/speech-generation */
const NAMES = [
  'Zephyr',
  'Puck',
  'Charon',
  'Kore',
  'Fenrir',
  'Leda',
  'Orus',
  'Aoede',
  'Callirrhoe',
  'Autonoe',
  'Enceladus',
  'Iapetus',
  'Umbriel',
  'Algieba',
  'Despina',
  'Erinome',
  'Algenib',
  'Rasalgethi',
  'Laomedeia',
  'Achernar',
  'Alnilam',
  'Schedar',
  'Gacrux',
  'Pulcherrima',
  'Achird',
  'Zubenelgenubi',
  'Vindemiatrix',
  'Sadachbia',
  'Sadaltager',
  'Sulafat',
];

/** Gemini's own fields that clients may send. */
const geminiSpeechOptions = z.strictObject({ language_code: z.string().min(2).max(20).optional() });

const tts: SpeechCapabilities = {
  formats: ['pcm'],
  fields: ['instructions'],
  // Of its more than 2,000 voices these are named in the documentation.
  voices: { names: NAMES, mapped: voices, others: true },
  options: Object.keys(geminiSpeechOptions.shape),
};

const preview: SpeechCapabilities = {
  ...tts,
  voices: { ...tts.voices, others: false },
  retirement: {
    date: '2026-12-18',
    // As the README of gunpal5/Google_GenerativeAI tells it.
    source: 'https://ai.google.dev/gemini-api/docs/deprecations',
    as_of: '2026-11',
    confidence: 'reported',
  },
};

/** Worth offering to everybody who has a key. */
const knownModels = ['gemini-3.8-flash-tts', 'gemini-3.8-flash-lite-tts'];

/**
 * Gemini's models that speak: `generateContent` with audio in its answer.
 * Source: https://ai.google.dev/gemini-api/docs/speech-generation and the types of `@google/genai` 2.32; not verified
 * against the live service
 */
export function geminiSpeech(http: ProviderHttp, defaultApiBase: string): Speaking {
  return {
    knownModels,
    capabilities: (upstreamModel) => (isPreview(upstreamModel) ? preview : tts),
    async *speak(call): AsyncGenerator<SpeechEvent> {
      const { apiKey, apiBase = defaultApiBase, upstreamModel, signal } = call;
      const response = await http.open({
        url: geminiUrl(apiBase, `models/${encodeURIComponent(upstreamModel)}:streamGenerateContent?alt=sse`),
        headers: { ...(apiKey && { 'x-goog-api-key': apiKey }) },
        body: jsonBody(bodyOf(call)),
        signal,
        streamsAudio: true,
      });
      if (response.status < 200 || response.status > 299) {
        throw errorFromResponse({ ...response, body: await response.body.bytes() }, apiKey);
      }
      yield* audioOf(response, apiKey);
    },
  };
}

/** The models before 3.8, which take directions in the text only. */
function isPreview(upstreamModel: string): boolean {
  return /^gemini-(?:2\.5|3\.1)-/.test(upstreamModel);
}

function bodyOf({ request, upstreamModel }: SpeechCall): object {
  const { input, instructions, voice } = request;
  const { language_code: languageCode } = readSpeechOptions(geminiSpeechOptions, request.providerOptions);
  const directed = instructions !== undefined && isPreview(upstreamModel) ? `${instructions}\n\n${input}` : input;
  const style = isPreview(upstreamModel) ? undefined : instructions;
  return {
    contents: [{ role: 'user', parts: [{ text: directed, ...(style && { speechMetadata: { style } }) }] }],
    generationConfig: {
      responseModalities: ['AUDIO'],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } }, languageCode },
    },
  };
}

/** @throws ProviderError when the provider reports an error or withholds its answer, or the answer is none or breaks off */
async function* audioOf(
  response: ProviderResponse<ResponseBody>,
  apiKey: string | undefined,
): AsyncGenerator<SpeechEvent> {
  const spoken = new Spoken();
  let complete = false;
  try {
    for await (const json of payloadsOf(response, apiKey)) {
      const chunk = readChunk(json, apiKey, spoken.origin);
      const audio = spoken.add(chunk);
      if (audio.length > 0) yield { type: 'audio', audio, ...spoken.bill };
      const [candidate] = chunk.candidates ?? [];
      if (candidate?.finishReason === undefined) continue;
      assertFinished(candidate.finishReason, spoken.origin);
      spoken.assertHeard();
      complete = true;
      yield { type: 'done', ...spoken.bill, upstreamRequestId: spoken.origin.upstreamRequestId };
      return;
    }
    assertFinished(undefined, spoken.origin);
  } finally {
    if (complete) response.body.release();
    else response.body.destroy();
  }
}

/** Event by event; the whole answer where it is no stream. */
async function* payloadsOf(
  response: ProviderResponse<ResponseBody>,
  apiKey: string | undefined,
): AsyncGenerator<unknown> {
  if (!isJson(response)) {
    for await (const { data } of readMessages(response.body)) yield parseJson(data);
    return;
  }
  const body = await response.body.bytes();
  const json = parseJson(body);
  if (errorIn(json) || property(json, 'detail')) throw errorFromResponse({ ...response, body }, apiKey);
  yield json;
}

function readChunk(json: unknown, apiKey: string | undefined, origin: GeminiOrigin): Content {
  const error = errorIn(json);
  if (error !== undefined) throw errorFromPayload(error, apiKey, origin);
  const { data: chunk } = contentSchema.safeParse(json);
  if (chunk) return chunk;
  throw new ProviderError('bad_response', 'the stream contains an event that is no JSON object', origin);
}

/** What one stream has said so far. */
class Spoken {
  bill: ToldUsage = {};
  private id: string | undefined;
  private hasSpoken = false;

  get origin(): GeminiOrigin {
    return { upstreamRequestId: this.id, bill: this.bill };
  }

  /** The audio that the chunk adds. @throws ProviderError for a refusal, and for audio of another kind */
  add(chunk: Content): Buffer {
    this.id ??= chunk.responseId;
    const bill = usageOf(chunk);
    if (bill.usage) this.bill = bill;
    // The usage may come by itself, but a refusal has no candidate either.
    if (chunk.promptFeedback || !chunk.usageMetadata) assertAnswered(chunk);
    const parts = chunk.candidates?.[0]?.content?.parts ?? [];
    const audio = Buffer.concat(parts.flatMap(({ inlineData }) => (inlineData ? [this.samplesOf(inlineData)] : [])));
    this.hasSpoken ||= audio.length > 0;
    return audio;
  }

  /** @throws ProviderError when nothing was said */
  assertHeard(): void {
    if (!this.hasSpoken) throw new ProviderError('bad_response', 'the provider answered with no audio', this.origin);
  }

  /** `audio/L16;codec=pcm;rate=24000`, which is little-endian for all its name. */
  private samplesOf({ mimeType = '', data = '' }: { readonly mimeType?: string; readonly data?: string }): Buffer {
    const [, rate] = /;\s*rate=(\d{1,6})(?:;|$)/i.exec(mimeType) ?? [];
    const isPcm = mimeType === '' || /^audio\/(?:L16|pcm)\b/i.test(mimeType);
    if (isPcm && Number(rate ?? PCM.sampleRate) === PCM.sampleRate) return Buffer.from(data, 'base64');
    const message = `the provider answered with ${mimeType.slice(0, 60)} instead of samples at ${PCM.sampleRate} Hz`;
    throw new ProviderError('bad_response', message, this.origin);
  }
}

/** All that goes in is text, and all that comes out is audio. */
function usageOf({ usageMetadata: usage }: Content): ToldUsage {
  const text = usage?.promptTokenCount;
  const { candidatesTokenCount: spoken, thoughtsTokenCount: thought } = usage ?? {};
  return tellTokens({
    text,
    audio: text === undefined ? undefined : 0,
    output: spoken === undefined && thought === undefined ? undefined : (spoken ?? 0) + (thought ?? 0),
    total: usage?.totalTokenCount,
  });
}
