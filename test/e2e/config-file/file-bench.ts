import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { startTestGateway, type AdminAnswer, type TestGateway } from '../../support/gateway.js';
import { ManualClock } from '../../support/manual-clock.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { CLOCK } from '../../../src/http/clock.js';
import type { Sleep } from '../../../src/domain/sleep.js';
import { SLEEP } from '../../../src/routing/sleep.js';
import { RANDOM } from '../../../src/routing/random.js';
import { audioFile, form } from '../bad-input/bench.js';

/** What the gateway's own tests switch off, and a file is to decide. */
const LEFT_TO_THE_FILE = { MAX_RETRIES: '', COOLDOWN_SECONDS: '', SANDBOX: 'false' };

/** An entry of `model_list`. */
export interface Entry {
  readonly model_name: string;
  readonly litellm_params: Readonly<Record<string, unknown>>;
  readonly model_info?: Readonly<Record<string, unknown>>;
}

/** An entry for OpenAI's whisper-1 on a simulator. */
export function entry(
  model_name: string,
  simulator: OpenAiSimulator,
  parameters: Readonly<Record<string, unknown>> = {},
  model_info?: Entry['model_info'],
): Entry {
  const litellm_params = { model: 'whisper-1', api_key: SIMULATOR_KEY, api_base: simulator.url, ...parameters };
  return { model_name, litellm_params, ...(model_info && { model_info }) };
}

/** A gateway that was started with a file; pauses take no time, timeouts and chance are the test's. */
export class FileBench {
  /** The pauses before retries that were asked for, in milliseconds. */
  readonly pauses: number[] = [];
  /** For timeouts and deadlines. */
  readonly clock = new ManualClock();
  /** What is drawn where chance decides, in [0, 1). */
  draw = 0.5;
  private readonly simulators: OpenAiSimulator[] = [];
  private started: TestGateway | undefined;

  private constructor(private readonly folder: string) {}

  static async create(): Promise<FileBench> {
    return new FileBench(await mkdtemp(join(tmpdir(), 'config-file-')));
  }

  /** The file's path. */
  get path(): string {
    return join(this.folder, 'config.yaml');
  }

  get gateway(): TestGateway {
    if (!this.started) throw new Error('the gateway has not been started');
    return this.started;
  }

  async simulator(): Promise<OpenAiSimulator> {
    const simulator = await OpenAiSimulator.start();
    this.simulators.push(simulator);
    return simulator;
  }

  /** Writes the file: text as it is, anything else as JSON, which is YAML. */
  async write(content: string | object): Promise<void> {
    await writeFile(this.path, typeof content === 'string' ? content : JSON.stringify(content));
  }

  async start(content: string | object, environment: Record<string, string> = {}): Promise<void> {
    await this.write(content);
    const sleep: Sleep = (ms, signal) => {
      signal.throwIfAborted();
      this.pauses.push(ms);
      return Promise.resolve();
    };
    this.started = await startTestGateway({ ...LEFT_TO_THE_FILE, CONFIG_FILE: this.path, ...environment }, [
      { provide: RANDOM, useValue: () => this.draw },
      { provide: SLEEP, useValue: sleep },
      { provide: CLOCK, useValue: this.clock },
    ]);
  }

  /** Writes the file and asks the gateway to read it again. */
  async reload(content: string | object): Promise<AdminAnswer> {
    await this.write(content);
    return await this.gateway.admin('POST', 'config/reload');
  }

  /** As `reload`, of a file that must be right. */
  async use(content: object): Promise<void> {
    const { status, body } = await this.reload(content);
    expect([status, body.warnings]).toEqual([200, []]);
  }

  /** The official client. */
  client(apiKey: string): OpenAI {
    return new OpenAI({ apiKey, baseURL: `${this.gateway.url}/v1`, maxRetries: 0 });
  }

  async send(key: string, fields: Record<string, string | File> = {}): Promise<Response> {
    return await fetch(`${this.gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: form({ model: 'whisper', file: audioFile(), ...fields }),
    });
  }

  /** What the ledger says of an answer. */
  // Tests read what they expect; the schemas are checked elsewhere.
  // oxlint-disable-next-line typescript/no-explicit-any
  async row(response: Response): Promise<any> {
    return await this.gateway.row(response);
  }

  /** The outcome of every attempt. */
  async outcomes(response: Response): Promise<readonly string[]> {
    const { attempts } = await this.row(response);
    return attempts.map(({ outcome }: { outcome: string }) => outcome);
  }

  async close(): Promise<void> {
    for (const simulator of this.simulators) await simulator.close();
    await this.started?.close();
    await rm(this.folder, { recursive: true });
  }
}
