import { Inject, Injectable } from '@nestjs/common';
import { GatewayError } from '../domain/errors.js';
import type { LeftOut } from '../domain/plan.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import { Catalogue } from '../models/catalogue.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { Assessment, explain, isAvailable, isWorthTrying, type Able, type Assessed } from './assessment.js';
import type { Candidate } from './candidate.js';
import { ModelAccess } from './model-access.js';
import { bestFirst } from './ordering.js';
import { RANDOM } from './random.js';
import { cannotHonour, noDeployment, notNow } from './refusals.js';
import type { RoutedRequest } from './routed-request.js';

/** What will be tried, best first, and what will not. */
export interface Plan {
  readonly candidates: readonly Candidate[];
  readonly leftOut: readonly LeftOut[];
}

/** Chooses which deployments may serve a request, and in which order. */
@Injectable()
export class Router {
  constructor(
    private readonly access: ModelAccess,
    private readonly assessment: Assessment,
    private readonly catalogue: Catalogue,
    private readonly providers: ProviderRegistry,
    @Inject(RANDOM) private readonly random: () => number,
  ) {}

  /**
   * The deployments that can honour all of the request: those of its model in the order of its strategy, then those of
   * its fallbacks; never empty. Within a model, deployments that need no concession come first. Deployments that are
   * cooling down or full are left out as long as others remain.
   * @throws GatewayError 404 or 403 for the model; 400 or 413 when nothing could honour the request; 429 or 503 with
   *   `retry-after` when everything that could is full or cooling down
   */
  plan(routed: RoutedRequest): Plan {
    const { models, leftOut } = this.access.withFallbacks(routed);
    const stages = models.map((model) => ({ model, assessed: this.assessment.assess(model, routed) }));
    const all = stages.flatMap(({ assessed }) => assessed);
    const isChosen = all.some(isAvailable) ? isAvailable : isWorthTrying;
    const candidates = stages.flatMap(({ model, assessed }) => this.order(model, assessed.filter(isChosen)));
    if (candidates.length === 0) throw this.refuse(routed, all);
    return { candidates, leftOut: [...leftOut, ...all.filter((it) => !isChosen(it)).map(explain)] };
  }

  private order(model: CatalogueModel, able: readonly Able[]): readonly Candidate[] {
    const strategy = model.routing.strategy ?? this.catalogue.routing.routing_strategy;
    const candidates = able.map(({ candidate }) => candidate);
    return bestFirst(candidates, strategy, this.random);
  }

  private refuse(routed: RoutedRequest, all: readonly Assessed[]): GatewayError {
    const { request } = routed;
    const able = all.filter((it) => 'candidate' in it);
    if (able.length > 0) return notNow(request.model, able);
    const unfit = all.find((it) => 'unfit' in it)?.unfit;
    if (!unfit) return noDeployment(request.model);
    const isOption = request.providerOptions.has(unfit.param);
    return cannotHonour(request, unfit, {
      providersThatKnow: isOption ? this.providersThatKnow(unfit.param) : [],
      modelsThatCould: this.modelsThatCould(routed),
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

  private modelsThatCould(routed: RoutedRequest): readonly string[] {
    return this.access
      .visibleTo(routed.caller)
      .filter((model) => this.assessment.assess(model, routed).some((it) => 'candidate' in it))
      .map((model) => model.name);
  }
}
