import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { sentExtension, type AudioContainerName } from '../../domain/audio-container.js';
import type { Capabilities } from '../../domain/capabilities.js';
import { planStream, type StreamPlan } from '../../domain/format-plan.js';
import type { DeploymentRouting } from '../../domain/routing-settings.js';
import { mapTargets } from '../../domain/target-tree.js';
import { modeOfTask } from '../../domain/task.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { CatalogueModel } from '../../models/catalogue-model.js';
import { Catalogue } from '../../models/catalogue.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import type { CandidateFacts } from '../../routing/candidate.js';
import type { Job, RoutingWishes, Unfit } from '../../routing/job.js';
import { cannotHonour, ofAnotherMode } from '../../routing/refusals.js';
import { Router, type Plan } from '../../routing/router.js';
import { TargetRouter } from '../../routing/targets/target-router.js';
import { keeps } from '../../routing/zero-retention.js';
import type { Run } from '../run.js';
import { Transcoder } from '../transcoding/transcoder.js';
import { assessFitness, type Fit } from './fitness.js';
import type { TranscriptionCandidate } from './transcription-candidate.js';
import { TranscriptionCosts } from './transcription-costs.js';

/** What decides which deployments serve a transcription or translation. */
export type TranscriptionJob = Pick<Run, 'caller' | 'request' | 'durationSeconds' | 'zeroRetention'> &
  Partial<Pick<Run, 'targets' | 'recording'>> & { readonly wishes: RoutingWishes };

const TRANSLATOR_KEEPS = keeps(
  'it only transcribes, and TRANSLATION_ZERO_RETENTION does not say that the translation model keeps nothing',
);

/** Chooses the deployments of a transcription or translation. */
@Injectable()
export class TranscriptionPlanner {
  constructor(
    private readonly router: Router,
    private readonly targets: TargetRouter,
    private readonly catalogue: Catalogue,
    private readonly providers: ProviderRegistry,
    private readonly costs: TranscriptionCosts,
    @Inject(Transcoder) private readonly transcoder: Pick<Transcoder, 'isThere' | 'maxBytes'>,
    @Inject(SETTINGS)
    private readonly settings: Pick<Settings, 'fetch_urls' | 'translation_model' | 'translation_zero_retention'>,
  ) {}

  /** @throws GatewayError as {@link Router.plan}; 400 or 413 when nothing could honour the request */
  plan(job: TranscriptionJob): Plan<TranscriptionCandidate> {
    if (!job.targets) return this.router.plan(this.toldOf(job));
    const targets = mapTargets(job.targets, ({ request, ...settings }) => {
      return { ...settings, job: this.toldOf({ ...job, request }) };
    });
    return this.targets.plan(targets);
  }

  /** What routing is told of it. */
  private toldOf(job: TranscriptionJob): Job<TranscriptionCandidate> {
    const { caller, request, durationSeconds, wishes, zeroRetention } = job;
    return {
      routed: { caller, model: request.model, durationSeconds, wishes, zeroRetention },
      task: request.task,
      fit: (facts, model) => this.fit(facts, model, job),
      refuse: (unfit, modelsThatCould) => this.refuse(unfit, modelsThatCould, request),
    };
  }

  /** How a deployment of the model would serve a request, whoever sends it; whether it can do so now does not matter. */
  assess(
    { deployment, adapter }: Pick<CandidateFacts, 'deployment' | 'adapter'>,
    model: CatalogueModel,
    { request, durationSeconds, wishes, recording }: Omit<TranscriptionJob, 'caller' | 'targets' | 'zeroRetention'>,
  ): (Fit & { readonly capabilities: Capabilities }) | { readonly unfit: Unfit } {
    if (deployment.mode !== modeOfTask[request.task]) return { unfit: ofAnotherMode(deployment) };
    const own = adapter.capabilities(deployment.upstreamModel, deployment.settings);
    const capabilities = withOwnLimits(own, deployment.routing);
    const fitness = assessFitness(capabilities, request, durationSeconds, {
      translates: this.settings.translation_model !== undefined,
      fetchesUrls: this.settings.fetch_urls,
      // What was made must be deleted with the request's own recording.
      ...(recording !== undefined &&
        this.transcoder.isThere &&
        (model.routing.transcode ?? this.catalogue.routing.transcode) === 'auto' && {
          transcodes: { maxBytes: this.transcoder.maxBytes },
        }),
      dropsFields: wishes.drop_params ?? model.routing.drop_params ?? this.catalogue.routing.drop_params,
      downgradesFormat: (model.routing.unsupported_format ?? this.catalogue.routing.unsupported_format) === 'downgrade',
    });
    return 'unfit' in fitness ? fitness : { ...fitness, capabilities };
  }

