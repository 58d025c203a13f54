import { OpenAI } from 'openai';
import type { AppFacts } from '../../../src/app.js';
import { CLOCK } from '../../../src/http/clock.js';
import { makeWav } from '../../support/audio.js';
import { CHAT_KEY, CHAT_MODEL, ChatSimulator } from '../../support/chat-simulator.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { ManualClock } from '../../support/manual-clock.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { groqProfile, openAiProfile } from '../../support/simulator-profiles.js';

/** Three seconds of sound. */
export const RECORDING = makeWav({ durationSeconds: 3, toneHz: 440 });

/** What the translation model charges in these tests. */
export const PRICES = { TRANSLATION_INPUT_USD_PER_MILLION: '0.15', TRANSLATION_OUTPUT_USD_PER_MILLION: '0.6' };

/**
 * A gateway with a translation model in front of three ways to hear: `timed` (Groq's turbo: transcribes with times, does
 * not translate), `plain` (gpt-4o-transcribe: neither) and `native` (whisper-1: translates itself).
 */
export class TranslationBench {
  private constructor(
    readonly gateway: TestGateway,
    readonly chat: ChatSimulator,
    readonly openai: OpenAiSimulator,
    readonly groq: OpenAiSimulator,
    readonly key: string,
    /** For timeouts and deadlines. */
    readonly clock: ManualClock,
  ) {}

  static async start(
    environment: Record<string, string> = PRICES,
    parts?: Pick<AppFacts, 'tracing'>,
  ): Promise<TranslationBench> {
    const chat = await ChatSimulator.start();
    const openai = await OpenAiSimulator.start(openAiProfile);
    const groq = await OpenAiSimulator.start(groqProfile);
    const clock = new ManualClock();
    const translation = {
      TRANSLATION_API_BASE: chat.url,
      TRANSLATION_API_KEY: CHAT_KEY,
      TRANSLATION_MODEL: CHAT_MODEL,
    };
    const gateway = await startTestGateway(
      { ...translation, ...environment },
      [{ provide: CLOCK, useValue: clock }],
      parts,
    );
    const bench = new TranslationBench(gateway, chat, openai, groq, (await gateway.createKey()).key, clock);
    await bench.createModel('timed', [bench.timed()]);
    await bench.createModel('plain', [bench.plain()]);
    await bench.createModel('native', [bench.native()]);
    return bench;
  }

  timed(fields: object = {}): object {
    return {
      provider: 'groq',
      upstream_model: 'whisper-large-v3-turbo',
      api_base: this.groq.url,
      ...common,
      ...fields,
    };
  }

  plain(fields: object = {}): object {
    return { provider: 'openai', upstream_model: 'gpt-4o-transcribe', api_base: this.openai.url, ...common, ...fields };
  }

  native(fields: object = {}): object {
    return { provider: 'openai', upstream_model: 'whisper-1', api_base: this.openai.url, ...common, ...fields };
  }

  async createModel(name: string, deployments: readonly object[], routing: object = {}): Promise<void> {
    const { status, body } = await this.gateway.admin('POST', 'models', { name, deployments, routing });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }

  client(): OpenAI {
    return new OpenAI({ apiKey: this.key, baseURL: `${this.gateway.url}/v1`, maxRetries: 0 });
  }

  /** Asks for a translation. */
  async translate(
    fields: Record<string, string>,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Response> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new File([Uint8Array.from(RECORDING)], 'rede.wav'));
    return await fetch(`${this.gateway.url}/v1/audio/translations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.key}`, ...headers },
      body: form,
      signal,
    });
  }

  /** The log of an answer. */
  async row(response: Pick<Response, 'headers'>): Promise<Record<string, unknown>> {
    return await this.gateway.row(response);
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await Promise.all([this.chat.close(), this.openai.close(), this.groq.close()]);
  }
}

const common = { api_key: SIMULATOR_KEY };
