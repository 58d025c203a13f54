import { Client } from 'pg';
import { startTestGateway, type Replacements, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import type { ScriptedAnswer } from '../../support/simulator-answers.js';
import { audioFile, form } from '../bad-input/bench.js';

/** One request, as far as tests of the cache differ in it. */
export interface Asked {
  readonly key?: string;
  readonly fields?: Record<string, string | readonly string[]>;
  readonly headers?: Record<string, string>;
  readonly path?: string;
  readonly audio?: Uint8Array;
  /** By which the simulator knows the request. */
  readonly filename?: string;
  readonly signal?: AbortSignal;
}

/** What a client sees of an answer. */
export interface Seen {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** `x-auricle-cache` */
  readonly cache: string | null;
  readonly id: string;
}

/**
 * A gateway in front of a simulated OpenAI. Answers of the models `whisper` (whisper-1), `gpt4o` (gpt-4o-transcribe) and
 * `diarize` (gpt-4o-transcribe-diarize) are cached for an hour, those of `plain` (whisper-1) are not.
 */
export class CacheBench {
  private constructor(
    readonly gateway: TestGateway,
    readonly simulator: OpenAiSimulator,
    /** A connection of its own to the gateway's database. */
    readonly database: Client,
    public key: { readonly id: string; readonly key: string },
  ) {}

  static async start(environment: Record<string, string> = {}, replacements: Replacements = []): Promise<CacheBench> {
    const simulator = await OpenAiSimulator.start();
    const gateway = await startTestGateway({ SANDBOX: 'false', CACHE_SECONDS: '3600', ...environment }, replacements);
    const models = {
      whisper: 'whisper-1',
      gpt4o: 'gpt-4o-transcribe',
      diarize: 'gpt-4o-transcribe-diarize',
      plain: 'whisper-1',
    };
    for (const [name, upstream_model] of Object.entries(models)) {
      await gateway.createModel(name, simulator.url, { api_key: SIMULATOR_KEY, upstream_model });
    }
    await gateway.admin('PATCH', 'models/plain', { routing: { cache_seconds: 0 } });
    const database = new Client({ connectionString: gateway.databaseUrl });
    // It is cut off with all others where a test takes the database away.
    database.on('error', () => undefined);
    await database.connect();
    return new CacheBench(gateway, simulator, database, await gateway.createKey());
  }

  /** A new key, and so an empty cache, for a test. */
  async renew(fields: Record<string, unknown> = {}): Promise<void> {
    this.key = await this.gateway.createKey(fields);
    this.simulator.requests.length = 0;
  }

  /** Sends a request, for a transcript by `whisper` unless told otherwise, and reads the answer to its end. */
  async ask(asked: Asked = {}): Promise<Seen> {
    const response = await this.open(asked);
    const text = await response.text();
    return {
      status: response.status,
      text,
      headers: response.headers,
      cache: response.headers.get('x-auricle-cache'),
      id: response.headers.get('x-request-id') ?? '',
    };
  }

  /** The same, of which nothing is read. */
  async open({ key, fields, headers, path, audio, filename, signal }: Asked = {}): Promise<Response> {
    return await fetch(this.gateway.url + (path ?? '/v1/audio/transcriptions'), {
      method: 'POST',
      headers: { authorization: `Bearer ${key ?? this.key.key}`, ...headers },
      body: form({ model: 'whisper', ...fields, file: audioFile(audio, filename) }),
      signal,
    });
  }

  /** The answers to these requests, one after the other: what the cache had to do with each. */
  async caches(...asked: readonly Asked[]): Promise<(string | null)[]> {
    const caches = [];
    for (const it of asked) caches.push((await this.ask(it)).cache);
    return caches;
  }

  /** The log of a request. */
  // Tests read what they expect; the schemas are checked elsewhere.
  // oxlint-disable-next-line typescript/no-explicit-any
  async row({ id }: Pick<Seen, 'id'>): Promise<any> {
    return (await this.gateway.admin('GET', `logs/${id}`)).body;
  }

  /** How many calls the provider has got since the test began. */
  get calls(): number {
    return this.simulator.requests.length;
  }

  /** How many answers are stored, once those under way are. */
  async stored(): Promise<number> {
    return (await this.gateway.admin('GET', 'cache')).body.answers;
  }

  async close(): Promise<void> {
    await this.database.end().catch(() => undefined);
    await this.gateway.close();
    await this.simulator.close();
  }
}

/** An answer that waits until the test lets it go. */
export function held(then: ScriptedAnswer): { scripted: ScriptedAnswer; release: () => void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  return {
    release,
    scripted: {
      run: async (response, request) => {
        await released;
        await then.run(response, request);
      },
    },
  };
}
