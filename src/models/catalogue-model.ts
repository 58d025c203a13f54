import type { Deployment, ManagedBy } from '../domain/deployment.js';
import type { ModelRouting } from '../domain/routing-settings.js';

/** A public model, ready to be used. */
export interface CatalogueModel {
  readonly id: string;
  readonly name: string;
  readonly managedBy: ManagedBy;
  /** Can be used, but is not listed. */
  readonly hidden: boolean;
  /** Another name of a model, whose deployments it repeats. */
  readonly isAlias?: true;
  readonly routing: ModelRouting;
  readonly createdAt: Date;
  readonly deployments: readonly CatalogueDeployment[];
}

/** A deployment with what the admin API shows beside what a call needs. */
export interface CatalogueDeployment extends Deployment {
  readonly credentialName?: string;
  readonly apiKeyPreview?: string;
  /** The deployment's own base URL; `apiBase` also considers its credential's and the environment's. */
  readonly ownApiBase?: string;
  /** Without those of the environment, which are not this deployment's to show or keep. */
  readonly ownSettings?: unknown;
  /** Why it is switched off although nobody has disabled it. */
  readonly error?: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
