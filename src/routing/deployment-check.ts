import { Injectable } from '@nestjs/common';
import type { Deployment } from '../domain/deployment.js';
import type { Discovery } from '../domain/discovery.js';
import { badRequest, ProviderError, type FailureReason } from '../domain/errors.js';
import { planFormat } from '../domain/format-plan.js';
import type { TranscriptionRequest } from '../domain/transcription.js';
import { resolveVoice } from '../domain/voice.js';
import { Catalogue } from '../models/catalogue.js';
import { CredentialUses } from '../models/credentials/use/credential-uses.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { voicesIn } from '../providers/voices.setting.js';
import { DeploymentHealth } from './deployment-health.js';
import { sampleChat } from './sample-chat.js';
import { sampleAudio } from './sample-audio.js';

/** A check must not take as long as an hour of audio may. */
const CHECK_TIMEOUT_MS = 60_000;

/** A deployment, and why it cannot be called, if that is known. */
type CheckedDeployment = Deployment & { readonly error?: string };

/** What a deployment that speaks is asked to say. */
const SAMPLE_TEXT = 'Testing.';

/** What calling a deployment has shown. */
export interface CheckResult {
  readonly ok: boolean;
  readonly latencyMs: number;
  /** What was understood; null where nothing was to be. */
  readonly text: string | null;
  readonly failure: {
    readonly reason: FailureReason;
    readonly message: string;
    readonly upstreamStatus: number | null;
  } | null;
}

/**
 * Calls a deployment with the bundled second of speech or a short question, or has it say a word, so that a wrong credential is
 * found before traffic finds it. The result counts for the deployment's health; it leaves no log, although the provider may bill it.
 */
@Injectable()
export class DeploymentCheck {
  private readonly listeners: ((deployment: Deployment, failure: ProviderError) => void)[] = [];

  constructor(
    private readonly catalogue: Catalogue,
    private readonly providers: ProviderRegistry,
    private readonly health: DeploymentHealth,
    private readonly uses: CredentialUses,
  ) {}

  /** Has a listener told of every check that fails: it leaves no log. */
  onFailure(listener: (deployment: Deployment, failure: ProviderError) => void): void {
    this.listeners.push(listener);
  }

  async run(deployment: CheckedDeployment): Promise<CheckResult> {
    const startedAt = performance.now();
    const epoch = this.health.epoch(deployment.id);
    try {
      const text = await this.call(deployment);
      this.health.succeeded(deployment.id, epoch);
      this.uses.note(deployment, undefined);
      return { ok: true, latencyMs: Math.round(performance.now() - startedAt), text, failure: null };
    } catch (error) {
      const failure = error instanceof ProviderError ? error : new ProviderError('unknown', 'The adapter failed');
      this.uses.note(deployment, failure);
      for (const listener of this.listeners) listener(deployment, failure);
      const { allowed_failures, cooldown_seconds } = this.catalogue.routing;
      this.health.failed(deployment.id, epoch, failure, {
        allowed_failures,
        cooldown_seconds: deployment.routing.cooldown_seconds ?? cooldown_seconds,
      });
      return {
        ok: false,
        latencyMs: Math.round(performance.now() - startedAt),
        text: null,
        failure: { reason: failure.reason, message: failure.message, upstreamStatus: failure.upstreamStatus ?? null },
      };
    }
  }

  /** How to find out about the deployment's server. @throws GatewayError 400 where that is known of the provider */
  requireDiscovery({ provider, mode }: Deployment): NonNullable<ProviderAdapter['discover']> {
    if (mode !== 'audio_transcription')
      throw badRequest(`discover is for servers that transcribe, not for ${mode}`, 'discover');
    const discover = this.providers.get(provider)?.discover;
    if (discover) return discover;
    const message = `What ${provider} can do is known (GET /admin/v1/providers); discover is for servers of your own`;
    throw badRequest(message, 'discover');
  }

  /**
   * Finds out what the deployment's server can do, by a dozen calls; they say nothing about its health.
   * @throws GatewayError 400 as `requireDiscovery`
   */
  async discover(deployment: Deployment): Promise<Discovery> {
    await using audio = await sampleAudio();
    return await this.requireDiscovery(deployment)({
      audio,
      upstreamModel: deployment.upstreamModel,
      apiBase: deployment.apiBase,
      apiKey: deployment.apiKey,
      settings: deployment.settings,
    });
  }

  private async call(deployment: CheckedDeployment): Promise<string | null> {
    // What is left of it may be another's: the key of the environment, the provider's own address.
    if (deployment.error !== undefined) throw new ProviderError('unknown', `it is switched off: ${deployment.error}`);
    const adapter = this.providers.get(deployment.provider);
    if (!adapter) throw new ProviderError('unknown', `there is no provider named ${deployment.provider}`);
    if (deployment.mode === 'audio_speech') {
      await haveSpoken(adapter, deployment);
      return null;
    }
    if (deployment.mode === 'chat') return await ask(adapter, deployment);
    await using audio = await sampleAudio();
    const capabilities = adapter.capabilities(deployment.upstreamModel, deployment.settings);
    const request: TranscriptionRequest = {
      task: capabilities.tasks.includes('transcribe') ? 'transcribe' : 'translate',
      model: deployment.model,
      audio,
      responseFormat: 'json',
      granularities: [],
      stream: false,
      include: [],
      keywords: [],
      languages: [],
      providerOptions: new Map(),
    };
    const format = planFormat(capabilities, request);
    const result = await adapter.transcribe({
      request,
      upstreamModel: deployment.upstreamModel,
      upstreamFormat: format.mode === 'refused' ? 'json' : format.upstreamFormat,
      apiBase: deployment.apiBase,
      apiKey: deployment.apiKey,
      settings: deployment.settings,
      signal: AbortSignal.timeout(CHECK_TIMEOUT_MS),
    });
    return result.text;
  }
}

/** Listens to the end, whatever is said. */
async function haveSpoken({ title, speech }: ProviderAdapter, deployment: Deployment): Promise<void> {
  if (!speech) throw new ProviderError('unsupported', `${title} does not speak`);
  const { upstreamModel, settings } = deployment;
  const { formats, voices } = speech.capabilities(upstreamModel, settings);
  const own = voicesIn(settings);
  const voice = resolveVoice(voices, own, { voice: Object.keys(own)[0] ?? 'alloy', isVoiceId: false });
  const events = speech.speak({
    request: {
      task: 'speak',
      model: deployment.model,
      input: SAMPLE_TEXT,
      ...(voice ?? { voice: voices.names[0] ?? 'alloy', isVoiceId: false }),
      responseFormat: formats[0] ?? 'mp3',
      stream: false,
      providerOptions: new Map(),
    },
    upstreamModel,
    upstreamFormat: formats[0] ?? 'mp3',
    apiBase: deployment.apiBase,
    apiKey: deployment.apiKey,
    settings,
    signal: AbortSignal.timeout(CHECK_TIMEOUT_MS),
  });
  for await (const event of events) if (event.type === 'done') return;
  throw new ProviderError('bad_response', 'the provider stopped before the end of its speech');
}

/** @throws ProviderError */
async function ask(adapter: ProviderAdapter, deployment: Deployment): Promise<string> {
  if (!adapter.chat) throw new ProviderError('unsupported', `${adapter.title} has no chats in OpenAI's protocol`);
  const { model, upstreamModel, apiBase, apiKey, settings } = deployment;
  const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
  const call = { request: sampleChat(model), upstreamModel, apiBase, apiKey, settings, signal };
  const { text = '' } = await adapter.chat(call);
  return text;
}