  private fit(
    facts: CandidateFacts,
    model: CatalogueModel,
    job: TranscriptionJob,
  ): TranscriptionCandidate | { readonly unfit: Unfit } {
    const { request, durationSeconds } = job;
    const fitness = this.assess(facts, model, job);
    if ('unfit' in fitness) return fitness;
    if (fitness.chained && job.zeroRetention && !this.settings.translation_zero_retention)
      return { unfit: TRANSLATOR_KEEPS };
    const { costs } = this;
    const { deployment } = facts;
    const { capabilities } = fitness;
    const asked = { deployment, request: fitness.request };
    return {
      ...facts,
      ...fitness,
      wanted: request,
      task: fitness.request.task,
      isStream: fitness.request.stream,
      delivery: deliveryOf(capabilities, request, fitness),
      native: fitness.format.mode === 'native' && !fitness.chained,
      concessions: concessions(fitness, capabilities),
      // Only one strategy asks for it.
      get estimatedCostNanoUsd() {
        return costs.costOf(asked, {}, durationSeconds).costNanoUsd ?? undefined;
      },
    };
  }

  private refuse(unfit: Unfit, modelsThatCould: readonly string[], request: TranscriptionRequest) {
    const isOption = request.providerOptions.has(unfit.param);
    const { container } = unfit.isOfContainer ? request.audio : {};
    if (container) {
      return cannotHonour(request.model, unfit, {
        code: 'unsupported_container',
        providersThatTake: this.providersWith(({ containers }) => takes(containers, container)),
        modelsThatCould,
      });
    }
    return cannotHonour(request.model, unfit, {
      ...(unfit.param === 'response_format' && { subject: `response_format '${request.responseFormat}'` }),
      ...(isOption && { code: 'unknown_parameter' }),
      providersThatKnow: isOption
        ? this.providersWith(({ options }) => options !== 'any' && options.includes(unfit.param))
        : [],
      modelsThatCould,
    });
  }

  /** Providers of which a model worth offering, or an unknown one, is known to be able to. */
  private providersWith(isAble: (capabilities: Capabilities) => boolean): readonly string[] {
    return this.providers
      .all()
      .filter((adapter) => ['', ...adapter.knownModels].some((model) => isAble(adapter.capabilities(model))))
      .map(({ provider }) => provider);
  }
}

/** Whether a list, where there is one, has a name for the container. */
function takes(containers: Capabilities['containers'], container: AudioContainerName): boolean {
  return containers !== undefined && sentExtension(container, undefined, containers) !== undefined;
}

/** A deployment may be told to take less than its model could, and other files than is known. */
function withOwnLimits(own: Capabilities, { max_bytes = own.max_bytes, containers }: DeploymentRouting): Capabilities {
  return {
    ...own,
    ...(max_bytes !== undefined && { max_bytes: Math.min(own.max_bytes ?? max_bytes, max_bytes) }),
    ...(containers && { containers }),
  };
}

/** What comes out of the translation model comes in one piece. */
function deliveryOf(
  capabilities: Capabilities,
  { stream }: TranscriptionRequest,
  { chained, answerFormat }: Fit,
): StreamPlan {
  if (!stream) return 'whole';
  const delivery = planStream(capabilities, answerFormat);
  return chained && delivery === 'relayed' ? 'synthesised' : delivery;
}

/** Fields left out weigh most, a detour least. */
function concessions({ dropped, chained, request, transcoding }: Fit, { accepts_url }: Capabilities): number {
  const isFetched = request.url !== undefined && !accepts_url;
  const weights = [
    [8, dropped.length > 0],
    [4, chained],
    [2, transcoding !== undefined],
    [1, isFetched],
  ] as const;
  return weights.reduce((sum, [weight, is]) => sum + (is ? weight : 0), 0);
}
