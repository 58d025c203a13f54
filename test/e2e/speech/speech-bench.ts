import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';

/** What a request asks for unless a test says otherwise. */
export const ASKED = { model: 'tts', input: 'The quick brown fox.', voice: 'alloy' };

/** A gateway in front of one simulated OpenAI, and clients of it. */
export interface SpeechBench {
  readonly gateway: TestGateway;
  readonly upstream: OpenAiSimulator;
  readonly key: string;
  /** Posts a body, by default as a virtual key's client. */
  post(
    body: unknown,
    options?: { path?: string; headers?: Record<string, string>; signal?: AbortSignal },
  ): Promise<Response>;
  /** Posts what is asked for, with changes; undefined takes a field away. */
  speak(fields?: Record<string, unknown>, options?: Parameters<SpeechBench['post']>[1]): Promise<Response>;
  close(): Promise<void>;
}

/** Starts both, with the public models `tts` (tts-1) and `mini` (gpt-4o-mini-tts). */
export async function startSpeechBench(environment: Record<string, string> = {}): Promise<SpeechBench> {
  const upstream = await OpenAiSimulator.start();
  const gateway = await startTestGateway(environment);
  const { key } = await gateway.createKey();
  for (const [name, upstream_model] of [
    ['tts', 'tts-1'],
    ['mini', 'gpt-4o-mini-tts'],
  ] as const) {
    await gateway.createModel(name, `${upstream.origin}/v1`, { upstream_model, api_key: SIMULATOR_KEY });
  }
  const post: SpeechBench['post'] = (body, { path = '/v1/audio/speech', headers = {}, signal } = {}) =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body:
        typeof body === 'string' || Buffer.isBuffer(body) ? new Uint8Array(Buffer.from(body)) : JSON.stringify(body),
      signal,
    });
  return {
    gateway,
    upstream,
    key,
    post,
    speak: (fields = {}, options) => post({ ...ASKED, ...fields }, options),
    async close() {
      await gateway.close();
      await upstream.close();
    },
  };
}

/** All of an answer's bytes. */
export async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

/** The data of server-sent events, the JSON parsed. */
export function eventsIn(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => (frame === 'data: [DONE]' ? '[DONE]' : JSON.parse(frame.slice('data: '.length))));
}
