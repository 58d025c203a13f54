import { Inject, Injectable } from '@nestjs/common';
import { mayUseModel, type Caller } from '../domain/caller.js';
import type { Capabilities } from '../domain/capabilities.js';
import type { Deployment } from '../domain/deployment.js';
import type { DeploymentRouting } from '../domain/routing.js';
import { GatewayError } from '../domain/errors.js';
import type { LeftOut } from '../domain/plan.js';
import { planStream, type StreamPlan } from '../domain/format-plan.js';
import type { TranscriptionRequest } from '../domain/transcription.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import { Catalogue } from '../models/catalogue.js';
import { computeCost } from '../pricing/cost.js';
import { findPrice } from '../pricing/price-book.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { DeploymentHealth, type HealthState } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import { assessFitness, type Fit, type Unfit } from './fitness.js';
import { failureRules } from './failures.js';
import type { StrategyCandidate } from './strategies/strategy-candidate.js';
import { orderCandidates } from './strategies/strategies.js';

/** A deployment that can serve the request, and how it will give the requested format. */
export interface Candidate extends StrategyCandidate, Fit {
  readonly deployment: Deployment;
  readonly adapter: ProviderAdapter;
  readonly capabilities: Capabilities;
  /** How the answer travels: event by event as the provider sends it, as events made from its answer, or whole. */
  readonly delivery: StreamPlan;
  /** Further attempts on this deployment after the first. */
  readonly max_retries: number;
  /** Whether the next candidate may be started when this one is slow. */
  readonly hedging: boolean;
}

/** What will be tried, best first, and what will not. */
export interface Plan {
  readonly candidates: readonly Candidate[];
  readonly leftOut: readonly LeftOut[];
}

/** What a client may say about routing. */
export interface RoutingWishes {
  /** Replaces the model's own fallbacks. */
  readonly fallbacks?: readonly string[];
  /** Whether fields that a deployment does not know are left out; replaces the model's own choice. */
  readonly drop_params?: boolean;
}

/** Injection token of the source of randomness: numbers in [0, 1). */
export const RANDOM = Symbol('RANDOM');

type Assessed =
  | { readonly candidate: Candidate; readonly health: HealthState; readonly fullForMs?: number }
  | { readonly deployment: Deployment; readonly unfit: Unfit };

/** Chooses which deployments may serve a request, and in which order. */
@Injectable()
export class Router {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly providers: ProviderRegistry,
    private readonly health: DeploymentHealth,
    private readonly load: DeploymentLoad,
    @Inject(RANDOM) private readonly random: () => number,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Checks that the model exists and that the caller may use it.
   * @throws GatewayError 404 model_not_found, 403 model_not_allowed
   */
  resolveModel(caller: Caller, name: string): CatalogueModel {
    const model = this.catalogue.find(name);
    if (!model) {
      throw new GatewayError({
        status: 404,
        message: `The model '${name}' does not exist or you do not have access to it.`,
        param: 'model',
        code: 'model_not_found',
      });
    }
    if (!mayUseModel(caller, name)) {
      throw new GatewayError({
        status: 403,
        message: `This API key may not use the model '${name}'.`,
        param: 'model',
        code: 'model_not_allowed',
      });
    }
    return model;
  }

  /**
   * The deployments that can honour all of the request: those of its model in the order of its strategy, then those of
   * its fallbacks; never empty. Within a model, deployments that need no concession come first. Deployments that are cooling down or full are left out as long as others remain.
   * @throws GatewayError 404 or 403 for the model; 400 or 413 when nothing could honour the request; 429 or 503 with
   *   `retry-after` when everything that could is full or cooling down
   */
  plan(
    caller: Caller,
    request: TranscriptionRequest,
    durationSeconds: number | undefined,
    wishes: RoutingWishes = {},
  ): Plan {
    const primary = this.resolveModel(caller, request.model);
    const { models, leftOut } = this.withFallbacks(caller, primary, wishes);
    const assessed = models.map((model) => ({ model, assessed: this.assess(model, request, durationSeconds, wishes) }));
    const all = assessed.flatMap((stage) => stage.assessed);
    const isChosen = all.some(isAvailable) ? isAvailable : isWorthTrying;
    const candidates = assessed.flatMap((stage) => this.order(stage.model, stage.assessed.filter(isChosen)));
    if (candidates.length === 0) throw this.refuse(caller, request, durationSeconds, wishes, all);
    return { candidates, leftOut: [...leftOut, ...all.filter((it) => !isChosen(it)).map(explain)] };
  }

