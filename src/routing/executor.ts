import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Deployment } from '../domain/deployment.js';
import { ProviderError } from '../domain/errors.js';
import type { TranscriptionEvent, TranscriptionRequest, TranscriptionResult } from '../domain/transcription.js';
import { Catalogue } from '../models/catalogue.js';
import { AttemptTimer } from './attempt-timer.js';
import type { Attempt } from './attempt.js';
import { DeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import { answerFailure } from './failure-policy.js';
import { nextStep } from './retry-policy.js';
import { RANDOM, type Candidate } from './router.js';

/** What the executor needs beside the plan. */
export interface Execution {
  readonly request: TranscriptionRequest;
  /** Measured; decides what "slow" is. */
  readonly durationSeconds: number | undefined;
  readonly deadline: { readonly signal: AbortSignal; readonly remainingMs: number };
  /** A model whose attempts are made to fail without calling anybody, to see the fallback work. */
  readonly failModel?: string;
  /** Told of the deployment before each attempt. */
  readonly onStart: (deployment: Deployment) => void;
  /** Told of every attempt when it has ended, whatever its outcome. */
  readonly onAttempt: (attempt: Attempt) => void;
}

/** Who answered, and the answer: whole, or event by event from the first one on. */
export type Executed =
  | { readonly candidate: Candidate; readonly result: TranscriptionResult }
  | { readonly candidate: Candidate; readonly events: AsyncIterable<TranscriptionEvent> };

/** Waits; rejects as soon as the signal fires. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Injection token of {@link Sleep}. */
export const SLEEP = Symbol('SLEEP');

/** Waits in real time. */
export const realSleep: Sleep = (ms, signal) => delay(ms, undefined, { signal });

/**
 * Carries a plan out: attempts on the best candidate, retries as the table says, then the next candidate, all under one
 * deadline. Nothing is tried again once the first event of a stream is here.
 */
@Injectable()
export class Executor {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly health: DeploymentHealth,
    private readonly load: DeploymentLoad,
    @Inject(RANDOM) private readonly random: () => number,
    @Inject(SLEEP) private readonly sleep: Sleep,
  ) {}

  /**
   * A relayed stream is awaited up to its first event, so that a provider that fails at once is replaced by the next; its
   * attempt ends with the stream.
   * @throws GatewayError what the client is told when every attempt has failed; a stream may throw one later
   */
  async execute(candidates: readonly Candidate[], execution: Execution): Promise<Executed> {
    const left = [...candidates];
    let failure: ProviderError | undefined;
    for (let candidate = left.shift(); candidate; candidate = left.shift()) {
      // Half-open: one request at a time may find out whether the deployment is back.
      if (left.length > 0 && !this.health.tryProbe(candidate.deployment.id)) continue;
      const ended = await this.exhaust(candidate, left, execution);
      if ('candidate' in ended) return ended;
      failure = ended.failure;
      if (ended.give === 'up') break;
    }
    throw answerFailure(failure ?? new ProviderError('unavailable', 'no deployment could be tried'));
  }

  /** Tries one candidate as often as the policy allows. A hedged attempt takes its backup out of `left`. */
  private async exhaust(
    candidate: Candidate,
    left: Candidate[],
    execution: Execution,
  ): Promise<Executed | { failure: ProviderError; give: 'up' | 'way' }> {
    const { deadline } = execution;
    const limits = { ...this.catalogue.routing, maxRetries: candidate.maxRetries };
    for (let retried = 0; ; retried += 1) {
      const ended = await this.hedge(candidate, left, execution);
      if (!(ended instanceof ProviderError)) return ended;
      const step = nextStep(ended, retried, deadline.signal.aborted ? 0 : deadline.remainingMs, limits, this.random);
      if (step.do !== 'retry') return { failure: ended, give: step.do === 'next' ? 'way' : 'up' };
      try {
        await this.sleep(step.afterMs, deadline.signal);
      } catch {
        return { failure: ended, give: 'up' };
      }
    }
  }

  /** One attempt; where hedging is on, a second one on the next candidate when the first is slower than usual. */
  private async hedge(
    candidate: Candidate,
    left: Candidate[],
    execution: Execution,
  ): Promise<Executed | ProviderError> {
    const first = this.startAttempt(candidate, execution);
    const [backup] = left;
    const usualMs = this.load.p95Ms(candidate.deployment.id, execution.durationSeconds ?? 0);
    if (!candidate.hedging || !backup || usualMs === undefined) return await first.ended;
    const waiting = new AbortController();
    const slow = this.sleep(usualMs, AbortSignal.any([waiting.signal, execution.deadline.signal])).then(
      () => 'slow' as const,
      () => undefined,
    );
    const early = await Promise.race([first.ended, slow]);
    waiting.abort();
    if (early !== 'slow') return early ?? (await first.ended);
    left.shift();
    const second = this.startAttempt(backup, execution);
    return await firstAnswer(first, second);
  }

  private startAttempt(candidate: Candidate, execution: Execution): RunningAttempt {
    const { deployment } = candidate;
    const { request, durationSeconds, deadline, onStart, onAttempt, failModel } = execution;
    onStart(deployment);
    const startedAt = performance.now();
    const timer = new AttemptTimer(
      deadline.signal,
      deployment.routing.timeoutMs ?? this.catalogue.routing.attemptTimeoutMs,
    );
    const release = this.load.start(deployment.id, deployment.routing, durationSeconds ?? 0);
    const mocked = deployment.model === failModel;
    const record: RecordEnd = ({ result, error }) => {
      timer.stop();
      release(result !== undefined);
      const failure = toProviderError(error);
      if (!mocked) this.judge(deployment, result ? undefined : failure);
      onAttempt({
        deployment_id: deployment.id,
        model: deployment.model,
        provider: deployment.provider,
        upstream_model: deployment.upstreamModel,
        outcome: result ? 'success' : failure.reason,
        upstream_status: result ? 200 : (failure.upstreamStatus ?? null),
        upstream_request_id: (result ?? failure).upstreamRequestId ?? null,
        latency_ms: Math.round(performance.now() - startedAt),
        error: result ? null : failure.message,
      });
      return failure;
    };
    const run = async (): Promise<Executed | ProviderError> => {
      try {
        if (mocked) throw new ProviderError('unavailable', 'made to fail by mock_testing_fallbacks');
        const call = {
          request,
          upstreamModel: deployment.upstreamModel,
          upstreamFormat: candidate.format.upstreamFormat,
          apiBase: deployment.apiBase,
          apiKey: deployment.apiKey,
          settings: deployment.settings,
          signal: timer.signal,
        };
        if (candidate.delivery === 'relayed' && candidate.adapter.stream) {
          const iterator = candidate.adapter.stream(call)[Symbol.asyncIterator]();
          const head = await iterator.next();
          return { candidate, events: relay(head, iterator, timer, record) };
        }
        const result = await candidate.adapter.transcribe(call);
        record({ result });
        return { candidate, result };
      } catch (error) {
        return record({ error });
      }
    };
    return { ended: run(), abandon: () => timer.abandon() };
  }

  private judge({ id, routing }: Deployment, failure: ProviderError | undefined): void {
    const { allowedFailures, cooldownMs } = this.catalogue.routing;
    if (!failure) this.health.succeeded(id);
    else this.health.failed(id, failure, { allowedFailures, cooldownMs: routing.cooldownMs ?? cooldownMs });
  }
}

