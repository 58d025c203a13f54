import type { AppFacts } from '../../../src/app.js';
import type { TestGateway } from '../../support/gateway.js';
import { startTestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { NO_BLOCK_MB } from '../../support/no-block.js';
import { ManualClock } from '../../support/manual-clock.js';
import type { ScriptedAnswer } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { CLOCK } from '../../../src/http/clock.js';
import { DeploymentHealth } from '../../../src/routing/deployment-health.js';
import { DeploymentLoad } from '../../../src/routing/deployment-load.js';
import type { Sleep } from '../../../src/domain/sleep.js';
import { SLEEP } from '../../../src/routing/sleep.js';
import { RANDOM } from '../../../src/routing/random.js';
import { audioFile, form } from '../bad-input/bench.js';

/** One deployment of a model under test; the name is that of its simulator, and its place in reports. */
export type Deployments = Readonly<Record<string, { routing?: object; [field: string]: unknown }>>;

/** The text fields of a request. */
type Fields = Record<string, string | readonly string[]>;

interface SendOptions {
  readonly headers?: Record<string, string>;
  readonly key?: string;
  /** Of the upload, by which simulators know the request. */
  readonly filename?: string;
  readonly signal?: AbortSignal;
}

/** What became of one request. */
export interface Outcome {
  readonly response: Response;
  readonly text: string;
  // Tests read what they expect; the schemas are checked elsewhere.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly row: any;
  /** Every attempt of the row as `deployment:outcome`. */
  readonly tried: string;
  /** Who answered, or was tried last, by its name; the model in front of it. */
  readonly answeredBy: string;
}

/**
 * A gateway whose clock, chance and pauses belong to the test, in front of simulators that are made for every test. No
 * draw is random: deployments are tried in the order in which they were declared.
 */
export class RoutingBench {
  /** Draws for weights and jitter. */
  random = (): number => 0.5;
  /** The pauses that were asked for, in milliseconds. */
  readonly pauses: number[] = [];
  /** How the executor waits; by default the clock is moved instead. */
  sleep: Sleep = this.skipPause.bind(this);
  key = '';
  private readonly keyIds: string[] = [];
  private readonly names = new Map<string, string>();
  private simulators = new Map<string, OpenAiSimulator>();

  private constructor(
    readonly gateway: TestGateway,
    /** For circuits, limits, timeouts and deadlines. */
    readonly clock: ManualClock,
  ) {}

  static async start(
    environment: Record<string, string> = {},
    parts?: Pick<AppFacts, 'tracing'>,
  ): Promise<RoutingBench> {
    const clock = new ManualClock();
    const gateway = await startTestGateway(
      { SANDBOX: 'false', UPLOAD_MEMORY_MB: NO_BLOCK_MB, MAX_RETRIES: '2', COOLDOWN_SECONDS: '30', ...environment },
      [
        { provide: RANDOM, useValue: () => bench.random() },
        {
          provide: SLEEP,
          useValue: (async (ms, signal) => {
            bench.pauses.push(ms);
            await bench.sleep(ms, signal);
          }) satisfies Sleep,
        },
        { provide: CLOCK, useValue: clock },
        { provide: DeploymentHealth, useValue: new DeploymentHealth(clock.nowMs) },
        { provide: DeploymentLoad, useValue: new DeploymentLoad(clock.nowMs) },
      ],
      parts,
    );
    const bench = new RoutingBench(gateway, clock);
    bench.key = (await gateway.createKey()).key;
    return bench;
  }

  /** The simulator of that name; a new one in every test. */
  async simulator(name: string): Promise<OpenAiSimulator> {
    const known = this.simulators.get(name);
    if (known) return known;
    const simulator = await OpenAiSimulator.start();
    this.simulators.set(name, simulator);
    return simulator;
  }

  /** Makes simulators answer as scripted, the rest as usual. */
  async script(answers: Readonly<Record<string, readonly ScriptedAnswer[]>>): Promise<void> {
    for (const [name, script] of Object.entries(answers)) (await this.simulator(name)).respondWith(...script);
  }

  /** Makes a model; in the order of its deployments unless they say otherwise. @returns the ids by name */
  async createModel(
    name: string,
    deployments: Deployments,
    routing: Record<string, unknown> = {},
  ): Promise<Record<string, string>> {
    const names = Object.keys(deployments);
    const wire = await Promise.all(
      Object.entries(deployments).map(async ([simulator, { routing: own = {}, ...fields }], index) => ({
        provider: 'openai',
        upstream_model: 'whisper-1',
        api_base: (await this.simulator(simulator)).url,
        api_key: SIMULATOR_KEY,
        routing: { order: index + 1, ...own },
        ...fields,
      })),
    );
    const answer = await this.gateway.admin('POST', 'models', { name, routing, deployments: wire });
    if (answer.status !== 201) throw new Error(`createModel: ${JSON.stringify(answer.body)}`);
    const made: { id: string }[] = answer.body.deployments;
    const ids = made.map(({ id }, index) => [names[index] ?? '', id] as const);
    for (const [deployment, id] of ids) this.names.set(id, deployment);
    return Object.fromEntries(ids);
  }

  /** A key that is gone after the test. */
  async createKey(fields: Record<string, unknown>): Promise<string> {
    const { id, key } = await this.gateway.createKey(fields);
    this.keyIds.push(id);
    return key;
  }

  /** Removes what a test has made. */
  async clear(): Promise<void> {
    for (const id of this.keyIds.splice(0)) await this.gateway.admin('DELETE', `keys/${id}`);
    const models = await this.gateway.admin('GET', 'models?limit=100');
    // None that another falls back on can be deleted.
    for (const { name } of models.body.data) {
      await this.gateway.admin('PATCH', `models/${name}`, { routing: { fallbacks: null } });
    }
    for (const { name } of models.body.data) {
      expect((await this.gateway.admin('DELETE', `models/${name}`)).status).toBe(200);
    }
    for (const simulator of this.simulators.values()) await simulator.close();
    this.simulators = new Map();
    this.pauses.length = 0;
    this.sleep = this.skipPause.bind(this);
  }

  /** Sends one request and gathers what everybody has seen of it. */
  async send(fields: Fields = {}, options: SendOptions = {}): Promise<Outcome> {
    const response = await this.ask(fields, options);
    return await this.outcomeOf(response, await response.text());
  }

  /** Sends one request; the answer's body has not been read. */
  async ask(fields: Fields = {}, { headers, key = this.key, filename, signal }: SendOptions = {}): Promise<Response> {
    return await fetch(`${this.gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, ...headers },
      body: form({ model: 'main', ...fields, file: audioFile(undefined, filename) }),
      signal,
    });
  }

  /** Gathers what everybody has seen of a request whose answer was read to its end. */
  async outcomeOf(response: Response, text: string): Promise<Outcome> {
    const row = await this.row(response.headers.get('x-request-id') ?? '');
    return {
      response,
      text,
      row,
      tried: this.describe(row),
      answeredBy: [
        response.headers.get('x-auricle-model'),
        this.names.get(response.headers.get('x-auricle-deployment') ?? ''),
      ]
        .filter(Boolean)
        .join('/'),
    };
  }

  /** The log of a request, of which there is exactly one. */
  // oxlint-disable-next-line typescript/no-explicit-any
  async row(requestId: string): Promise<any> {
    const rows = await this.gateway.logs(`request_id=${requestId}`);
    expect(rows).toHaveLength(1);
    return rows[0];
  }

  /** The health listing of a deployment. */
  async health(id: string | undefined): Promise<Record<string, unknown>> {
    const { body } = await this.gateway.admin('GET', 'deployments/health');
    const found = body.data.find((it: { id: string }) => it.id === id);
    if (!found) throw new Error(`no health of ${id}`);
    return found;
  }

  /** What must be true after every request: nothing in flight, no upload left. */
  async expectAftermath(): Promise<void> {
    await until(async () => (await this.gateway.spooledFiles()).length === 0);
    const { body } = await this.gateway.admin('GET', 'deployments/health');
    expect(body.data.filter((it: { in_flight: number }) => it.in_flight !== 0)).toEqual([]);
  }

  /** The name of a deployment in reports. */
  nameOf(id: string): string {
    return this.names.get(id) ?? id;
  }

  async close(): Promise<void> {
    await this.clear();
    await this.gateway.close();
  }

  private describe(row: { attempts: { deployment_id: string; outcome: string }[] }): string {
    return row.attempts.map((it) => `${this.nameOf(it.deployment_id)}:${it.outcome}`).join(' ');
  }

  private skipPause(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.clock.advance(ms);
    return Promise.resolve();
  }
}
