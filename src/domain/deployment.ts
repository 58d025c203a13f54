import type { Price } from './price.js';
import type { Retirement } from './retirement.js';
import type { DeploymentRouting } from './routing-settings.js';
import type { Mode } from './task.js';

/** Where a model or deployment is declared, and so who may change it. */
export type ManagedBy = 'file' | 'api' | 'environment' | 'sandbox';

/** One way to serve a public model: provider x upstream model x credential x settings, ready to be called. */
export interface Deployment {
  readonly id: string;
  /** The public model name. */
  readonly model: string;
  readonly provider: string;
  readonly upstreamModel: string;
  /** What it is for: requests for something else pass it by. */
  readonly mode: Mode;
  /** Overrides the provider's base URL; without a trailing slash. */
  readonly apiBase?: string;
  /** The provider's secret in the clear; never logged, never serialised. */
  readonly apiKey?: string;
  /** The stored, named credential that the secret is of, if it is of one. */
  readonly credentialId?: string;
  /** As the provider's own schema reads them. */
  readonly settings: unknown;
  /** Relative share of the traffic, 0 to 1000; 0 = only when nothing else is left. */
  readonly weight: number;
  /** Overrides the provider's price list. */
  readonly price?: Price;
  readonly routing: DeploymentRouting;
  /** The announced end of its upstream model; absent = none is known. */
  readonly retirement?: Retirement;
  readonly enabled: boolean;
  /** Made for one request of a caller who has brought the key: whoever is billed is not the operator. */
  readonly isCallers?: true;
  readonly managedBy: ManagedBy;
}
