import { Injectable } from '@nestjs/common';
import type { Deployment } from '../domain/deployment.js';
import type { LeftOut } from '../domain/plan.js';
import { modeOfTask } from '../domain/task.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import { Catalogue } from '../models/catalogue.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { Candidate } from './candidate.js';
import { DeploymentHealth, type HealthState } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import { failureRules } from './failure-rules.js';
import type { Job, Unfit } from './job.js';
import { askingForZeroRetention } from './zero-retention.js';

/** A deployment that could serve the request, and whether it can do so now. */
export interface Able<C extends Candidate = Candidate> {
  readonly candidate: C;
  readonly health: HealthState;
  /** Set when one of its own limits is reached: how long until there is room again. */
  readonly fullForMs?: number;
}

/** A deployment that cannot serve the request. */
export interface Unable {
  readonly deployment: Deployment;
  readonly unfit: Unfit;
}

/** What has been found out about a deployment for one request. */
export type Assessed<C extends Candidate = Candidate> = Able<C> | Unable;

/** Finds out which deployments could serve a request, how, and whether they can do so now. */
@Injectable()
export class Assessment {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly providers: ProviderRegistry,
    private readonly health: DeploymentHealth,
    private readonly load: DeploymentLoad,
  ) {}

  /** Of every enabled deployment of the model. */
  assess<C extends Candidate>(model: CatalogueModel, job: Job<C>): readonly Assessed<C>[] {
    const { durationSeconds, wishes, zeroRetention } = job.routed;
    return model.deployments.flatMap((deployment): Assessed<C>[] => {
      const adapter = this.providers.get(deployment.provider);
      if (!deployment.enabled || !adapter) return [];
      const { routing } = deployment;
      const asked = zeroRetention ? askingForZeroRetention(deployment, adapter, modeOfTask[job.task]) : deployment;
      const { fullForMs, ...load } = this.load.read(deployment.id, routing, durationSeconds);
      const fitted = job.fit(
        {
          deployment: 'unfit' in asked ? deployment : asked,
          adapter,
          max_retries:
            wishes.max_retries ??
            routing.max_retries ??
            model.routing.max_retries ??
            this.catalogue.routing.max_retries,
          hedging: model.routing.hedging ?? this.catalogue.routing.hedging,
          weight: deployment.weight,
          order: routing.order ?? Number.POSITIVE_INFINITY,
          ...load,
        },
        model,
      );
      if ('unfit' in fitted) return [{ deployment, unfit: fitted.unfit }];
      if ('unfit' in asked) return [{ deployment, unfit: asked.unfit }];
      return [{ candidate: fitted, health: this.health.state(deployment.id), fullForMs }];
    });
  }
}

/** Whether it can serve the request and may be asked now. */
export function isAvailable<C extends Candidate>(assessed: Assessed<C>): assessed is Able<C> {
  return 'candidate' in assessed && assessed.health.circuit !== 'open' && assessed.fullForMs === undefined;
}

/** When everything is cooling down: a try is the better bet where the failure may have passed by now. */
export function isWorthTrying<C extends Candidate>(assessed: Assessed<C>): assessed is Able<C> {
  if (!('candidate' in assessed) || assessed.fullForMs !== undefined) return false;
  const { reason } = assessed.health;
  return reason === undefined || failureRules[reason].tryWhileCooling;
}

/** Why it is not tried. */
export function explain(assessed: Assessed): LeftOut {
  if ('unfit' in assessed) {
    const { id, model } = assessed.deployment;
    return { model, deployment_id: id, explanation: `'${assessed.unfit.param}': ${assessed.unfit.explanation}` };
  }
  const { candidate, health, fullForMs } = assessed;
  const { id, model } = candidate.deployment;
  const explanation = fullForMs === undefined ? `cooling down after ${health.reason}` : 'its own limit is reached';
  return { model, deployment_id: id, explanation };
}
