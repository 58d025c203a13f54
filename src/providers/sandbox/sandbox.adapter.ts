import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { requestFields, type Capabilities } from '../../domain/capabilities.js';
import { ProviderError } from '../../domain/errors.js';
import type { Sleep } from '../../domain/sleep.js';
import {
  tasks,
  timestampGranularities,
  type TranscriptionRequest,
  type TranscriptionResult,
} from '../../domain/transcription.js';
import type { ProviderAdapter, ProviderCall } from '../provider-adapter.js';
import { noEnvironment } from '../provider-environment.js';
import { sandboxPrices } from './sandbox.prices.js';
import { makeLogprobs, makeTranscript } from './sandbox.transcript.js';

/** How long `sandbox-slow` takes to answer. */
export const SLOW_MS = 5_000;
/** How long `sandbox-rate-limited` asks to be left alone. */
const RATE_LIMIT_MS = 1_000;

const settingsSchema = z.strictObject({});
/** The sandbox has nothing to set. */
export type SandboxSettings = z.infer<typeof settingsSchema>;

/** What comes before a model's answer: a wait, or an error instead of it. */
type Obstacle = (signal: AbortSignal) => void | Promise<void>;

const CAPABILITIES: Capabilities = {
  tasks,
  // The sandbox gives words with times; every format is made from them.
  formats: [],
  granularities: timestampGranularities,
  streaming: false,
  diarization: true,
  fields: requestFields,
  options: [],
};

/**
 * A provider without a provider: no key, no network, no cost. It answers every kind of request with a made-up
 * transcript that says so, always the same for the same audio, so that applications can be built and failures
 * rehearsed before there is a single key:
 *
 * | Upstream model         | Behaviour                                                                       |
 * |------------------------|---------------------------------------------------------------------------------|
 * | `sandbox`              | answers at once                                                                 |
 * | `sandbox-slow`         | answers after five seconds                                                      |
 * | `sandbox-flaky`        | fails as `unavailable` on every second call, counted over all calls to this one |
 * | `sandbox-rate-limited` | fails as `rate_limited` and asks to be left alone for a second                  |
 * | `sandbox-error`        | fails as `unavailable`                                                          |
 */
export class SandboxAdapter implements ProviderAdapter<SandboxSettings> {
  readonly provider = 'sandbox';
  readonly title = 'Sandbox';
  readonly settings = settingsSchema;
  readonly needsApiKey = false;
  readonly builtIn = true;
  readonly environment = noEnvironment;
  readonly prefixes = [];
  readonly prices = sandboxPrices;
  readonly knownModels: readonly string[];

  private readonly obstacles: ReadonlyMap<string, Obstacle>;
  private flakyCalls = 0;

  /** @param sleep how `sandbox-slow` waits */
  constructor(private readonly sleep: Sleep = (ms, signal) => setTimeout(ms, undefined, { signal })) {
    this.obstacles = new Map<string, Obstacle>([
      ['sandbox', () => {}],
      ['sandbox-slow', (signal) => this.sleep(SLOW_MS, signal)],
      ['sandbox-flaky', () => this.failEverySecondTime()],
      ['sandbox-rate-limited', failRateLimited],
      ['sandbox-error', failUnavailable],
    ]);
    this.knownModels = [...this.obstacles.keys()];
  }

  capabilities(): Capabilities {
    return CAPABILITIES;
  }

  async transcribe({ request, upstreamModel, signal }: ProviderCall<SandboxSettings>): Promise<TranscriptionResult> {
    const obstacle = this.obstacles.get(upstreamModel);
    if (!obstacle) {
      const known = this.knownModels.join(', ');
      throw new ProviderError('model_not_found', `the sandbox has no model '${upstreamModel}', only ${known}`, {
        upstreamStatus: 404,
      });
    }
    try {
      signal.throwIfAborted();
      await obstacle(signal);
      const result = await transcribe(request);
      signal.throwIfAborted();
      return result;
    } catch (error) {
      throw signal.aborted ? explainAbort(signal, error) : error;
    }
  }

  private failEverySecondTime(): void {
    this.flakyCalls += 1;
    if (this.flakyCalls % 2 === 0) {
      throw new ProviderError('unavailable', 'sandbox-flaky fails on every second call', { upstreamStatus: 503 });
    }
  }
}

function failRateLimited(): never {
  throw new ProviderError('rate_limited', 'sandbox-rate-limited is always over its rate limit', {
    upstreamStatus: 429,
    retryAfterMs: RATE_LIMIT_MS,
  });
}

function failUnavailable(): never {
  throw new ProviderError('unavailable', 'sandbox-error always fails', { upstreamStatus: 500 });
}

async function transcribe(request: TranscriptionRequest): Promise<TranscriptionResult> {
  const { audio, task, language = 'en', include } = request;
  const { durationSeconds, container } = await audio.probe();
  const recording = { filename: audio.filename, sizeBytes: audio.sizeBytes, durationSeconds, container };
  const transcript = makeTranscript(recording, speakersOf(request));
  return {
    ...transcript,
    language: task === 'translate' ? 'en' : language,
    logprobs: include.includes('logprobs') ? makeLogprobs(transcript.text) : undefined,
    usage: { type: 'duration', seconds: transcript.durationSeconds },
  };
}

/** Two people talk, the known ones first; only diarization tells them apart. */
function speakersOf({ responseFormat, speakers }: TranscriptionRequest): readonly string[] {
  if (responseFormat !== 'diarized_json') return [];
  return [...(speakers?.names ?? []), 'A', 'B'].slice(0, 2);
}

/** The deadline is recognised by its reason, a `TimeoutError`. */
function explainAbort(signal: AbortSignal, cause: unknown): ProviderError {
  const name: unknown = signal.reason?.name;
  return name === 'TimeoutError'
    ? new ProviderError('timeout', 'the sandbox did not answer before the deadline', { cause })
    : new ProviderError('aborted', 'the client went away', { cause });
}
