import type { ProviderAdapter } from '../../src/providers/provider-adapter.js';
import { ProviderRegistry } from '../../src/providers/provider-registry.js';
import { type FormPart, postForm } from '../support/client-form.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import type { SimulatorServer } from '../support/simulator-server.js';
import { type Simulator, simulators } from '../support/simulators.js';

/** A public model with one deployment at a simulated provider. */
export interface BenchModel {
  /** The public name. */
  readonly name: string;
  readonly provider: string;
  readonly upstreamModel: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The simulator to use instead of the provider's usual one. */
  readonly server?: SimulatorServer;
}

/** A recording to send. */
export interface Recording {
  readonly bytes: Buffer;
  readonly filename: string;
}

/** What a client got. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** The real gateway with every provider simulated behind it. */
export class ProviderBench {
  private constructor(
    readonly gateway: TestGateway,
    private readonly key: string,
    private readonly running: ReadonlyMap<string, { readonly simulator: Simulator; readonly server: SimulatorServer }>,
  ) {}

  static async start(): Promise<ProviderBench> {
    const running = new Map(
      await Promise.all(
        simulators.map(
          async (simulator) => [simulator.provider, { simulator, server: await simulator.start() }] as const,
        ),
      ),
    );
    const gateway = await startTestGateway();
    const { key } = await gateway.createKey();
    return new ProviderBench(gateway, key, running);
  }

  /** Every registered provider. */
  get adapters(): readonly ProviderAdapter[] {
    return this.gateway.app.get(ProviderRegistry).all();
  }

  /** @throws Error for a provider that is not simulated */
  adapterOf(provider: string): ProviderAdapter {
    const adapter = this.adapters.find((it) => it.provider === provider);
    if (!adapter) throw new Error(`there is no provider ${provider}`);
    return adapter;
  }

  /** The simulator in a provider's place; the sandbox needs none. */
  serverOf(provider: string): SimulatorServer | undefined {
    return this.running.get(provider)?.server;
  }

  /** @throws Error when the gateway refuses the model */
  async add({ name, provider, upstreamModel, settings, server = this.serverOf(provider) }: BenchModel): Promise<void> {
    const { simulator } = this.running.get(provider) ?? {};
    await this.gateway.createModel(name, '', {
      provider,
      upstream_model: upstreamModel,
      api_base: server && simulator ? server.origin + simulator.basePath : null,
      api_key: simulator?.apiKey ?? null,
      settings: settings ?? simulator?.settings ?? {},
    });
  }

  /** Sends one audio request as a client would. */
  async ask(
    task: 'transcribe' | 'translate',
    model: string,
    fields: Readonly<Record<string, string | readonly string[]>>,
    { bytes, filename }: Recording,
  ): Promise<Answer> {
    const endpoint = task === 'translate' ? 'translations' : 'transcriptions';
    const parts: FormPart[] = Object.entries({ model, ...fields }).flatMap(([name, values]) =>
      [values].flat().map((value) => ({ name, value })),
    );
    const response = await postForm(`${this.gateway.url}/v1/audio/${endpoint}`, this.key, [
      ...parts,
      { name: 'file', bytes, filename },
    ]);
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  }

  /** The log of an answer. */
  async rowOf(answer: Answer): Promise<Readonly<Record<string, unknown>>> {
    return await this.gateway.row(answer);
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ server }) => server.close()));
    await this.gateway.close();
  }
}
