import type { ReportedResult, ResponseFormat, TranscriptionEvent } from '../../src/domain/transcription.js';
import { AssemblyAiAdapter } from '../../src/providers/assemblyai/assemblyai.adapter.js';
import { builtInProviders } from '../../src/providers/built-in-providers.js';
import type { ProviderAdapter, ProviderCall } from '../../src/providers/provider-adapter.js';
import { ProviderHttp } from '../../src/providers/provider-http.js';
import { ProviderRegistry } from '../../src/providers/provider-registry.js';
import { plainRequest } from '../support/adapter-contract.js';
import type { ScriptedAnswer } from '../support/simulator-answers.js';
import { simulators } from '../support/simulators.js';

/** How an adapter is called, where it matters. */
export interface BenchCall {
  /** The provider's usual one when absent. */
  readonly upstreamModel?: string;
  readonly format?: ResponseFormat;
}

/** Every adapter in front of its simulated provider, without a gateway around it. */
export class AdapterBench {
  private readonly registry: ProviderRegistry;

  constructor(private readonly http: ProviderHttp = new ProviderHttp()) {
    this.registry = new ProviderRegistry(builtInProviders(http));
  }

  /** What one transcription comes to, answered as scripted. */
  async transcribe(
    provider: string,
    answers: readonly ScriptedAnswer[],
    options: BenchCall = {},
  ): Promise<ReportedResult> {
    return await this.call(provider, answers, options, (adapter, call) => adapter.transcribe(call));
  }

  /** The events of one transcription, answered as scripted. */
  async stream(
    provider: string,
    answers: readonly ScriptedAnswer[],
    options: BenchCall = {},
  ): Promise<readonly TranscriptionEvent[]> {
    return await this.call(provider, answers, options, async (adapter, call) => {
      if (!adapter.stream) throw new Error(`${provider} has no stream`);
      const events: TranscriptionEvent[] = [];
      for await (const event of adapter.stream(call)) events.push(event);
      return events;
    });
  }

  async close(): Promise<void> {
    await this.http.onModuleDestroy();
  }

  private async call<Outcome>(
    provider: string,
    answers: readonly ScriptedAnswer[],
    { upstreamModel, format = 'json' }: BenchCall,
    run: (adapter: ProviderAdapter, call: ProviderCall) => Promise<Outcome>,
  ): Promise<Outcome> {
    const simulator = simulators.find((it) => it.provider === provider);
    if (!simulator) throw new Error(`${provider} is not simulated`);
    const adapter = this.adapterOf(provider);
    const server = await simulator.start();
    try {
      server.respondWith(...answers);
      return await run(adapter, {
        request: plainRequest({ responseFormat: format }),
        upstreamModel: upstreamModel ?? simulator.upstreamModel,
        upstreamFormat: format,
        apiBase: server.origin + simulator.basePath,
        apiKey: simulator.apiKey,
        settings: adapter.settings.parse(simulator.settings ?? {}),
        signal: new AbortController().signal,
      });
    } finally {
      await server.close();
    }
  }

  private adapterOf(provider: string): ProviderAdapter {
    // Nobody waits for a job that is done.
    if (provider === 'assemblyai') {
      return new AssemblyAiAdapter(this.http, { sleep: () => Promise.resolve(), deleteTimeoutMs: 1_000 });
    }
    const adapter = this.registry.get(provider);
    if (!adapter) throw new Error(`there is no provider ${provider}`);
    return adapter;
  }
}
