import { Inject, Injectable } from '@nestjs/common';
import { GatewayError } from '../domain/errors.js';
import type { LeftOut } from '../domain/plan.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import { Catalogue } from '../models/catalogue.js';
import { Assessment, explain, isAvailable, isWorthTrying, type Able, type Assessed } from './assessment.js';
import type { Candidate } from './candidate.js';
import type { Job } from './job.js';
import { ModelAccess } from './model-access.js';
import { bestFirst } from './ordering.js';
import { RANDOM } from './random.js';
import { keepsNothing, noDeployment, notNow } from './refusals.js';

/** What will be tried, best first, and what will not. */
export interface Plan<C extends Candidate = Candidate> {
  readonly candidates: readonly C[];
  readonly leftOut: readonly LeftOut[];
}

/** Chooses which deployments may serve a request, and in which order. */
@Injectable()
export class Router {
  constructor(
    private readonly access: ModelAccess,
    private readonly assessment: Assessment,
    private readonly catalogue: Catalogue,
    @Inject(RANDOM) private readonly random: () => number,
  ) {}

  /**
   * The deployments that can honour all of the request: those of its model in the order of its strategy, then those of
   * its fallbacks; never empty. Within a model, deployments that need no concession come first. Deployments that are
   * cooling down or full are left out as long as others remain.
   * @throws GatewayError 404 for the model; as the job's `refuse` when nothing could honour the request; 429 or 503 with
   *   `retry-after` when everything that could is full or cooling down
   */
  plan<C extends Candidate>(job: Job<C>): Plan<C> {
    const { models, leftOut } = this.access.withFallbacks(job.routed);
    const stages = models.map((model) => ({ model, assessed: this.assessment.assess(model, job) }));
    const all = stages.flatMap(({ assessed }) => assessed);
    const isChosen = all.some((it) => isAvailable(it)) ? isAvailable<C> : isWorthTrying<C>;
    const candidates = stages.flatMap(({ model, assessed }) => this.order(model, assessed.filter(isChosen)));
    if (candidates.length === 0) throw this.refusal(job, all);
    return { candidates, leftOut: [...leftOut, ...all.filter((it) => !isChosen(it)).map((it) => explain(it))] };
  }

  /** What of one model can be asked, in the order of its strategy. */
  order<C extends Candidate>(model: CatalogueModel, able: readonly Able<C>[]): readonly C[] {
    const strategy = model.routing.strategy ?? this.catalogue.routing.routing_strategy;
    return bestFirst(
      able.map(({ candidate }) => candidate),
      strategy,
      this.random,
    );
  }

  /** What the client is told when none of these can be asked. */
  refusal<C extends Candidate>(job: Job<C>, all: readonly Assessed<C>[]): GatewayError {
    const { model } = job.routed;
    const able = all.filter((it) => 'candidate' in it);
    if (able.length > 0) return notNow(model, able);
    const unable = all.filter((it) => 'unfit' in it);
    if (unable.some((it) => it.unfit.isOfRetention)) return keepsNothing(model, unable, this.modelsThatCould(job));
    const [unfit] = unable.map((it) => it.unfit);
    return unfit ? job.refuse(unfit, this.modelsThatCould(job)) : noDeployment(model);
  }

  private modelsThatCould<C extends Candidate>(job: Job<C>): readonly string[] {
    return this.access
      .visibleTo(job.routed.caller)
      .filter((model) => this.assessment.assess(model, job).some((it) => 'candidate' in it))
      .map((model) => model.name);
  }
}