interface RunningAttempt {
  /** Never rejects. */
  readonly ended: Promise<Executed | ProviderError>;
  /** Ends it because another one has answered. */
  abandon(): void;
}

type RecordEnd = (end: { result?: Pick<TranscriptionResult, 'upstreamRequestId'>; error?: unknown }) => ProviderError;

/** The first of two attempts that answers, the other being ended; the later failure when neither does. */
async function firstAnswer(first: RunningAttempt, second: RunningAttempt): Promise<Executed | ProviderError> {
  const early = await Promise.race([
    first.ended.then((end) => ({ end, other: second })),
    second.ended.then((end) => ({ end, other: first })),
  ]);
  if (early.end instanceof ProviderError) return await early.other.ended;
  early.other.abandon();
  // A loser that answered at the same moment must not go on streaming.
  void early.other.ended.then(async (end) => {
    if ('events' in end) await end.events[Symbol.asyncIterator]().return?.();
  });
  return early.end;
}

/** The attempt has succeeded once `done` is here, and is recorded before anybody can see it. */
async function* relay(
  head: IteratorResult<TranscriptionEvent>,
  iterator: AsyncIterator<TranscriptionEvent>,
  timer: AttemptTimer,
  record: RecordEnd,
): AsyncGenerator<TranscriptionEvent> {
  let recorded = false;
  try {
    for (let step = head; !step.done; step = await iterator.next()) {
      // While the client is reading, the provider is not the one to wait for.
      timer.stop();
      if (step.value.type === 'done') {
        recorded = true;
        record({ result: {} });
      }
      yield step.value;
      if (recorded) return;
      timer.restart();
    }
    throw new ProviderError('bad_response', 'The stream ended without its last event');
  } catch (error) {
    if (recorded) throw error;
    recorded = true;
    throw answerFailure(record({ error }));
  } finally {
    // Without a record the consumer has stopped early, which only happens when the client has gone.
    if (!recorded)
      record({ error: new ProviderError('aborted', 'The client closed the connection during the stream') });
    await iterator.return?.();
  }
}

/** Adapters throw ProviderErrors only; anything else is a mistake in an adapter and must not blame the caller. */
function toProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  return new ProviderError('unknown', 'The adapter failed', { cause: error });
}
