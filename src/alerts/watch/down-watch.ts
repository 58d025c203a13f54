import type { HealthState } from '../../routing/deployment-health.js';

/** For so long a circuit may be open for a rate limit, which is no failure, before its deployment counts as down. */
const RATE_LIMITED_MS = 60_000;

/** What of a deployment's health says whether it is down. */
type Health = Pick<HealthState, 'circuit' | 'reason'>;

/** Tells which deployments are down, from looks at their circuits now and then. */
export class DownWatch {
  /** Since when the circuits of those that are open have been seen open, by the deployments' ids. */
  private openSinceMs = new Map<string, number>();
  private down = new Set<string>();

  /**
   * A look at all deployments.
   * @returns the ids of those that are down
   */
  look(deployments: readonly { readonly id: string; readonly health: Health }[], nowMs: number): ReadonlySet<string> {
    const openSinceMs = new Map<string, number>();
    const down = new Set<string>();
    for (const { id, health } of deployments) {
      if (health.circuit === 'closed') continue;
      const sinceMs = this.openSinceMs.get(id) ?? nowMs;
      // What is half open waits for a request: it says nothing new.
      if (health.circuit === 'open') openSinceMs.set(id, sinceMs);
      const isOpenForLong = health.circuit === 'open' && nowMs - sinceMs >= RATE_LIMITED_MS;
      const isFailing = health.circuit === 'open' && health.reason !== 'rate_limited';
      if (isFailing || isOpenForLong || this.down.has(id)) down.add(id);
    }
    this.openSinceMs = openSinceMs;
    this.down = down;
    return down;
  }
}
