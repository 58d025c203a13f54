import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { planFormat } from '../../domain/format-plan.js';
import { responseFormats } from '../../domain/transcription.js';
import { PriceBook } from '../../pricing/price-book.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import type { CatalogueDeployment } from '../catalogue-model.js';
import type { DeploymentView, FormatOffer, PriceInUse } from './deployment.schema.js';

const settingsObject = z.record(z.string(), z.unknown());

/** Makes the wire form of deployments, with what they come to: what they can answer, and at which price. */
@Injectable()
export class DeploymentPresenter {
  constructor(
    private readonly providers: ProviderRegistry,
    private readonly prices: PriceBook,
  ) {}

  present(deployment: CatalogueDeployment): DeploymentView {
    return {
      object: 'deployment',
      id: deployment.id,
      model: deployment.model,
      provider: deployment.provider,
      upstream_model: deployment.upstreamModel,
      mode: deployment.mode,
      credential: deployment.credentialName ?? null,
      api_key_preview: deployment.apiKeyPreview ?? null,
      api_base: deployment.ownApiBase ?? null,
      settings: { ...settingsObject.parse(deployment.ownSettings ?? {}) },
      formats: this.formatsOf(deployment),
      weight: deployment.weight,
      price: deployment.price ?? null,
      price_in_use: this.priceOf(deployment),
      routing: deployment.routing,
      enabled: deployment.enabled,
      error: deployment.error ?? null,
      managed_by: deployment.managedBy,
      created_at: deployment.createdAt.toISOString(),
      updated_at: deployment.updatedAt.toISOString(),
    };
  }

  /** By the plan that each request is given; what is asked for beside the format may still be refused. */
  private formatsOf({ provider, mode, upstreamModel, settings, error }: CatalogueDeployment): FormatOffer[] | null {
    const adapter = mode === 'audio_transcription' ? this.providers.get(provider) : undefined;
    if (!adapter || error !== undefined) return null;
    const capabilities = adapter.capabilities(upstreamModel, settings);
    return responseFormats.map((format) => {
      const plan = planFormat(capabilities, { responseFormat: format, granularities: [], include: [] });
      return { format, how: plan.mode, reason: plan.mode === 'refused' ? plan.explanation : null };
    });
  }

  private priceOf(deployment: CatalogueDeployment): PriceInUse | null {
    if (deployment.price) return { price: deployment.price, list: 'deployment', source: null, as_of: null };
    const listed = deployment.error === undefined ? this.prices.listedPriceOf(deployment) : undefined;
    if (!listed) return null;
    const { price, source, as_of } = listed.entry;
    return { price, list: listed.list, source, as_of };
  }
}
