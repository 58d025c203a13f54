import type { Capabilities } from '../domain/capabilities.js';
import type { Deployment } from '../domain/deployment.js';
import type { StreamPlan } from '../domain/format-plan.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import type { Fit } from './fitness.js';
import type { StrategyCandidate } from './strategies/strategy-candidate.js';

/** A deployment that can serve the request, and how it will give the requested format. */
export interface Candidate extends StrategyCandidate, Fit {
  readonly deployment: Deployment;
  readonly adapter: ProviderAdapter;
  readonly capabilities: Capabilities;
  /** How the answer travels: event by event as the provider sends it, as events made from its answer, or whole. */
  readonly delivery: StreamPlan;
  /** Further attempts on this deployment after the first. */
  readonly max_retries: number;
  /** Whether the next candidate may be started when this one is slow. */
  readonly hedging: boolean;
}
