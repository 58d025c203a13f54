import { Inject, Injectable } from '@nestjs/common';
import type { Attempt } from '../domain/attempt.js';
import { Catalogue } from '../models/catalogue.js';
import type { FinishedLog } from '../ledger/writer/ledger-listeners.js';

/** What is said of a model that is not there: names come from clients, and each would be a series for ever. */
export const UNKNOWN_MODEL = 'unknown';

/**
 * The values of labels that are bounded by what is configured. A model may be known to a request and not be configured: a
 * caller who brings a key of its own names the provider's model.
 */
@Injectable()
export class SeriesLabels {
  /** Values in use, deployments with their model. */
  private readonly models = new Set<string>();
  private readonly deployments = new Map<string, string>();

  constructor(@Inject(Catalogue) private readonly catalogue: Pick<Catalogue, 'find'>) {}

  ofModel({ model, modelKnown }: Pick<FinishedLog, 'model' | 'modelKnown'>): string {
    if (model === null || !modelKnown || !this.catalogue.find(model)) return UNKNOWN_MODEL;
    this.models.add(model);
    return model;
  }

  ofAttempt({
    deployment_id: id,
    model,
    provider,
  }: Pick<Attempt, 'deployment_id' | 'model' | 'provider'>): Record<'deployment' | 'model' | 'provider', string> {
    const isConfigured = this.isConfigured(id, model);
    if (isConfigured) this.deployments.set(id, model);
    return {
      deployment: isConfigured ? id : '',
      model: this.ofModel({ model, modelKnown: true }),
      provider,
    };
  }

  /** Forgets the values of what is not configured any more. @returns them; undefined = none */
  takeGone(): { readonly models: ReadonlySet<string>; readonly deployments: ReadonlySet<string> } | undefined {
    const models = new Set([...this.models].filter((name) => !this.catalogue.find(name)));
    const deployments = new Set(
      [...this.deployments].filter(([id, model]) => !this.isConfigured(id, model)).map(([id]) => id),
    );
    if (models.size + deployments.size === 0) return undefined;
    for (const name of models) this.models.delete(name);
    for (const id of deployments) this.deployments.delete(id);
    return { models, deployments };
  }

  private isConfigured(id: string, model: string): boolean {
    return this.catalogue.find(model)?.deployments.some((deployment) => deployment.id === id) ?? false;
  }
}
