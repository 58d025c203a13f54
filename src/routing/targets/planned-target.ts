import type { TargetSettings } from '../../domain/target-tree.js';

/** The target that a candidate stands for, and what comes after it. */
export interface PlannedTarget extends TargetSettings {
  /** Its place in the order of the plan, from 0. */
  readonly position: number;
  /**
   * The place of the next target that is asked when this one has failed for good.
   * @param statuses the HTTP statuses that its failure stands for
   * @returns Infinity when none is
   */
  readonly nextAfter: (statuses: readonly number[]) => number;
}
