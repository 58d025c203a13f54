import { contentAnswer, contentChunks, contentError, interactionAnswer, interactionError } from './gemini-fixtures.js';
import { geminiViolations } from './gemini-schemas.js';
import { answer, eventStream, type ScriptedAnswer } from './simulator-answers.js';
import type { RecordedRequest } from './simulator-request.js';
import { inPieces, spokenAudio } from './spoken-audio.js';
import { type SimulatorBehaviour, SimulatorServer } from './simulator-server.js';

/** The key that the simulated Gemini takes. */
export const GEMINI_KEY = 'AIzaSimulator-0123456789abcdefghijklmnop';

/** Gemini by API key: strict about requests, scriptable in its answers. */
export class GeminiSimulator extends SimulatorServer {
  /** Starts on a free port. */
  static start(): Promise<GeminiSimulator> {
    return new GeminiSimulator(new GeminiBehaviour()).listen();
  }

  /** The latest request's body, with the audio's text replaced by its length. */
  get asked(): unknown {
    return JSON.parse(this.lastRequest.rawBody.toString(), (key, value) =>
      key === 'data' && typeof value === 'string' ? value.length : value,
    );
  }
}

/** The audio in a request, wherever in it. */
export function geminiAudioOf({ rawBody }: RecordedRequest): Buffer | undefined {
  const [, base64] = /"data":"([^"]*)"/.exec(rawBody.toString()) ?? [];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
}

type Endpoint =
  | { readonly api: 'content'; readonly model: string; readonly stream: boolean }
  | { readonly api: 'interactions'; readonly model: string };

class GeminiBehaviour implements SimulatorBehaviour {
  refuse(request: RecordedRequest): ScriptedAnswer | undefined {
    const endpoint = endpointOf(request);
    if (!endpoint) return answer(404, '');
    const refuse = endpoint.api === 'interactions' ? refuseInteraction : refuseContent;
    if (request.headers['x-goog-api-key'] !== GEMINI_KEY) {
      return refuse(401, 'API key not valid. Please pass a valid API key.');
    }
    if (request.headers['content-type'] !== 'application/json') return refuse(400, 'The body must be JSON.');
    if (endpoint.api === 'interactions' && request.headers['api-revision'] !== '2026-05-20') {
      return refuse(400, 'Unknown API revision.');
    }
    const speaks = isSpeech(endpoint);
    const content = speaks ? 'speechRequest' : 'generateContentRequest';
    const schema = endpoint.api === 'interactions' ? 'interactionRequest' : content;
    const [violation] = geminiViolations(schema, bodyOf(request));
    if (violation) return refuse(400, `Invalid JSON payload received: ${violation}`);
    if (!/^gemini-[\w.-]+$/.test(endpoint.model)) return refuse(404, `models/${endpoint.model} is not found.`);
    const excluded = endpoint.api === 'interactions' && excludedBy(configOf(request));
    return excluded ? refuse(400, excluded) : undefined;
  }

  answer(request: RecordedRequest): ScriptedAnswer {
    const endpoint = endpointOf(request);
    if (endpoint?.api === 'content') {
      if (isSpeech(endpoint)) return eventStream(speechChunks(spokenAudio('pcm')));
      return endpoint.stream ? eventStream(contentChunks) : answer(200, contentAnswer());
    }
    const mode = property(configOf(request), 'mode');
    return answer(
      200,
      interactionAnswer({
        times: property(mode, 'timestamp_granularities') !== undefined,
        speakers: property(mode, 'diarization_mode') !== undefined,
      }),
    );
  }
}

function isSpeech(endpoint: Endpoint): boolean {
  return endpoint.api === 'content' && /tts/.test(endpoint.model);
}

/** The chunks of a stream of audio. */
export function* speechChunks(pcm: Buffer): Generator<object> {
  for (const piece of inPieces(pcm)) {
    const inlineData = { mimeType: 'audio/L16;codec=pcm;rate=24000', data: piece.toString('base64') };
    yield {
      candidates: [{ content: { role: 'model', parts: [{ inlineData }] }, index: 0 }],
      responseId: 'resp-simulated',
    };
  }
  yield {
    candidates: [{ content: { role: 'model', parts: [] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: {
      promptTokenCount: 8,
      candidatesTokenCount: 48,
      totalTokenCount: 56,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 8 }],
    },
    responseId: 'resp-simulated',
  };
}

/** What the live service was seen to refuse. */
function excludedBy(config: unknown): string | undefined {
  const mode = property(config, 'mode');
  if (property(config, 'custom_vocabulary') === undefined) return undefined;
  if (property(mode, 'timestamp_granularities') !== undefined)
    return 'custom_vocabulary is incompatible with timestamps.';
  if (property(mode, 'diarization_mode') !== undefined) return 'custom_vocabulary is incompatible with diarization.';
  return undefined;
}

function configOf(request: RecordedRequest): unknown {
  return property(property(bodyOf(request), 'generation_config'), 'transcription_config');
}

function bodyOf(request: RecordedRequest): unknown {
  return JSON.parse(request.rawBody.toString());
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function endpointOf(request: RecordedRequest): Endpoint | undefined {
  if (request.method !== 'POST') return undefined;
  if (request.path === '/v1beta/interactions') {
    return { api: 'interactions', model: String(property(bodyOf(request), 'model')) };
  }
  const [, model, method] = /^\/v1beta\/models\/([^/:]+):(.+)$/.exec(request.path) ?? [];
  if (model === undefined) return undefined;
  if (method === 'generateContent') return { api: 'content', model, stream: false };
  return method === 'streamGenerateContent?alt=sse' ? { api: 'content', model, stream: true } : undefined;
}

function refuseContent(code: number, message: string): ScriptedAnswer {
  const statuses: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 404: 'NOT_FOUND' };
  return answer(code, contentError(code, statuses[code] ?? 'INVALID_ARGUMENT', message));
}

function refuseInteraction(status: number, message: string): ScriptedAnswer {
  const codes: Readonly<Record<number, string>> = { 401: 'authentication', 404: 'model_not_found' };
  return answer(status, interactionError(codes[status] ?? 'invalid_request', message));
}
