import { Inject, Injectable } from '@nestjs/common';
import { mayUseModel, type Caller } from '../domain/caller.js';
import type { Capabilities } from '../domain/capabilities.js';
import type { Deployment } from '../domain/deployment.js';
import { GatewayError } from '../domain/errors.js';
import { planStream, type FormatPlan, type StreamPlan } from '../domain/format-plan.js';
import type { TranscriptionRequest } from '../domain/transcription.js';
import { Catalogue, type CatalogueModel } from '../models/catalogue.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { assessFitness, type Unfit } from './fitness.js';
import { orderByWeight } from './strategies/weighted.strategy.js';

/** A deployment that can serve the request, and how it will give the requested format. */
export interface Candidate {
  readonly deployment: Deployment;
  readonly adapter: ProviderAdapter;
  readonly capabilities: Capabilities;
  readonly format: Exclude<FormatPlan, { mode: 'refused' }>;
  /** How the answer travels: event by event as the provider sends it, as events made from its answer, or whole. */
  readonly delivery: StreamPlan;
  readonly weight: number;
}

/** Injection token of the source of randomness: numbers in [0, 1). */
export const RANDOM = Symbol('RANDOM');

/** Chooses which deployments may serve a request, and in which order. */
@Injectable()
export class Router {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly providers: ProviderRegistry,
    @Inject(RANDOM) private readonly random: () => number,
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
   * The deployments of the request's model that can honour all of it, best first; never empty.
   * @throws GatewayError 404, 403, 503 when nothing serves the model, 400 or 413 when nothing can honour the request
   */
  plan(caller: Caller, request: TranscriptionRequest, durationSeconds: number | undefined): readonly Candidate[] {
    const model = this.resolveModel(caller, request.model);
    const assessed = this.assess(model, request, durationSeconds);
    if (assessed.length === 0) {
      throw new GatewayError({
        status: 503,
        message: `The model '${request.model}' has no enabled deployment.`,
        type: 'server_error',
        code: 'no_deployment',
      });
    }
    const candidates = assessed.flatMap((it) => ('unfit' in it ? [] : [it]));
    const [refusal] = assessed.flatMap((it) => ('unfit' in it ? [it.unfit] : []));
    if (candidates.length === 0 && refusal) throw this.refuse(caller, request, durationSeconds, refusal);
    return orderByWeight(candidates, this.random);
  }

  private assess(
    model: CatalogueModel,
    request: TranscriptionRequest,
    durationSeconds: number | undefined,
  ): (Candidate | { unfit: Unfit })[] {
    return model.deployments.flatMap((deployment): (Candidate | { unfit: Unfit })[] => {
      const adapter = this.providers.get(deployment.provider);
      if (!deployment.enabled || !adapter) return [];
      const capabilities = adapter.capabilities(deployment.upstreamModel, deployment.settings);
      const fitness = assessFitness(capabilities, request, durationSeconds);
      if ('unfit' in fitness) return [fitness];
      const delivery = request.stream ? planStream(capabilities, request.responseFormat) : 'whole';
      return [{ deployment, adapter, capabilities, format: fitness.format, delivery, weight: deployment.weight }];
    });
  }

  private refuse(
    caller: Caller,
    request: TranscriptionRequest,
    durationSeconds: number | undefined,
    { param, reason, tooLarge }: Unfit,
  ): GatewayError {
    const able = this.catalogue
      .all()
      .filter((model) => mayUseModel(caller, model.name))
      .filter((model) => this.assess(model, request, durationSeconds).some((it) => !('unfit' in it)))
      .map((model) => model.name);
    const hint = able.length > 0 ? ` Models that could: ${able.slice(0, 10).join(', ')}.` : '';
    return new GatewayError({
      status: tooLarge ? 413 : 400,
      message: `${describe(param, request)} cannot be served by model '${request.model}': ${reason}.${hint}`,
      param,
      code: tooLarge
        ? 'file_too_large'
        : request.providerOptions.has(param)
          ? 'unknown_parameter'
          : 'unsupported_value',
    });
  }
}

function describe(param: string, request: TranscriptionRequest): string {
  if (param === 'model') return 'The request';
  if (param === 'response_format') return `response_format '${request.responseFormat}'`;
  return `'${param}'`;
}
