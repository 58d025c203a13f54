import { CredentialUses } from '../../src/models/credentials/use/credential-uses.js';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Capabilities } from '../../src/domain/capabilities.js';
import type { Deployment } from '../../src/domain/deployment.js';
import { ProviderError, failureReasons, type FailureReason } from '../../src/domain/errors.js';
import type { GatewayRouting, ModelRouting } from '../../src/domain/routing-settings.js';
import type { TranscriptionEvent, TranscriptionRequest, TranscriptionResult } from '../../src/domain/transcription.js';
import type { CatalogueModel } from '../../src/models/catalogue-model.js';
import { Catalogue } from '../../src/models/catalogue.js';
import { noEnvironment } from '../../src/providers/provider-environment.js';
import type { ProviderAdapter, ProviderCall } from '../../src/providers/provider-adapter.js';
import type { Sleep } from '../../src/domain/sleep.js';
import type { TranscriptionCandidate } from '../../src/transcriptions/candidates/transcription-candidate.js';

/** How one call of a scripted provider goes, in faked time. */
export interface Script {
  readonly end: 'answer' | 'hang' | 'mistake' | 'cut' | FailureReason;
  readonly afterMs?: number;
  /** Events before the end, where it streams; each takes `afterMs`. */
  readonly events?: number;
  readonly retryAfterMs?: number;
}

/** A gateway that hurries. */
const routing: GatewayRouting = {
  routing_strategy: 'weighted',
  request_timeout_seconds: 3,
  max_retries: 0,
  hedging: false,
  drop_params: false,
  unsupported_format: 'refuse',
  transcode: 'off',
  default_fallbacks: [],
  max_fallbacks: 5,
  max_request_timeout_seconds: 3,
  attempt_timeout_seconds: 0.5,
  backoff_base_ms: 100,
  backoff_min_ms: 0,
  backoff_max_ms: 1000,
  max_retry_after_seconds: 2,
  allowed_failures: 2,
  cooldown_seconds: 60,
  cache_seconds: 0,
  mock_testing_fallbacks: false,
};

/** A catalogue that has read its models from nowhere. */
export function catalogueOf(deployments: readonly Deployment[] = [], ofModel: ModelRouting = {}): Catalogue {
  const at = new Date(0);
  const models = [...new Set(deployments.map(({ model }) => model))].map((name): CatalogueModel => ({
    id: name,
    name,
    managedBy: 'api',
    hidden: false,
    routing: ofModel,
    createdAt: at,
    deployments: deployments
      .filter(({ model }) => model === name)
      .map((it) => ({ ...it, createdAt: at, updatedAt: at })),
  }));
  const catalogue: Catalogue = Object.create(Catalogue.prototype, {
    routing: { value: routing },
    find: { value: (name: string) => models.find((it) => it.name === name) },
    all: { value: () => models },
  });
  return catalogue;
}

/** Of every scripted deployment. */
const capabilities: Capabilities = {
  tasks: ['transcribe'],
  formats: ['json'],
  granularities: [],
  streaming: true,
  diarization: false,
  fields: [],
  options: [],
};

/** Waits in faked time. */
export const sleepInFakedTime: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const wake = (): void => {
      signal.removeEventListener('abort', cancel);
      resolve();
    };
    const cancel = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', cancel, { once: true });
  });

/** A provider that does as scripted, obeys its signal, and notes what it was asked. */
export class ScriptedAdapter implements ProviderAdapter {
  readonly provider = 'scripted';
  readonly title = 'Scripted';
  readonly environment = noEnvironment;
  readonly prefixes = [];
  readonly prices = [];
  readonly settings = z.unknown();
  readonly needsApiKey = false;
  readonly knownModels = [];
  readonly starts: { deploymentId: string; atMs: number; wasAborted: boolean }[] = [];
  openStreams = 0;
  private readonly scripts: Map<string, Script[]>;

  /** @param scripts of the calls of each deployment, by id */
  constructor(scripts: Readonly<Record<string, readonly Script[]>>) {
    this.scripts = new Map(Object.entries(scripts).map(([id, list]) => [id, [...list]]));
  }

