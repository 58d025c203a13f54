import type { MadeAttempt } from '../domain/attempt.js';
import { getEventListeners } from 'node:events';
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { executorOf, scriptedCalls } from '../../test/support/scripted-executor.js';
import {
  scriptedCandidate,
  scriptedDeployment,
  ScriptedAdapter,
  type Script,
} from '../../test/support/scripted-provider.js';
import { ClientGoneError, GatewayError, failureReasons } from '../domain/errors.js';
import type { TranscriptionEvent } from '../domain/transcription.js';
import { DeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';

interface Plan {
  readonly deployments: readonly {
    readonly script: readonly Script[];
    readonly max_retries: number;
    readonly isFallback: boolean;
    readonly timeoutMs: number;
    readonly max_concurrent_requests: number | undefined;
    readonly isHalfOpen: boolean;
  }[];
  readonly stream: boolean;
  readonly hedging: boolean;
  readonly isMocked: boolean;
  readonly deadlineMs: number;
  /** When the client hangs up; undefined = never. */
  readonly leavesAfterMs: number | undefined;
  /** After how many events the client stops reading; undefined = never. */
  readonly stopsAfter: number | undefined;
  readonly draw: number;
}

const script: fc.Arbitrary<Script> = fc.record({
  afterMs: fc.nat(400),
  events: fc.nat(3),
  end: fc.oneof(
    { arbitrary: fc.constant('answer' as const), weight: 4 },
    { arbitrary: fc.constantFrom('hang', 'mistake', 'cut'), weight: 3 },
    { arbitrary: fc.constantFrom(...failureReasons), weight: 8 },
  ),
  retryAfterMs: fc.option(fc.nat(3000), { nil: undefined }),
});

const plan: fc.Arbitrary<Plan> = fc.record({
  deployments: fc.array(
    fc.record({
      script: fc.array(script, { minLength: 4, maxLength: 4 }),
      max_retries: fc.nat(3),
      isFallback: fc.boolean(),
      timeoutMs: fc.integer({ min: 1, max: 500 }),
      max_concurrent_requests: fc.option(fc.constant(1), { nil: undefined }),
      isHalfOpen: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  stream: fc.boolean(),
  hedging: fc.boolean(),
  isMocked: fc.boolean(),
  deadlineMs: fc.oneof(
    { arbitrary: fc.constant(0), weight: 1 },
    { arbitrary: fc.integer({ min: 1, max: 3000 }), weight: 9 },
  ),
  leavesAfterMs: fc.option(fc.nat(2000), { nil: undefined }),
  stopsAfter: fc.option(fc.nat(3), { nil: undefined }),
  draw: fc.double({ min: 0, max: 0.999, noNaN: true }),
});

/** Reads a stream as a client does that may stop. */
async function read(events: AsyncIterable<TranscriptionEvent>, stopsAfter: number | undefined, signal: AbortSignal) {
  let seen = 0;
  for await (const event of events) {
    signal.throwIfAborted();
    seen += 1;
    if (event.type === 'done' || seen === stopsAfter) return;
  }
}

async function carryOut(given: Plan) {
  const places = given.deployments.map((place, index) => ({
    ...place,
    deployment: scriptedDeployment(`d${index}`, {
      model: place.isFallback ? 'fallback' : 'main',
      routing: { timeout_seconds: place.timeoutMs / 1000, max_concurrent_requests: place.max_concurrent_requests },
    }),
  }));
  const deployments = places.map(({ deployment }) => deployment);
  const adapter = new ScriptedAdapter(
    Object.fromEntries(places.map(({ deployment, script }) => [deployment.id, script])),
  );
  const health = new DeploymentHealth(() => Date.now());
  const load = new DeploymentLoad(() => Date.now());
  for (const { deployment, isHalfOpen } of places) {
    const { id, routing: own } = deployment;
    // Twenty answers of 100 ms, so that hedging knows what is usual.
    for (let count = 0; count < 20; count += 1) {
      const end = load.start(id, own, 0);
      jest.setSystemTime(Date.now() + 100);
      end(true);
    }
    if (isHalfOpen) {
      health.failed(
        id,
        health.epoch(id),
        { reason: 'rate_limited', retryAfterMs: 0 },
        { allowed_failures: 1, cooldown_seconds: 0.001 },
      );
    }
  }
  const controller = new AbortController();
  const { signal } = controller;
  const endsAtMs = Date.now() + given.deadlineMs;
  const pass = (): void => controller.abort(new DOMException('passed', 'TimeoutError'));
  if (given.deadlineMs === 0) pass();
  const timers = [setTimeout(pass, given.deadlineMs)];
  if (given.leavesAfterMs !== undefined) {
    timers.push(setTimeout(() => controller.abort(new ClientGoneError()), given.leavesAfterMs));
  }
  const begun: string[] = [];
  const attempts: MadeAttempt[] = [];
  const executor = executorOf(health, load, () => given.draw);
  let startsAtAnswer: number | undefined;
  let attemptsAtAnswer: number | undefined;
  let thrown: unknown;
  const progress = { isOver: false };
  void (async () => {
    try {
      const executed = await executor.execute(
        places.map(({ deployment, max_retries }) =>
          scriptedCandidate(deployment, adapter, {
            max_retries,
            hedging: given.hedging,
            delivery: given.stream ? 'relayed' : 'whole',
          }),
        ),
        {
          durationSeconds: 0,
          deadline: {
            signal,
            get remainingMs() {
              return Math.max(endsAtMs - Date.now(), 0);
            },
          },
          failModel: given.isMocked ? 'main' : undefined,
          onStart: ({ id }) => void begun.push(id),
          ...scriptedCalls,
          onAttempt: ({ attempt }) => attempts.push(attempt),
        },
      );
      startsAtAnswer = begun.length;
      attemptsAtAnswer = attempts.length;
      if ('events' in executed) await read(executed.events, given.stopsAfter, signal);
    } catch (error) {
      thrown = error;
    } finally {
      progress.isOver = true;
    }
  })();
  while (!progress.isOver) await jest.advanceTimersByTimeAsync(10);
  for (const timer of timers) clearTimeout(timer);
  const timersLeft = jest.getTimerCount();
  // What has been abandoned closes its connection.
  await jest.advanceTimersByTimeAsync(0);
  return {
    deployments,
    adapter,
    health,
    load,
    signal,
    timersLeft,
    endsAtMs,
    begun,
    attempts,
    startsAtAnswer,
    attemptsAtAnswer,
    thrown,
  };
}

describe('Executor, whatever providers and clients do,', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  beforeAll(() => process.on('unhandledRejection', note));
  afterAll(() => process.off('unhandledRejection', note));
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it('keeps its promises', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (given) => {
        const seen = await carryOut(given);
        const { adapter, begun, attempts, deployments, health, load } = seen;

        // Never more attempts than the policy allows.
        for (const [index, { id }] of deployments.entries()) {
          const allowed = 1 + (given.deployments[index]?.max_retries ?? 0);
          expect(begun.filter((it) => it === id).length).toBeLessThanOrEqual(allowed);
        }
        // Never one that is started after the deadline, or for a client that has gone.
        for (const { atMs, wasAborted } of adapter.starts) {
          expect(wasAborted).toBe(false);
          expect(atMs).toBeLessThanOrEqual(seen.endsAtMs);
        }
        // Never one after the answer, or the first event of it, is here.
        if (seen.startsAtAnswer !== undefined) expect(begun).toHaveLength(seen.startsAtAnswer);
        // One for each, no matter how it ended, and in time for the log of an answer: a stream's own comes last.
        if (seen.attemptsAtAnswer !== undefined) {
          expect(seen.attemptsAtAnswer).toBe(begun.length - Number(given.stream));
        }
        expect(attempts.map((it) => it.deployment_id).toSorted()).toEqual(begun.toSorted());
        // What is mocked is not called, and nothing else is left out.
        const real = begun.filter((id) => !given.isMocked || deployments.find((it) => it.id === id)?.model !== 'main');
        expect(adapter.starts.map(({ deploymentId }) => deploymentId)).toEqual(real);
        // Nothing is left behind: load, streams, timers, listeners.
        expect(adapter.openStreams).toBe(0);
        expect(seen.timersLeft).toBe(0);
        expect(getEventListeners(seen.signal, 'abort')).toEqual([]);
        for (const { id, routing: own } of deployments) expect(load.read(id, own, 0).inFlight).toBe(0);
        // Every probe has been given back.
        jest.setSystemTime(Date.now() + 1e9);
        for (const { id } of deployments) expect(health.tryProbe(id)).toBe(true);
        // What is thrown is an answer for the client, or the deadline's own reason when nobody was asked.
        if (seen.thrown !== undefined && begun.length === 0) expect(seen.signal.aborted).toBe(true);
        if (seen.startsAtAnswer === undefined && begun.length > 0) expect(seen.thrown).toBeInstanceOf(GatewayError);
      }),
      { numRuns: 500, seed: 20_261_120 },
    );
    expect(unhandled).toEqual([]);
  });
});
