import { Injectable } from '@nestjs/common';
import type { Deployment } from '../domain/deployment.js';
import { ProviderError, type FailureReason } from '../domain/errors.js';
import { planFormat } from '../domain/format-plan.js';
import type { TranscriptionRequest } from '../domain/transcription.js';
import { Catalogue } from '../models/catalogue.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { DeploymentHealth } from './deployment-health.js';
import { sampleAudio } from './sample-audio.js';

/** A check must not take as long as an hour of audio may. */
const CHECK_TIMEOUT_MS = 60_000;

/** What calling a deployment with one second of speech has shown. */
export interface CheckResult {
  readonly ok: boolean;
  readonly latencyMs: number;
  readonly text: string | null;
  readonly failure: {
    readonly reason: FailureReason;
    readonly message: string;
    readonly upstreamStatus: number | null;
  } | null;
}

/**
 * Calls a deployment with the bundled second of speech, so that a wrong credential is found before traffic finds it. The
 * result counts for the deployment's health; it leaves no log, although the provider may bill it.
 */
@Injectable()
export class DeploymentCheck {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly providers: ProviderRegistry,
    private readonly health: DeploymentHealth,
  ) {}

  async run(deployment: Deployment): Promise<CheckResult> {
    const startedAt = performance.now();
    try {
      const text = await this.call(deployment);
      this.health.succeeded(deployment.id);
      return { ok: true, latencyMs: Math.round(performance.now() - startedAt), text, failure: null };
    } catch (error) {
      const failure = error instanceof ProviderError ? error : new ProviderError('unknown', 'The adapter failed');
      const { allowed_failures, cooldown_seconds } = this.catalogue.routing;
      this.health.failed(deployment.id, failure, {
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

  private async call(deployment: Deployment): Promise<string> {
    const adapter = this.providers.get(deployment.provider);
    if (!adapter) throw new ProviderError('unknown', `there is no provider named ${deployment.provider}`);
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
