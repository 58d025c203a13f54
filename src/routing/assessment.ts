import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import type { Capabilities } from '../domain/capabilities.js';
import type { Deployment } from '../domain/deployment.js';
import { planStream, type StreamPlan } from '../domain/format-plan.js';
import type { LeftOut } from '../domain/plan.js';
import type { DeploymentRouting } from '../domain/routing-settings.js';
import type { TranscriptionRequest } from '../domain/transcription.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import { Catalogue } from '../models/catalogue.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { Candidate } from './candidate.js';
import { DeploymentCosts } from './deployment-costs.js';
import { DeploymentHealth, type HealthState } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import { failureRules } from './failure-rules.js';
import { assessFitness, type Fit, type Unfit } from './fitness.js';
import type { RoutedRequest } from './routed-request.js';

/** A deployment that could serve the request, and whether it can do so now. */
export interface Able {
  readonly candidate: Candidate;
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
export type Assessed = Able | Unable;

/** Finds out which deployments could serve a request, how, and whether they can do so now. */
@Injectable()
export class Assessment {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly providers: ProviderRegistry,
    private readonly health: DeploymentHealth,
    private readonly load: DeploymentLoad,
    private readonly costs: DeploymentCosts,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'fetch_urls' | 'translation_model'>,
  ) {}

  /** Of every enabled deployment of the model. */
  assess(model: CatalogueModel, { request, durationSeconds, wishes }: RoutedRequest): readonly Assessed[] {
    const aid = {
      translates: this.settings.translation_model !== undefined,
      fetchesUrls: this.settings.fetch_urls,
      dropsFields: wishes.drop_params ?? model.routing.drop_params ?? this.catalogue.routing.drop_params,
    };
    return model.deployments.flatMap((deployment): Assessed[] => {
      const adapter = this.providers.get(deployment.provider);
      if (!deployment.enabled || !adapter) return [];
      const { routing } = deployment;
      const capabilities = withOwnLimits(adapter.capabilities(deployment.upstreamModel, deployment.settings), routing);
      const fitness = assessFitness(capabilities, request, durationSeconds, aid);
      if ('unfit' in fitness) return [{ deployment, unfit: fitness.unfit }];
      const { fullForMs, ...load } = this.load.read(deployment.id, routing, durationSeconds ?? 0);
      const candidate: Candidate = {
        deployment,
        adapter,
        capabilities,
        ...fitness,
        delivery: deliveryOf(capabilities, request, fitness),
        max_retries: routing.max_retries ?? model.routing.max_retries ?? this.catalogue.routing.max_retries,
        hedging: model.routing.hedging ?? this.catalogue.routing.hedging,
        weight: deployment.weight,
        order: routing.order ?? Number.POSITIVE_INFINITY,
        native: fitness.format.mode === 'native' && !fitness.chained,
        estimatedCostNanoUsd: this.costs.costOf(deployment, {}, durationSeconds).costNanoUsd ?? undefined,
        ...load,
      };
      return [{ candidate, health: this.health.state(deployment.id), fullForMs }];
    });
  }
}

/** Whether it can serve the request and may be asked now. */
export function isAvailable(assessed: Assessed): assessed is Able {
  return 'candidate' in assessed && assessed.health.circuit !== 'open' && assessed.fullForMs === undefined;
}

/** When everything is cooling down: a try is the better bet where the failure may have passed by now. */
export function isWorthTrying(assessed: Assessed): assessed is Able {
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

/** A deployment may be told to take less than its model could. */
function withOwnLimits(capabilities: Capabilities, { max_bytes }: DeploymentRouting): Capabilities {
  if (max_bytes === undefined) return capabilities;
  return { ...capabilities, max_bytes: Math.min(capabilities.max_bytes ?? max_bytes, max_bytes) };
}

/** What comes out of the translation model comes in one piece. */
function deliveryOf(
  capabilities: Capabilities,
  { stream, responseFormat }: TranscriptionRequest,
  { chained }: Fit,
): StreamPlan {
  if (!stream) return 'whole';
  const delivery = planStream(capabilities, responseFormat);
  return chained && delivery === 'relayed' ? 'synthesised' : delivery;
}
