import { Injectable } from '@nestjs/common';
import type { Caller } from '../domain/caller.js';
import type { ChatRequest } from '../domain/chat.js';
import type { Deployment } from '../domain/deployment.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import { mapTargets, type TargetTree } from '../domain/target-tree.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { CandidateFacts } from '../routing/candidate.js';
import type { Job, RoutingWishes, Unfit } from '../routing/job.js';
import { cannotHonour, ofAnotherMode } from '../routing/refusals.js';
import { Router, type Plan } from '../routing/router.js';
import { TargetRouter } from '../routing/targets/target-router.js';
import { type ChatCandidate, hasChats } from './chat-candidate.js';
import type { ChatTarget } from './asked-chat.js';
import { ChatCosts } from './chat-costs.js';
import { withOverrides } from './chat-overrides.js';

/** How much audio a chat sends, in seconds; undefined = unknown. */
export function sentSeconds({ audio, audioSeconds }: Pick<ChatRequest, 'audio' | 'audioSeconds'>): number | undefined {
  return audio.length === 0 ? 0 : audioSeconds;
}

/** What decides which deployments hold a chat. */
export interface ChatJob {
  readonly caller: Caller;
  readonly request: ChatRequest;
  readonly wishes: RoutingWishes;
  /** Those whom the client has laid out to be asked; absent = whoever serves the model. */
  readonly targets?: TargetTree<ChatTarget>;
  readonly zeroRetention: boolean;
}

/** Chooses the deployments of a chat. */
@Injectable()
export class ChatPlanner {
  constructor(
    private readonly router: Router,
    private readonly targets: TargetRouter,
    private readonly providers: ProviderRegistry,
    private readonly costs: ChatCosts,
  ) {}

  /** @throws GatewayError as {@link Router.plan}; 400 or 413 when nothing could honour the request */
  plan(job: ChatJob): Plan<ChatCandidate> {
    if (!job.targets) return this.router.plan(this.toldOf(job));
    const targets = mapTargets(job.targets, ({ model, overrides, ...settings }) => {
      const request = withOverrides({ ...job.request, model }, overrides);
      return { ...settings, job: this.toldOf({ ...job, request }) };
    });
    return this.targets.plan(targets);
  }

  /** What routing is told of it. */
  private toldOf({ caller, request, wishes, zeroRetention }: ChatJob): Job<ChatCandidate> {
    const { model } = request;
    return {
      routed: { caller, model, durationSeconds: sentSeconds(request), wishes, zeroRetention },
      task: 'chat',
      fit: (facts) => fit(facts, request, this.costs),
      refuse: (unfit, modelsThatCould) => cannotHonour(model, unfit, { providersThatKnow: [], modelsThatCould }),
    };
  }

  /** Whether any of the model's deployments holds chats, whatever it hears. */
  chats({ deployments }: CatalogueModel): boolean {
    return deployments.some((deployment) => {
      const adapter = this.providers.get(deployment.provider);
      return deployment.enabled && adapter !== undefined && unfitMode(adapter, deployment) === undefined;
    });
  }
}

function fit(facts: CandidateFacts, request: ChatRequest, costs: ChatCosts): ChatCandidate | { readonly unfit: Unfit } {
  const { adapter, deployment } = facts;
  const unfit =
    unfitMode(adapter, deployment) ?? unfitKind(adapter, deployment, request) ?? unfitSize(deployment, request);
  if (unfit) return { unfit };
  return {
    ...facts,
    task: 'chat',
    request,
    isStream: request.stream,
    // Bodies pass as they are.
    native: true,
    concessions: 0,
    // Seldom asked for.
    get estimatedCostNanoUsd() {
      return costs.estimate({ deployment, request }).costNanoUsd ?? undefined;
    },
  };
}

/** Why a deployment could not hold a chat, with a recording in it or without; undefined = it could. */
export function unfitForChat(
  { adapter, deployment }: Pick<CandidateFacts, 'adapter' | 'deployment'>,
  { hears }: { readonly hears: boolean },
): Unfit | undefined {
  const asked = { audio: hears ? [{ param: 'messages' }] : [], speaks: false };
  return unfitMode(adapter, deployment) ?? unfitKind(adapter, deployment, asked);
}

function unfitMode(adapter: ProviderAdapter, deployment: Deployment): Unfit | undefined {
  if (deployment.mode !== 'chat' && !adapter.alsoChats?.(deployment.upstreamModel)) return ofAnotherMode(deployment);
  if (hasChats(adapter)) return undefined;
  return { param: 'model', explanation: `${adapter.title} has no chat completions in OpenAI's protocol` };
}

function unfitKind(
  adapter: ProviderAdapter,
  { upstreamModel, settings }: Deployment,
  { audio: [recording], speaks }: { readonly audio: readonly { readonly param: string }[]; readonly speaks: boolean },
): Unfit | undefined {
  const { audio_input, audio_output } = adapter.chatCapabilities?.(upstreamModel, settings) ?? {};
  if (recording && audio_input === false) return { param: recording.param, explanation: 'it hears no recordings' };
  if (speaks && audio_output === false) return { param: 'modalities', explanation: 'it answers in writing only' };
  return undefined;
}

function unfitSize({ routing: { max_bytes } }: Deployment, { audio }: ChatRequest): Unfit | undefined {
  if (max_bytes === undefined) return undefined;
  const tooLarge = audio.find(({ source }) => (source?.sizeBytes ?? 0) > max_bytes);
  if (!tooLarge?.source) return undefined;
  const { sizeBytes } = tooLarge.source;
  return {
    param: tooLarge.param,
    explanation: `it takes recordings of at most ${max_bytes} bytes and this one has ${sizeBytes}`,
    tooLarge: true,
  };
}