  /** The model and its fallbacks, each once, as far as they exist and the caller may use them. */
  private withFallbacks(
    caller: Caller,
    primary: CatalogueModel,
    wishes: RoutingWishes,
  ): { models: CatalogueModel[]; leftOut: LeftOut[] } {
    const { default_fallbacks, max_fallbacks } = this.catalogue.routing;
    const names = new Set([...(wishes.fallbacks ?? primary.routing.fallbacks ?? []), ...default_fallbacks]);
    names.delete(primary.name);
    const models = [primary];
    const leftOut: LeftOut[] = [];
    for (const name of names) {
      const model = this.catalogue.find(name);
      const reason = !model
        ? 'the fallback model does not exist'
        : !mayUseModel(caller, name)
          ? 'this API key may not use the fallback model'
          : models.length > max_fallbacks
            ? `at most ${max_fallbacks} fallback models are tried`
            : undefined;
      if (model && reason === undefined) models.push(model);
      else if (reason !== undefined) leftOut.push({ model: name, deployment_id: null, explanation: reason });
    }
    return { models, leftOut };
  }

  private order(
    model: CatalogueModel,
    available: readonly (Assessed & { candidate: Candidate })[],
  ): readonly Candidate[] {
    const strategy = model.routing.strategy ?? this.catalogue.routing.routing_strategy;
    const candidates = available.map(({ candidate }) => candidate);
    return orderCandidates(strategy)(candidates, this.random).toSorted(
      (left, right) => concessions(left) - concessions(right),
    );
  }

  private assess(
    model: CatalogueModel,
    request: TranscriptionRequest,
    durationSeconds: number | undefined,
    wishes: RoutingWishes,
  ): readonly Assessed[] {
    const aid = {
      translates: this.config.translation !== undefined,
      fetchesUrls: this.config.fetchUrls,
      dropsFields: wishes.drop_params ?? model.routing.drop_params ?? this.catalogue.routing.drop_params,
    };
    return model.deployments.flatMap((deployment): Assessed[] => {
      const adapter = this.providers.get(deployment.provider);
      if (!deployment.enabled || !adapter) return [];
      const capabilities = withOwnLimits(
        adapter.capabilities(deployment.upstreamModel, deployment.settings),
        deployment.routing,
      );
      const fitness = assessFitness(capabilities, request, durationSeconds, aid);
      if ('unfit' in fitness) return [{ deployment, unfit: fitness.unfit }];
      const { routing } = deployment;
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
        estimatedCostNanoUsd: estimateCost(deployment, adapter, durationSeconds),
        ...load,
      };
      return [{ candidate, health: this.health.state(deployment.id), fullForMs }];
    });
  }

  private refuse(
    caller: Caller,
    request: TranscriptionRequest,
    durationSeconds: number | undefined,
    wishes: RoutingWishes,
    assessed: readonly Assessed[],
  ): GatewayError {
    const fit = assessed.filter((it) => 'candidate' in it);
    if (fit.length > 0) return refuseForNow(request.model, fit);
    const [refusal] = assessed.flatMap((it) => ('unfit' in it ? [it.unfit] : []));
    if (!refusal) {
      return new GatewayError({
        status: 503,
        message: `The model '${request.model}' has no enabled deployment.`,
        type: 'server_error',
        code: 'no_deployment',
      });
    }
    const { param, reason, tooLarge } = refusal;
    const isOption = request.providerOptions.has(param);
    const hints = [
      list('Providers that know it', isOption ? this.providersThatKnow(param) : []),
      list('Models that could', this.modelsThatCould(caller, request, durationSeconds, wishes)),
    ];
    return new GatewayError({
      status: tooLarge ? 413 : 400,
      message: `${describe(param, request)} cannot be served by model '${request.model}': ${reason}.${hints.join('')}`,
      param,
      code: tooLarge ? 'file_too_large' : isOption ? 'unknown_parameter' : 'unsupported_value',
    });
  }

  /** Providers of which a model worth offering, or an unknown one, takes the field. */
  private providersThatKnow(option: string): readonly string[] {
    return this.providers
      .all()
      .filter((adapter) =>
        ['', ...adapter.knownModels].some((model) => {
          const { options } = adapter.capabilities(model);
          return options !== 'any' && options.includes(option);
        }),
      )
      .map(({ provider }) => provider);
  }

  private modelsThatCould(
    caller: Caller,
    request: TranscriptionRequest,
    durationSeconds: number | undefined,
    wishes: RoutingWishes,
  ): readonly string[] {
    return this.catalogue
      .all()
      .filter((model) => !model.hidden && mayUseModel(caller, model.name))
      .filter((model) => this.assess(model, request, durationSeconds, wishes).some((it) => 'candidate' in it))
      .map((model) => model.name);
  }
}

