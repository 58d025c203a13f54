import type { TargetSettings } from '../../domain/target-tree.js';
import type { Candidate } from '../candidate.js';
import type { Job } from '../job.js';

/** One target of a request, and what its task tells routing of it. */
export interface TargetJob<C extends Candidate> extends TargetSettings {
  readonly job: Job<C>;
}
