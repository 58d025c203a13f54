import { AudioChatSimulator, type ChatProfile, openAiChat, plainChat } from '../../support/audio-chat-simulator.js';
import { makeWav } from '../../support/audio.js';
import { type Replacements, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';

/** Two seconds of a tone. */
export const RECORDING = makeWav({ durationSeconds: 2, toneHz: 440 });

/** A message that has a recording in it. */
export function heard(data: unknown = RECORDING.toString('base64'), format = 'wav'): object {
  return {
    role: 'user',
    content: [
      { type: 'text', text: 'What is in this recording?' },
      { type: 'input_audio', input_audio: { data, format } },
    ],
  };
}

/** A message in writing. */
export const asked = { role: 'user', content: 'Is a golden retriever a good family dog?' };

/** A gateway with chat models in front of simulators. */
export class ChatBench {
  key = '';

  private constructor(
    readonly gateway: TestGateway,
    readonly openai: AudioChatSimulator,
    readonly plain: AudioChatSimulator,
    readonly whisper: OpenAiSimulator,
  ) {}

  static async start(environment: Record<string, string> = {}, replacements: Replacements = []): Promise<ChatBench> {
    const gateway = await startTestGateway({ STORE_TRANSCRIPTS: 'true', ...environment }, replacements);
    const [openai, plain, whisper] = await Promise.all([
      AudioChatSimulator.start(openAiChat),
      AudioChatSimulator.start(plainChat),
      OpenAiSimulator.start(),
    ]);
    const bench = new ChatBench(gateway, openai, plain, whisper);
    await bench.model('gpt-audio', [bench.deployment(openai, 'openai', 'gpt-audio')]);
    await bench.model('gpt-4o-mini', [bench.deployment(openai, 'openai', 'gpt-4o-mini')]);
    await bench.model('own', [{ ...bench.deployment(plain, 'openai-compatible', 'any-model'), mode: 'chat' }]);
    await bench.model('whisper', [
      { provider: 'openai', upstream_model: 'whisper-1', api_base: whisper.url, api_key: SIMULATOR_KEY },
    ]);
    ({ key: bench.key } = await gateway.createKey());
    return bench;
  }

  deployment(upstream: AudioChatSimulator, provider: string, upstream_model: string): Record<string, unknown> {
    return { provider, upstream_model, api_base: `${upstream.origin}/v1`, api_key: SIMULATOR_KEY };
  }

  async model(
    name: string,
    deployments: readonly Record<string, unknown>[],
    routing: Record<string, unknown> = {},
  ): Promise<void> {
    const { status, body } = await this.gateway.admin('POST', 'models', { name, deployments, routing });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }

  /** Posts a body; a text or bytes as they are. */
  post(
    body: string | Buffer | object,
    {
      path = '/v1/chat/completions',
      headers = {},
      signal,
    }: { path?: string; headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<Response> {
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    return fetch(this.gateway.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json', ...headers },
      body: isRaw ? new Uint8Array(Buffer.from(body)) : JSON.stringify(body),
      ...(signal && { signal }),
    });
  }

  /** A further simulator, closed with the rest. */
  async simulator(profile: ChatProfile): Promise<AudioChatSimulator> {
    const simulator = await AudioChatSimulator.start(profile);
    this.others.push(simulator);
    return simulator;
  }

  private readonly others: AudioChatSimulator[] = [];

  async close(): Promise<void> {
    await this.gateway.close();
    await Promise.all([this.openai, this.plain, this.whisper, ...this.others].map((it) => it.close()));
  }
}

/** The data of the events in an answer. */
export async function eventsOf(response: Response): Promise<readonly string[]> {
  const text = await response.text();
  return text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => frame.slice('data: '.length));
}
