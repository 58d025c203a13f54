import type { Server } from 'node:http';
import { makeWav } from '../../support/audio.js';
import { MASTER_KEY, startTestGateway, type Replacements, type TestGateway } from '../../support/gateway.js';
import { NO_BLOCK_MB } from '../../support/no-block.js';
import { ManualClock } from '../../support/manual-clock.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import type { RecordedRequest } from '../../support/simulator-request.js';
import { until } from '../../support/upload-server.js';
import { CLOCK } from '../../../src/http/clock.js';

/** One second of sound, enough for every gateway and provider. */
export const AUDIO = makeWav({ durationSeconds: 1, toneHz: 440 });

/** What is compared of a log. */
export type Row = Record<string, unknown>;

/**
 * A gateway in front of a simulated OpenAI, and the key of the current test. It serves two models, `whisper`
 * (whisper-1) and `gpt4o` (gpt-4o-transcribe), and keeps every upload in a file, so that a forgotten one shows.
 */
export class Bench {
  /** Renewed for every test, so that its logs are the test's own. */
  key = { id: '', key: '' };
  private latestBefore: unknown;

  private constructor(
    readonly gateway: TestGateway,
    readonly simulator: OpenAiSimulator,
    /** For timeouts and deadlines. */
    readonly clock: ManualClock,
  ) {}

  static async start(environment: Record<string, string> = {}, replacements: Replacements = []): Promise<Bench> {
    const simulator = await OpenAiSimulator.start();
    const clock = new ManualClock();
    const gateway = await startTestGateway({ SANDBOX: 'false', UPLOAD_MEMORY_MB: NO_BLOCK_MB, ...environment }, [
      { provide: CLOCK, useValue: clock },
      ...replacements,
    ]);
    const deployment = { provider: 'openai', api_key: SIMULATOR_KEY };
    await gateway.createModel('whisper', simulator.url, { ...deployment, upstream_model: 'whisper-1' });
    await gateway.createModel('gpt4o', simulator.url, { ...deployment, upstream_model: 'gpt-4o-transcribe' });
    return new Bench(gateway, simulator, clock);
  }

  /** The transcriptions URL. */
  get url(): string {
    return `${this.gateway.url}/v1/audio/transcriptions`;
  }

  /** To be called before every test. */
  async renew(keyFields: Record<string, unknown> = {}): Promise<void> {
    this.key = await this.gateway.createKey(keyFields);
    this.latestBefore = (await this.gateway.logs('limit=1'))[0]?.['id'];
  }

  /** Sends a form with the test's key; a value with a content is a file. */
  async send(form: FormData, { path = '/v1/audio/transcriptions', key = this.key.key } = {}): Promise<Response> {
    return await fetch(this.gateway.url + path, {
      method: 'POST',
      headers: key === '' ? {} : { authorization: `Bearer ${key}` },
      body: form,
    });
  }

  /** The one row of the test's key, as soon as it is there. */
  async row(): Promise<Row> {
    const query = `key_id=${this.key.id}`;
    await until(async () => (await this.gateway.logs(query)).length > 0);
    const [row, ...more] = await this.gateway.logs(query);
    expect(more).toEqual([]);
    return row ?? {};
  }

  /** Resolves when the simulator has read a request to its end. */
  async bodyArrived(request: RecordedRequest): Promise<void> {
    await until(() => request.rawBody.length > 0);
  }

  /** Resolves when an upload has begun to arrive on disk. */
  async spooling(): Promise<void> {
    await until(async () => (await this.gateway.spooledFiles()).length > 0);
  }

  /**
   * What must be true after every test, whatever it did: the ledger has exactly the expected rows, no upload is left,
   * no request is in flight, and the gateway goes on working.
   */
  async expectAftermath(expectedRows: number): Promise<void> {
    await until(async () => (await this.countNewRows()) >= expectedRows);
    expect(await this.countNewRows()).toBe(expectedRows);
    await until(async () => (await this.gateway.spooledFiles()).length === 0);
    const answer = await this.send(form({ model: 'whisper', file: audioFile() }), { key: MASTER_KEY });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ text: expect.stringContaining('The beach') });
  }

  /** Stops everything; waits until no connection is left on either side. The test's timeout ends a vain wait. */
  async close(): Promise<void> {
    const server: Server = this.gateway.app.getHttpServer();
    await until(async () => {
      // Kept-alive connections of this process's own `fetch` are no leak; what is busy stays.
      server.closeIdleConnections();
      return (await connectionsOf(server)) === 0;
    });
    await this.gateway.close();
    await until(async () => (await this.simulator.openConnections()) === 0);
    await this.simulator.close();
  }

  /** Rows since the test began. */
  private async countNewRows(): Promise<number> {
    const ids = (await this.gateway.logs('limit=100')).map((row) => row['id']);
    const before = ids.indexOf(this.latestBefore);
    return before < 0 ? ids.length : before;
  }
}

/** A form from fields; arrays repeat a field, blobs are files. */
export function form(fields: Record<string, string | File | readonly (string | File)[]>): FormData {
  const data = new FormData();
  for (const [name, values] of Object.entries(fields)) {
    for (const value of [values].flat()) data.append(name, value);
  }
  return data;
}

/** A file part; audio unless told otherwise. */
export function audioFile(bytes: Uint8Array | string = AUDIO, name = 'speech.wav'): File {
  return new File([typeof bytes === 'string' ? bytes : Uint8Array.from(bytes)], name);
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}
