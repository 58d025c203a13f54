import { setTimeout as delay } from 'node:timers/promises';
import type { SinkUpstream } from '../support/sink-upstream.js';
import type { LoadedGateway } from './loaded-gateway.js';

/** Ends a vain wait. */
const CATCH_UP_LIMIT_MS = 60_000;
const POLL_MS = 250;

/** What the ledger has of what an upstream and its clients have seen. */
export interface LogComparison {
  /** Requests that have reached the upstream. */
  readonly upstreamRequests: number;
  /** Logs that name a deployment. */
  readonly upstreamLogs: number;
  /** Tags that the upstream has seen, with how many logs they have, where that is not one. */
  readonly wrongTags: readonly string[];
  /** Requests that were answered, with how many logs they have, where that is not one. */
  readonly wrongAnswers: readonly string[];
}

/** Reads the ledger until it has all, for a minute at most, and compares. @param answered ids that clients were told */
export async function compareLogs(
  gateway: LoadedGateway,
  sink: SinkUpstream,
  answered: readonly string[] = [],
): Promise<LogComparison> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const logs = await gateway.logs();
    const ofUpstream = logs.filter(({ deploymentId }) => deploymentId !== null);
    const tags = counted(ofUpstream.map(({ tag }) => tag ?? ''));
    const ids = counted(logs.map(({ id }) => id));
    const comparison = {
      upstreamRequests: sink.requests,
      upstreamLogs: ofUpstream.length,
      wrongTags: [...sink.tags]
        .filter(([tag, asked]) => asked !== 1 || tags.get(tag) !== 1)
        .map(([tag, asked]) => `${tag}: asked ${asked} times, ${tags.get(tag) ?? 0} logs`),
      wrongAnswers: answered.filter((id) => ids.get(id) !== 1).map((id) => `${id}: ${ids.get(id) ?? 0} logs`),
    };
    if (isSound(comparison) || waitedMs >= CATCH_UP_LIMIT_MS) return comparison;
    await delay(POLL_MS);
  }
}

/** Whether everything has one log. */
export function isSound({ upstreamRequests, upstreamLogs, wrongTags, wrongAnswers }: LogComparison): boolean {
  return wrongTags.length === 0 && wrongAnswers.length === 0 && upstreamLogs >= upstreamRequests;
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