  capabilities(): Capabilities {
    return capabilities;
  }

  async transcribe(call: ProviderCall): Promise<TranscriptionResult> {
    const next = this.begin(call);
    await this.play(next, call.signal);
    return { text: 'heard', upstreamRequestId: 'r' };
  }

  async *stream(call: ProviderCall): AsyncGenerator<TranscriptionEvent> {
    const next = this.begin(call);
    this.openStreams += 1;
    try {
      for (let count = 0; count < (next.events ?? 0); count += 1) {
        await this.wait(next.afterMs ?? 0, call.signal);
        yield { type: 'relay', data: '{}' };
      }
      await this.play(next, call.signal);
      if (next.end !== 'cut') yield { type: 'done', data: '{}', text: 'heard' };
    } finally {
      this.openStreams -= 1;
    }
  }

  private begin({ upstreamModel: deploymentId, signal }: ProviderCall): Script {
    this.starts.push({ deploymentId, atMs: Date.now(), wasAborted: signal.aborted });
    const next = this.scripts.get(deploymentId)?.shift();
    if (!next) throw new Error('asked more often than any policy allows');
    return next;
  }

  private async play({ afterMs = 0, end, retryAfterMs }: Script, signal: AbortSignal): Promise<void> {
    await this.wait(end === 'hang' ? 1e9 : afterMs, signal);
    if (end === 'mistake') throw new TypeError('a mistake in the adapter');
    const reason = failureReasons.find((it) => it === end);
    if (reason) throw new ProviderError(reason, 'as scripted', { retryAfterMs });
  }

  private async wait(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await sleepInFakedTime(ms, signal);
    } catch {
      // Between the signal and the end of a call lies a connection that has to be closed.
      for (let count = 0; count < 20; count += 1) await Promise.resolve();
      const isTimeout = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
      throw new ProviderError(isTimeout ? 'timeout' : 'aborted', 'the signal has fired');
    }
  }
}

/** A request for a transcript of the model `main`. */
export const request: TranscriptionRequest = {
  task: 'transcribe',
  model: 'main',
  audio: {
    filename: 'a.wav',
    mediaType: 'audio/wav',
    sizeBytes: 1,
    stream: () => Readable.from([]),
    probe: () => Promise.resolve({}),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  },
  responseFormat: 'json',
  granularities: [],
  stream: false,
  include: [],
  keywords: [],
  languages: [],
  providerOptions: new Map(),
};

/** A deployment of the model `main`, unless told otherwise. */
export function scriptedDeployment(id: string, fields: Partial<Deployment> = {}): Deployment {
  return {
    id,
    model: 'main',
    provider: 'scripted',
    upstreamModel: id,
    mode: 'audio_transcription',
    settings: {},
    weight: 1,
    routing: {},
    enabled: true,
    managedBy: 'api',
    ...fields,
  };
}

/** A place in a plan; not retried, not hedged and not streaming, unless told otherwise. */
export function scriptedCandidate(
  deployment: Deployment,
  adapter: ScriptedAdapter,
  fields: Partial<TranscriptionCandidate> = {},
): TranscriptionCandidate {
  return {
    deployment,
    adapter,
    task: 'transcribe',
    isStream: false,
    concessions: 0,
    capabilities,
    wanted: request,
    request,
    format: { mode: 'native', upstreamFormat: 'json' },
    answerFormat: 'json',
    chained: false,
    dropped: [],
    delivery: 'whole',
    max_retries: 0,
    hedging: false,
    weight: 1,
    order: 1,
    native: true,
    inFlight: 0,
    latencyMsPerAudioSecond: undefined,
    estimatedCostNanoUsd: undefined,
    headroom: 1,
    ...fields,
  };
}

/** Notes no use of credentials: scripted deployments have none. */
export function unnotedUses(): CredentialUses {
  return new CredentialUses({ add: () => Promise.resolve() });
}
