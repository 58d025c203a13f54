import { jest } from '@jest/globals';
import { executorOf, scriptedCalls, type ScriptedExecution } from '../../test/support/scripted-executor.js';
import {
  scriptedCandidate,
  scriptedDeployment,
  ScriptedAdapter,
  type Script,
} from '../../test/support/scripted-provider.js';
import type { MadeAttempt } from '../domain/attempt.js';
import type { Bill } from '../domain/bill.js';
import type { Price } from '../domain/price.js';
import type { TranscriptionEvent } from '../domain/transcription.js';
import type { ProviderCall } from '../providers/provider-adapter.js';
import { DeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import type { TranscriptionCandidate } from '../transcriptions/candidates/transcription-candidate.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const deployments = ['a', 'b', 'c'].map((id) => scriptedDeployment(id));

/** An executor with everything around it, in faked time. */
function stage(scripts: Record<string, readonly Script[]>, adapter = new ScriptedAdapter(scripts)) {
  const health = new DeploymentHealth();
  const load = new DeploymentLoad();
  const attempts: MadeAttempt[] = [];
  const executor = executorOf(health, load, () => 0);
  /** Lets it be known that a deployment usually takes 100 ms. */
  const learn = (id: string): void => {
    for (let count = 0; count < 20; count += 1) {
      const end = load.start(id, {}, 0);
      jest.advanceTimersByTime(100);
      end(true);
    }
  };
  const execute = async (fields: Partial<TranscriptionCandidate> = {}, deadlineMs = 3000, candidates = deployments) => {
    const deadline = new AbortController();
    const endsAtMs = Date.now() + deadlineMs;
    const timer = setTimeout(() => deadline.abort(new DOMException('passed', 'TimeoutError')), deadlineMs);
    const execution: ScriptedExecution = {
      durationSeconds: 0,
      deadline: {
        signal: deadline.signal,
        get remainingMs() {
          return endsAtMs - Date.now();
        },
      },
      onStart: () => undefined,
      ...scriptedCalls,
      onAttempt: ({ attempt }) => attempts.push(attempt),
    };
    const used = candidates.filter(({ id }) => id in scripts).map((it) => scriptedCandidate(it, adapter, fields));
    const running = executor.execute(used, execution).finally(() => clearTimeout(timer));
    const [ended] = await Promise.all([
      running.then(
        (value) => value,
        (error: unknown) => error,
      ),
      jest.advanceTimersByTimeAsync(deadlineMs),
    ]);
    return ended;
  };
  return { adapter, health, load, attempts, learn, execute };
}

const outcomes = (attempts: readonly MadeAttempt[]) => attempts.map((it) => `${it.deployment_id}:${it.outcome}`);

describe('Executor', () => {
  it('does not insist on a deployment that has been given up meanwhile', async () => {
    // Two failures open the circuit, so the third try goes elsewhere although four were allowed.
    const { attempts, execute } = stage({
      a: [{ end: 'unavailable' }, { end: 'unavailable' }],
      b: [{ end: 'answer' }],
    });
    await execute({ max_retries: 3 });
    expect(outcomes(attempts)).toEqual(['a:unavailable', 'a:unavailable', 'b:success']);
  });

  it('insists on the only one', async () => {
    const { attempts, execute } = stage({
      a: [...Array.from({ length: 3 }, () => ({ end: 'unavailable' as const })), { end: 'answer' }],
    });
    await execute({ max_retries: 3 });
    expect(outcomes(attempts)).toEqual(['a:unavailable', 'a:unavailable', 'a:unavailable', 'a:success']);
  });

  it('passes by a half-open deployment whose probe is out, and takes it all the same when it is the last', async () => {
    const { attempts, health, execute } = stage({ a: [{ end: 'answer' }], b: [{ end: 'unavailable' }] });
    for (const id of ['a', 'b']) {
      health.failed(
        id,
        health.epoch(id),
        { reason: 'unavailable', retryAfterMs: 0 },
        { allowed_failures: 1, cooldown_seconds: 0.001 },
      );
      expect(health.tryProbe(id)).toBe(true);
    }
    await execute();
    expect(outcomes(attempts)).toEqual(['b:unavailable']);
  });

  it('passes by a deployment that has become full since the plan was made', async () => {
    const routing = { max_concurrent_requests: 1 };
    const { attempts, load, execute } = stage({ a: [], b: [{ end: 'answer' }] });
    load.start('a', routing, 0);
    await execute({}, 3000, [scriptedDeployment('a', { routing }), scriptedDeployment('b')]);
    expect(outcomes(attempts)).toEqual(['b:success']);
  });

  it('does not retry beyond the limits of the deployment', async () => {
    const { attempts, execute } = stage({ a: [{ end: 'unavailable' }], b: [{ end: 'answer' }] });
    await execute({ max_retries: 1 }, 3000, [
      scriptedDeployment('a', { routing: { max_requests_per_minute: 1 } }),
      scriptedDeployment('b'),
    ]);
    expect(outcomes(attempts)).toEqual(['a:unavailable', 'b:success']);
  });

  it('blames a mistake in an adapter on nobody but us', async () => {
    const { execute } = stage({ a: [{ end: 'mistake' }] });
    expect(await execute()).toMatchObject({ status: 502, code: 'provider_error' });
  });

  it.each([
    ['less than half of its time', 200, 0],
    ['most of its time', 400, 1],
  ])('counts a deadline that left a deployment %s accordingly', async (_what, deadlineMs, failures) => {
    const { attempts, health, execute } = stage({ a: [{ end: 'hang' }] });
    expect(await execute({}, deadlineMs)).toMatchObject({ status: 504 });
    expect(outcomes(attempts)).toEqual(['a:timeout']);
    expect(health.state('a').consecutiveFailures).toBe(failures);
  });

  it('gives a stream the time that the deployment has for streams', async () => {
    const own = [scriptedDeployment('a', { routing: { timeout_seconds: 0.05, stream_timeout_seconds: 0.3 } })];
    const scripts = { a: [{ end: 'answer', afterMs: 200 }] } as const;
    const whole = stage(scripts);
    await whole.execute({}, 3000, own);
    expect(outcomes(whole.attempts)).toEqual(['a:timeout']);
    const streamed = stage(scripts);
    await streamed.execute({ isStream: true }, 3000, own);
    expect(outcomes(streamed.attempts)).toEqual(['a:success']);
  });
});

describe('hedging', () => {
  it('notes the loser before the answer is out', async () => {
    const { attempts, learn, execute } = stage({ a: [{ end: 'hang' }], b: [{ end: 'answer', afterMs: 10 }] });
    learn('a');
    expect(await execute({ hedging: true })).toMatchObject({ candidate: { deployment: { id: 'b' } } });
    expect(outcomes(attempts)).toEqual(['b:success', 'a:aborted']);
    expect(attempts.map((it) => it.latency_ms)).toEqual([10, 110]);
  });

  it('retries the first when both have failed', async () => {
    const { attempts, learn, execute } = stage({
      a: [{ end: 'unavailable', afterMs: 150 }, { end: 'answer' }],
      b: [{ end: 'unavailable', afterMs: 100 }],
    });
    learn('a');
    await execute({ hedging: true, max_retries: 1 });
    expect(outcomes(attempts)).toEqual(['a:unavailable', 'b:unavailable', 'a:success']);
  });

  it.each<['cools down' | 'is half open' | 'is full' | 'serves another model']>([
    ['cools down'],
    ['is half open'],
    ['is full'],
    ['serves another model'],
  ])('leaves a deployment alone that %s', async (why) => {
    const { attempts, health, load, learn, execute } = stage({ a: [{ end: 'answer', afterMs: 200 }], b: [] });
    learn('a');
    const routing = { max_concurrent_requests: 1 };
    if (why === 'is full') load.start('b', routing, 0);
    if (why === 'cools down' || why === 'is half open') {
      const retryAfterMs = why === 'cools down' ? 60_000 : 0;
      health.failed(
        'b',
        health.epoch('b'),
        { reason: 'rate_limited', retryAfterMs },
        { allowed_failures: 1, cooldown_seconds: 0.001 },
      );
    }
    const model = why === 'serves another model' ? 'other' : 'main';
    await execute({ hedging: true }, 3000, [scriptedDeployment('a'), scriptedDeployment('b', { model, routing })]);
    expect(outcomes(attempts)).toEqual(['a:success']);
  });

  /** Streams whose first events come together, when the test says so. */
  class Twins extends ScriptedAdapter {
    readonly closed: string[] = [];
    /** What every event but the last says of the bill. */
    told: Bill = {};
    private release = (): void => undefined;
    private readonly together = new Promise<void>((resolve) => (this.release = resolve));

    override async *stream({ upstreamModel }: ProviderCall): AsyncGenerator<TranscriptionEvent> {
      if (upstreamModel === 'b') this.release();
      try {
        await this.together;
        yield { type: 'relay', data: '{}', ...this.told };
        yield { type: 'done', data: '{}', text: 'heard' };
      } finally {
        this.closed.push(upstreamModel);
      }
    }
  }

  it('closes the stream of a loser that began at the same moment', async () => {
    const twins = new Twins({});
    const { attempts, load, learn, execute } = stage({ a: [], b: [] }, twins);
    learn('a');
    const executed = await execute({ hedging: true, delivery: 'relayed' });
    expect(executed).toMatchObject({ candidate: { deployment: { id: 'a' } } });
    expect(outcomes(attempts)).toEqual(['b:aborted']);
    expect(twins.closed).toEqual(['b']);
    expect(load.read('b', {}, 0).inFlight).toBe(0);
  });

  it('books what a loser has told of its cost', async () => {
    const twins = new Twins({});
    twins.told = { costUsd: 0.25 };
    const { attempts, learn, execute } = stage({ a: [], b: [] }, twins);
    learn('a');
    await execute({ hedging: true, delivery: 'relayed' });
    expect(attempts).toMatchObject([{ outcome: 'aborted', cost_usd: 0.25, cost_estimated: false }]);
  });

  it('books at least what a loser has used so far', async () => {
    const twins = new Twins({});
    twins.told = { usage: { type: 'duration', seconds: 60 } };
    const { attempts, learn, execute } = stage({ a: [], b: [] }, twins);
    learn('a');
    const price: Price = { type: 'duration', usd: '0.006', per: 'minute' };
    const priced = ['a', 'b'].map((id) => scriptedDeployment(id, { price }));
    await execute({ hedging: true, delivery: 'relayed' }, 3000, priced);
    expect(attempts).toMatchObject([{ outcome: 'aborted', cost_usd: 0.006, cost_estimated: true }]);
  });
});
