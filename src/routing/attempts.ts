import { Inject, Injectable } from '@nestjs/common';
import { ProviderError } from '../domain/errors.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { Catalogue } from '../models/catalogue.js';
import { AttemptTimer } from './attempt-timer.js';
import type { Candidate } from './candidate.js';
import { DeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import { failsOnPurpose, type Executed, type Execution } from './execution.js';
import { RunningAttempt, type AttemptEnd } from './running-attempt.js';

/** An attempt that has been begun: to be run once, and perhaps abandoned. */
export interface Begun {
  run(): Promise<Executed | ProviderError>;
  abandon(): void;
}

/** Begins attempts, and passes on how each has ended: to the deployment's load and health, and to the log. */
@Injectable()
export class Attempts {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly health: DeploymentHealth,
    private readonly load: DeploymentLoad,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Its time counts from now; the provider is called when the attempt is run. */
  begin(candidate: Candidate, execution: Execution): Begun {
    const { deployment } = candidate;
    const { durationSeconds, deadline, onStart, onAttempt } = execution;
    onStart(deployment);
    const startedAt = performance.now();
    const report = ({ failure, upstreamRequestId }: AttemptEnd): void =>
      onAttempt({
        deployment_id: deployment.id,
        model: deployment.model,
        provider: deployment.provider,
        upstream_model: deployment.upstreamModel,
        outcome: failure?.reason ?? 'success',
        upstream_status: failure ? (failure.upstreamStatus ?? null) : 200,
        upstream_request_id: upstreamRequestId ?? null,
        latency_ms: Math.round(performance.now() - startedAt),
        error: failure?.message ?? null,
      });
    if (failsOnPurpose(candidate, execution)) {
      const failure = new ProviderError('unavailable', 'made to fail by mock_testing_fallbacks');
      report({ failure });
      return { run: () => Promise.resolve(failure), abandon: () => undefined };
    }
    const timer = new AttemptTimer(deadline.signal, this.timeoutMs(candidate), this.clock);
    const release = this.load.start(deployment.id, deployment.routing, durationSeconds ?? 0);
    return new RunningAttempt(candidate, timer, (end) => {
      release(!end.failure);
      this.judge(candidate, end.failure, deadline.signal.aborted ? timer.silentMs : undefined);
      report(end);
    });
  }

  /** How long one attempt may take, or a stream be silent. */
  private timeoutMs({ deployment: { routing }, request }: Candidate): number {
    const own = request.stream ? (routing.stream_timeout_seconds ?? routing.timeout_seconds) : routing.timeout_seconds;
    return 1000 * (own ?? this.catalogue.routing.attempt_timeout_seconds);
  }

  /** @param cutOffAfterMs how long the deployment had been silent when the request's deadline passed, if it has */
  private judge(candidate: Candidate, failure: ProviderError | undefined, cutOffAfterMs: number | undefined): void {
    const { id, model, routing } = candidate.deployment;
    const { allowed_failures, cooldown_seconds, request_timeout_seconds } = this.catalogue.routing;
    if (!failure) {
      this.health.succeeded(id);
      return;
    }
    // Clients choose their deadlines: one that left a deployment less than half of its time says nothing about it.
    const usualMs = 1000 * (this.catalogue.find(model)?.routing.timeout_seconds ?? request_timeout_seconds);
    const fairMs = Math.min(this.timeoutMs(candidate), usualMs) / 2;
    if (failure.reason === 'timeout' && cutOffAfterMs !== undefined && cutOffAfterMs < fairMs) {
      this.health.releaseProbe(id);
      return;
    }
    this.health.failed(id, failure, {
      allowed_failures,
      cooldown_seconds: routing.cooldown_seconds ?? cooldown_seconds,
    });
  }
}
