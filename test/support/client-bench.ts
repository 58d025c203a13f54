import type OpenAI from 'openai';
import type { ClientOptions } from 'openai';
import { makeWav } from './audio.js';
import type { OpenAiSdk } from './client-sdk.js';
import { startTestGateway, type TestGateway } from './gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from './openai-simulator.js';
import type { RecordedRequest } from './simulator-request.js';

/** Seconds of {@link RECORDING}; unlike the simulator's reported usage, so that the two cannot be mistaken. */
export const RECORDING_SECONDS = 2.5;

/** What the tests upload: a WAV file that can be measured. */
export const RECORDING = makeWav({ durationSeconds: RECORDING_SECONDS, toneHz: 440 });

/** A log as the admin API gives it. */
export type LedgerRow = Readonly<Record<string, unknown>>;

/**
 * A gateway that offers OpenAI's models, with the simulator in OpenAI's place, configured as an operator would: by
 * `OPENAI_API_KEY` and `OPENAI_BASE_URL`. The sandbox is on as well.
 */
export class ClientBench {
  private constructor(
    readonly upstream: OpenAiSimulator,
    readonly gateway: TestGateway,
    /** A virtual key that may use every model. */
    readonly key: { readonly id: string; readonly key: string },
  ) {}

  static async start(): Promise<ClientBench> {
    const upstream = await OpenAiSimulator.start();
    try {
      const gateway = await startTestGateway({ OPENAI_API_KEY: SIMULATOR_KEY, OPENAI_BASE_URL: upstream.url });
      return new ClientBench(upstream, gateway, await gateway.createKey({ name: 'client' }));
    } catch (error) {
      await upstream.close();
      throw error;
    }
  }

  /** What people set as base URL, with `/v1`. */
  get baseUrl(): string {
    return `${this.gateway.url}/v1`;
  }

  /** A client as an application would make it, with the SDK's own retries. */
  client({ OpenAI }: OpenAiSdk, options: ClientOptions = {}): OpenAI {
    return new OpenAI({ apiKey: this.key.key, baseURL: this.baseUrl, ...options });
  }

  /** The log of a request; undefined when it left none. */
  async row(requestId: unknown): Promise<LedgerRow | undefined> {
    const { status, body } = await this.gateway.admin('GET', `logs/${String(requestId)}`);
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`the ledger answered ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async close(): Promise<void> {
    // First, so that a request that a failed test has left behind ends at once.
    await this.upstream.close();
    await this.gateway.close();
  }
}

/** The text fields that reached the provider, each with its values in order. */
export function fieldsOf(request: RecordedRequest): Readonly<Record<string, readonly string[]>> {
  const names = new Set(request.parts.filter((it) => it.value !== undefined).map((it) => it.name));
  return Object.fromEntries([...names].map((name) => [name, request.values(name)]));
}
