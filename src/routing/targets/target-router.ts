import { Injectable } from '@nestjs/common';
import type { GatewayError } from '../../domain/errors.js';
import type { LeftOut } from '../../domain/plan.js';
import { mapTargets, targetsOf, type TargetTree } from '../../domain/target-tree.js';
import type { CatalogueModel } from '../../models/catalogue-model.js';
import { modelNotFound } from '../../models/visible-models.js';
import { Assessment, explain, isAvailable, isWorthTrying, type Able, type Assessed } from '../assessment.js';
import type { Candidate } from '../candidate.js';
import { ModelAccess } from '../model-access.js';
import { Router, type Plan } from '../router.js';
import { CallersDeployments } from './callers-deployment.js';
import { statusesOf } from './failure-statuses.js';
import type { TargetJob } from './target-job.js';
import { orderTargets } from './target-order.js';

/** A target, and what has been found out about the deployments that it means. */
interface Leg<C extends Candidate> {
  readonly target: TargetJob<C>;
  /** The models that it means; none where there is no such model. */
  readonly stages: readonly { readonly model: CatalogueModel; readonly assessed: readonly Assessed<C>[] }[];
  readonly leftOut: readonly LeftOut[];
}

/** Chooses deployments where a client has laid out itself who is to be asked: the targets decide, and not the model. */
@Injectable()
export class TargetRouter {
  constructor(
    private readonly router: Router,
    private readonly access: ModelAccess,
    private readonly assessment: Assessment,
    private readonly callers: CallersDeployments,
  ) {}

  /**
   * As {@link Router.plan}, of the targets in their order. A target that stands alone has its model's fallbacks.
   * @throws GatewayError as there; 400 or 403 for a caller's own access to a provider
   */
  plan<C extends Candidate>(tree: TargetTree<TargetJob<C>>): Plan<C> {
    const legs = mapTargets(tree, (target) => this.legOf(target, tree.kind === 'target'));
    const plan = this.planOf(legs, isAvailable<C>) ?? this.planOf(legs, isWorthTrying<C>);
    if (!plan) throw this.refuse(targetsOf(legs));
    return plan;
  }

  private legOf<C extends Candidate>(target: TargetJob<C>, isAlone: boolean): Leg<C> {
    const { job, access, path } = target;
    const { caller, model: name } = job.routed;
    const assess = (model: CatalogueModel) => ({ model, assessed: this.assessment.assess(model, job) });
    if (access) return { target, stages: [assess(this.callers.modelOf(caller, name, access))], leftOut: [] };
    if (isAlone) {
      const { models, leftOut } = this.access.withFallbacks(job.routed);
      return { target, stages: models.map(assess), leftOut };
    }
    const model = this.access.find(caller, name);
    const explanation = `${path}: the model does not exist`;
    if (!model) return { target, stages: [], leftOut: [{ model: name, deployment_id: null, explanation }] };
    return { target, stages: [assess(model)], leftOut: [] };
  }

  private planOf<C extends Candidate>(
    tree: TargetTree<Leg<C>>,
    isChosen: (assessed: Assessed<C>) => assessed is Able<C>,
  ): Plan<C> | undefined {
    const placed = orderTargets(tree, {
      isUsable: ({ stages }) => stages.some(({ assessed }) => assessed.some(isChosen)),
      statusesOf: statusesOfLeg,
    });
    if (placed.length === 0) return undefined;
    const candidates = placed.flatMap(({ target: { target, stages }, position, nextAfter }) => {
      const { job: _, ...settings } = target;
      return stages
        .flatMap(({ model, assessed }) => this.router.order(model, assessed.filter(isChosen)))
        .map((candidate) => ({ ...candidate, target: { ...settings, position, nextAfter } }));
    });
    const asked = new Set(placed.map(({ target }) => target));
    const leftOut = targetsOf(tree).flatMap((leg): readonly LeftOut[] => {
      const all = leg.stages.flatMap(({ assessed }) => assessed);
      const explained = [...leg.leftOut, ...all.filter((it) => !isChosen(it)).map((it) => explain(it))];
      if (asked.has(leg) || explained.length > 0) return explained;
      const { path, job } = leg.target;
      return [{ model: job.routed.model, deployment_id: null, explanation: `${path} was not chosen` }];
    });
    return { candidates, leftOut };
  }

  /** What the client is told of the first target, which could not be asked. */
  private refuse<C extends Candidate>([leg]: readonly Leg<C>[]): GatewayError {
    if (!leg) throw new Error('A plan has no targets');
    const { job } = leg.target;
    if (leg.stages.length === 0) return modelNotFound(job.routed.model);
    return this.router.refusal(
      job,
      leg.stages.flatMap(({ assessed }) => assessed),
    );
  }
}

/** The statuses that a target would have failed with that is not asked. */
function statusesOfLeg<C extends Candidate>({ stages }: Leg<C>): readonly number[] {
  if (stages.length === 0) return [404];
  const all = stages.flatMap(({ assessed }) => assessed);
  const able = all.find((it) => 'candidate' in it);
  if (able) {
    const { reason } = able.health;
    return able.fullForMs !== undefined || reason === undefined ? [429] : statusesOf({ reason });
  }
  const unfit = all.find((it) => 'unfit' in it)?.unfit;
  if (!unfit) return [503];
  return [unfit.tooLarge ? 413 : 400];
}
