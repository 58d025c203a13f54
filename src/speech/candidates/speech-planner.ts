import { Injectable } from '@nestjs/common';
import type { Caller } from '../../domain/caller.js';
import type { GatewayError } from '../../domain/errors.js';
import type { SpeechRequest } from '../../domain/speech.js';
import { mapTargets, type TargetTree } from '../../domain/target-tree.js';
import { modeOfTask } from '../../domain/task.js';
import type { CatalogueModel } from '../../models/catalogue-model.js';
import { Catalogue } from '../../models/catalogue.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import type { Speaking } from '../../providers/speaking.js';
import { voicesIn } from '../../providers/voices.setting.js';
import type { CandidateFacts } from '../../routing/candidate.js';
import type { Job, RoutingWishes, Unfit } from '../../routing/job.js';
import { cannotHonour, ofAnotherMode } from '../../routing/refusals.js';
import { Router, type Plan } from '../../routing/router.js';
import { TargetRouter } from '../../routing/targets/target-router.js';
import type { SpeechTarget } from '../asked-speech.js';
import { Ffmpeg } from '../../ffmpeg/ffmpeg.js';
import type { SpeechCandidate } from './speech-candidate.js';
import { SpeechCosts } from './speech-costs.js';
import { assessSpeech, type SpeechFit } from './speech-fitness.js';

/** What decides which deployments say a text. */
export interface SpeechJob {
  readonly caller: Caller;
  readonly request: SpeechRequest;
  readonly wishes: RoutingWishes;
  readonly zeroRetention: boolean;
  /** Those whom the client has laid out to be asked; absent = whoever serves the model. */
  readonly targets?: TargetTree<SpeechTarget>;
}

/** Chooses the deployments that say a text. */
@Injectable()
export class SpeechPlanner {
  constructor(
    private readonly router: Router,
    private readonly targets: TargetRouter,
    private readonly catalogue: Catalogue,
    private readonly providers: ProviderRegistry,
    private readonly costs: SpeechCosts,
    private readonly ffmpeg: Ffmpeg,
  ) {}

  /** @throws GatewayError as {@link Router.plan}; 400 when nothing could honour the request */
  plan(job: SpeechJob): Plan<SpeechCandidate> {
    if (!job.targets) return this.router.plan(this.toldOf(job));
    const targets = mapTargets(job.targets, ({ request, ...settings }) => {
      return { ...settings, job: this.toldOf({ ...job, request }) };
    });
    return this.targets.plan(targets);
  }

  /** What routing is told of it. */
  private toldOf(job: SpeechJob): Job<SpeechCandidate> {
    const { caller, request, wishes, zeroRetention } = job;
    return {
      routed: { caller, model: request.model, durationSeconds: 0, wishes, zeroRetention },
      task: request.task,
      fit: (facts, model) => this.fit(facts, model, job),
      refuse: (unfit, modelsThatCould) => this.refuse(unfit, modelsThatCould, request),
    };
  }

  /** How a deployment of the model would serve a request, whoever sends it; whether it can do so now does not matter. */
  assess(
    { deployment, adapter }: Pick<CandidateFacts, 'deployment' | 'adapter'>,
    model: CatalogueModel,
    { request, wishes }: Pick<SpeechJob, 'request' | 'wishes'>,
  ): (SpeechFit & { readonly speaking: Speaking }) | { readonly unfit: Unfit } {
    if (deployment.mode !== modeOfTask[request.task]) return { unfit: ofAnotherMode(deployment) };
    const { speech } = adapter;
    if (!speech) return { unfit: { param: 'model', explanation: `${adapter.title} does not speak` } };
    const fit = assessSpeech(speech.capabilities(deployment.upstreamModel, deployment.settings), request, {
      voices: voicesIn(deployment.settings),
      dropsFields: wishes.drop_params ?? model.routing.drop_params ?? this.catalogue.routing.drop_params,
      canTranscode: (to) => this.ffmpeg.canMake(to),
    });
    return 'unfit' in fit ? fit : { ...fit, speaking: speech };
  }

  private fit(
    facts: CandidateFacts,
    model: CatalogueModel,
    job: SpeechJob,
  ): SpeechCandidate | { readonly unfit: Unfit } {
    const fit = this.assess(facts, model, job);
    if ('unfit' in fit) return fit;
    const { deployment } = facts;
    const { request } = job;
    return {
      ...facts,
      ...fit,
      wanted: request,
      task: request.task,
      isStream: true,
      native: fit.plan.conversion === 'none',
      concessions: 2 * Number(fit.dropped.length > 0) + Number(fit.plan.conversion === 'transcode'),
      estimatedCostNanoUsd: this.costs.estimate({ deployment, request: fit.request }).costNanoUsd ?? undefined,
    };
  }

  private refuse(unfit: Unfit, modelsThatCould: readonly string[], request: SpeechRequest): GatewayError {
    const { param } = unfit;
    const isOption = request.providerOptions.has(param);
    return cannotHonour(request.model, unfit, {
      ...(param === 'response_format' && { subject: `response_format '${request.responseFormat}'` }),
      ...(isOption && { code: 'unknown_parameter' }),
      ...(param === 'input' && { code: 'string_above_max_length' }),
      providersThatKnow: isOption ? this.providersThatKnow(param) : [],
      modelsThatCould,
    });
  }

  private providersThatKnow(option: string): readonly string[] {
    return this.providers
      .all()
      .filter(({ speech }) =>
        ['', ...(speech?.knownModels ?? [])].some((model) => {
          const options = speech?.capabilities(model).options ?? [];
          return options !== 'any' && options.includes(option);
        }),
      )
      .map(({ provider }) => provider);
  }
}
