import { Injectable } from '@nestjs/common';
import type { Caller } from '../domain/caller.js';
import type { ChatRequest } from '../domain/chat.js';
import type { Deployment } from '../domain/deployment.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { CandidateFacts } from '../routing/candidate.js';
import type { RoutingWishes, Unfit } from '../routing/job.js';
import { cannotHonour, ofAnotherMode } from '../routing/refusals.js';
import { Router, type Plan } from '../routing/router.js';
import { type ChatCandidate, hasChats } from './chat-candidate.js';
import { ChatCosts } from './chat-costs.js';

/** How much audio a chat sends, in seconds; undefined = unknown. */
export function sentSeconds({ audio, audioSeconds }: Pick<ChatRequest, 'audio' | 'audioSeconds'>): number | undefined {
  return audio.length === 0 ? 0 : audioSeconds;
}

/** What decides which deployments hold a chat. */
export interface ChatJob {
  readonly caller: Caller;
  readonly request: ChatRequest;
  readonly wishes: RoutingWishes;
}

/** Chooses the deployments of a chat. */
@Injectable()
export class ChatPlanner {
  constructor(
    private readonly router: Router,
    private readonly providers: ProviderRegistry,
    private readonly costs: ChatCosts,
  ) {}

  /** @throws GatewayError as {@link Router.plan}; 400 or 413 when nothing could honour the request */
  plan({ caller, request, wishes }: ChatJob): Plan<ChatCandidate> {
    const { model } = request;
    return this.router.plan({
      routed: { caller, model, durationSeconds: sentSeconds(request), wishes },
      fit: (facts) => fit(facts, request, this.costs),
      refuse: (unfit, modelsThatCould) => cannotHonour(model, unfit, { providersThatKnow: [], modelsThatCould }),
    });
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

function unfitMode(adapter: ProviderAdapter, deployment: Deployment): Unfit | undefined {
  if (deployment.mode !== 'chat' && !adapter.alsoChats?.(deployment.upstreamModel)) return ofAnotherMode(deployment);
  if (hasChats(adapter)) return undefined;
  return { param: 'model', explanation: `${adapter.title} has no chat completions in OpenAI's protocol` };
}

function unfitKind(
  adapter: ProviderAdapter,
  { upstreamModel, settings }: Deployment,
  { audio: [recording], speaks }: ChatRequest,
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