type Able = Extract<Assessed, { candidate: Candidate }>;

/** How far a candidate is from honouring the request by itself: fields left out weigh most, a detour least. */
function concessions({ dropped, chained, request, capabilities }: Candidate): number {
  const isFetched = request.url !== undefined && !capabilities.accepts_url;
  return 4 * Number(dropped.length > 0) + 2 * Number(chained) + Number(isFetched);
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

/** A sentence at the end of a refusal; nothing where there is nothing to name. */
function list(what: string, names: readonly string[]): string {
  return names.length > 0 ? ` ${what}: ${names.slice(0, 10).join(', ')}.` : '';
}

function isAvailable(assessed: Assessed): assessed is Able {
  return 'candidate' in assessed && assessed.health.circuit !== 'open' && assessed.fullForMs === undefined;
}

/** When everything is cooling down: a try is the better bet where the failure may have passed by now. */
function isWorthTrying(assessed: Assessed): assessed is Able {
  if (!('candidate' in assessed) || assessed.fullForMs !== undefined) return false;
  const { reason } = assessed.health;
  return reason === undefined || failureRules[reason].tryWhileCooling;
}

function explain(assessed: Assessed): LeftOut {
  if ('unfit' in assessed) {
    const { id, model } = assessed.deployment;
    return { model, deployment_id: id, explanation: `'${assessed.unfit.param}': ${assessed.unfit.reason}` };
  }
  const { candidate, health, fullForMs } = assessed;
  const { id, model } = candidate.deployment;
  const explanation = fullForMs === undefined ? `cooling down after ${health.reason}` : 'its own limit is reached';
  return { model, deployment_id: id, explanation };
}

/** Everything that could serve the request is full or cooling down. */
function refuseForNow(model: string, fit: readonly Able[]): GatewayError {
  const waits = fit.map(({ health, fullForMs }) => Math.max(fullForMs ?? 0, health.coolingForMs));
  const retryAfterSeconds = Math.max(Math.ceil(Math.min(...waits) / 1000), 1);
  const headers = { 'retry-after': String(retryAfterSeconds) };
  if (fit.some(({ fullForMs }) => fullForMs !== undefined)) {
    return new GatewayError({
      status: 429,
      message: `Every deployment of the model '${model}' has reached its own limit or is cooling down. Please try again later.`,
      type: 'rate_limit_exceeded',
      code: 'deployment_limit_reached',
      headers,
    });
  }
  return new GatewayError({
    status: 503,
    message: `Every deployment of the model '${model}' is cooling down after failures. Please try again later.`,
    type: 'server_error',
    code: 'all_deployments_cooling',
    headers,
  });
}

function estimateCost(
  deployment: Deployment,
  adapter: ProviderAdapter,
  measuredSeconds: number | undefined,
): bigint | undefined {
  const { provider, upstreamModel, settings } = deployment;
  const price = deployment.price ?? findPrice(provider, adapter.pricedAs?.(upstreamModel, settings) ?? upstreamModel);
  return computeCost({ price, usage: undefined, measuredSeconds, provider, upstreamModel }).costNanoUsd ?? undefined;
}

function describe(param: string, request: TranscriptionRequest): string {
  if (param === 'model') return 'The request';
  if (param === 'response_format') return `response_format '${request.responseFormat}'`;
  return `'${param}'`;
}

/** A deployment may be told to take less than its model could. */
function withOwnLimits(capabilities: Capabilities, { max_bytes }: DeploymentRouting): Capabilities {
  if (max_bytes === undefined) return capabilities;
  return { ...capabilities, max_bytes: Math.min(capabilities.max_bytes ?? max_bytes, max_bytes) };
}
