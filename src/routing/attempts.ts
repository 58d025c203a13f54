import { Inject, Injectable } from '@nestjs/common';
import type { Attempt, MadeAttempt } from '../domain/attempt.js';
import { isCredibleDuration } from '../domain/credible-duration.js';
import { ProviderError } from '../domain/errors.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { Catalogue } from '../models/catalogue.js';
import { CredentialUses } from '../models/credentials/use/credential-uses.js';
import { observeCall } from '../providers/call-observer.js';
import { AttemptTimer } from './attempt-timer.js';
import type { Candidate } from './candidate.js';
import { toUsd } from '../domain/money.js';
import type { Cost } from '../pricing/cost.js';
import { CallTimes } from './call-times.js';
import { DeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import {
  failsOnPurpose,
  type AnswerEvent,
  type Executed,
  type Execution,
  type Occasion,
  type Told,
  type Usable,
} from './execution.js';
import { mayBeBilled } from './failure-rules.js';
import { withoutKey } from './targets/callers-key.js';
import { RunningAttempt, type AttemptEnd } from './running-attempt.js';

/** An attempt that has been begun: to be run once, and perhaps abandoned. */
export interface Begun<C extends Candidate, Answer extends Usable, Event extends AnswerEvent> {
  run(): Promise<Executed<C, Answer, Event> | ProviderError>;
  abandon(): void;
}

/** Begins attempts, and passes on how each has ended: to the deployment's load, health and credential, and to the log. */
@Injectable()
export class Attempts {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly health: DeploymentHealth,
    private readonly load: DeploymentLoad,
    private readonly uses: CredentialUses,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Its time counts from now; the provider is called when the attempt is run.
   * @param occasion how it comes about
   * @param onFlawed told of an answer that lacks something, whose attempt fails
   */
  begin<C extends Candidate, Answer extends Usable, Event extends AnswerEvent>(
    candidate: C,
    execution: Execution<C, Answer, Event>,
    occasion: Occasion,
    onFlawed: (executed: Executed<C, Answer, Event>) => void,
  ): Begun<C, Answer, Event> {
    const { deployment, task, target } = candidate;
    const { durationSeconds, deadline, onStart, onAttempt, call, costOf } = execution;
    const trace = onStart(deployment, target?.path);
    const times = new CallTimes(this.clock, trace?.headers);
    const report = ({ failure, answer, bill, upstreamRequestId }: AttemptEnd, cost?: Cost): void => {
      const attempt: MadeAttempt = {
        deployment_id: deployment.id,
        model: deployment.model,
        provider: deployment.provider,
        upstream_model: deployment.upstreamModel,
        outcome: failure?.reason ?? 'success',
        upstream_status: failure?.upstreamStatus ?? (failure && !answer ? null : 200),
        upstream_request_id: upstreamRequestId === undefined ? null : withoutKey(upstreamRequestId, deployment),
        ...times.end(occasion),
        ...costFields(cost),
        error: failure?.message ?? null,
      };
      const { usage } = answer ?? bill ?? {};
      const ended = { attempt, times, isRetry: occasion.isRetry, task, usage, cost, target: target?.path };
      trace?.onEnd(ended);
      onAttempt(ended);
    };
    if (failsOnPurpose(candidate, execution)) {
      const failure = new ProviderError('unavailable', 'made to fail by mock_testing_fallbacks');
      report({ failure });
      return { run: () => Promise.resolve(failure), abandon: () => undefined };
    }
    const timeoutMs = Math.min(this.timeoutMs(candidate), target?.timeoutMs ?? Infinity);
    const timer = new AttemptTimer(deadline.signal, timeoutMs, this.clock);
    observeCall(timer.signal, times);
    const epoch = this.health.epoch(deployment.id);
    const release = this.load.start(deployment.id, deployment.routing, durationSeconds);
    const onEnd = (end: AttemptEnd): void => {
      release(!end.failure, billedSeconds(end));
      this.uses.note(deployment, end.failure);
      const isCutOff = deadline.signal.aborted || target?.timeoutMs !== undefined;
      this.judge(candidate, epoch, end.failure, isCutOff ? timer.silentMs : undefined);
      // Whoever has brought the key is billed.
      report(end, deployment.isCallers ? undefined : costOfEnd(end, (told) => costOf(candidate, told)));
    };
    return new RunningAttempt(candidate, timer, call, { onAnswer: () => times.onAnswer(), onEnd, onFlawed });
  }

  /** How long one attempt may take, or a stream be silent. */
  private timeoutMs({ deployment: { routing }, isStream }: Candidate): number {
    const own = isStream ? (routing.stream_timeout_seconds ?? routing.timeout_seconds) : routing.timeout_seconds;
    return 1000 * (own ?? this.catalogue.routing.attempt_timeout_seconds);
  }

  /**
   * @param epoch the circuit's when the attempt began
   * @param cutOffAfterMs how long the deployment had been silent when the request's deadline passed, if it has, or the time
   *   that the client leaves its target
   */
  private judge(
    candidate: Candidate,
    epoch: number,
    failure: ProviderError | undefined,
    cutOffAfterMs: number | undefined,
  ): void {
    const { id, model, routing, isCallers } = candidate.deployment;
    // What becomes of one caller's key says nothing of another's.
    if (isCallers) return;
    const { allowed_failures, cooldown_seconds, request_timeout_seconds } = this.catalogue.routing;
    if (!failure) {
      this.health.succeeded(id, epoch);
      return;
    }
    // Clients choose their deadlines: one that left a deployment less than half of its time says nothing about it.
    const usualMs = 1000 * (this.catalogue.find(model)?.routing.timeout_seconds ?? request_timeout_seconds);
    const fairMs = Math.min(this.timeoutMs(candidate), usualMs) / 2;
    if (failure.reason === 'timeout' && cutOffAfterMs !== undefined && cutOffAfterMs < fairMs) {
      this.health.releaseProbe(id, epoch);
      return;
    }
    this.health.failed(id, epoch, failure, {
      allowed_failures,
      cooldown_seconds: routing.cooldown_seconds ?? cooldown_seconds,
    });
  }
}

/** How long the audio was that a provider says it bills. */
function billedSeconds({ answer, bill }: AttemptEnd): number | undefined {
  const { usage } = answer ?? bill ?? {};
  return usage?.type === 'duration' && isCredibleDuration(usage.seconds, {}) ? usage.seconds : undefined;
}

/** What the provider charges for a call, or may charge; undefined where it charges nothing. */
function costOfEnd({ failure, answer, bill }: AttemptEnd, costOf: (told: Told) => Cost): Cost | undefined {
  if (!failure) return costOf(answer ?? {});
  // What a provider says that it bills it bills, however the call has ended.
  if (!answer && !bill && !mayBeBilled(failure)) return undefined;
  const cost = costOf(answer ?? bill ?? {});
  return cost.source === 'provider' && !bill?.isPartial ? cost : asEstimate(cost);
}

/** A cost of which nobody knows what is billed, and so of each of its parts. */
export function asEstimate(cost: Cost): Cost {
  return { ...cost, estimated: true, items: cost.items.map((it) => ({ ...it, estimated: true })) };
}

/** What an attempt's log says of its cost. */
export function costFields(cost: Cost | undefined): Pick<Attempt, 'cost_usd' | 'cost_estimated' | 'price_origin'> {
  if (!cost) return { cost_usd: 0, cost_estimated: false, price_origin: null };
  const { costNanoUsd, estimated = false, origin = null } = cost;
  return {
    cost_usd: costNanoUsd === null ? null : toUsd(costNanoUsd),
    cost_estimated: estimated,
    price_origin: origin,
  };
}
