import type { Deployment } from '../domain/deployment.js';
import type { Task } from '../domain/task.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import type { PlannedTarget } from './targets/planned-target.js';
import type { StrategyCandidate } from './strategies/strategy-candidate.js';

/** What routing itself knows of a deployment that may serve a request. */
export interface CandidateFacts extends Omit<StrategyCandidate, 'native' | 'estimatedCostNanoUsd'> {
  readonly deployment: Deployment;
  readonly adapter: ProviderAdapter;
  /** Further attempts on this deployment after the first. */
  readonly max_retries: number;
  /** Whether the next candidate may be started when this one is slow. */
  readonly hedging: boolean;
}

/** A deployment that can serve the request; each task adds how it will be asked. */
export interface Candidate extends CandidateFacts, StrategyCandidate {
  /** What the provider is asked for. */
  readonly task: Task;
  /** Whether the client is sent events; then the deployment has its time for streams. */
  readonly isStream: boolean;
  /** How far it is from honouring the request by itself: of one model those that need less of it come first; 0 = it does. */
  readonly concessions: number;
  /** The target that it stands for, where the client has laid out who is asked. */
  readonly target?: PlannedTarget;
}
