import { setTimeout as delay } from 'node:timers/promises';
import { SinkUpstream } from '../support/sink-upstream.js';
import { compareLogs, isSound, type LogComparison } from './compare-logs.js';
import { LoadedGateway, type Usage } from './loaded-gateway.js';
import { MixedTraffic } from './mixed-traffic.js';

const CLIENTS = 16;
/** What opens what a process opens once. */
const WARM_UP_MS = 10_000;
const LONGEST_SAMPLE_MS = 10_000;
const SAMPLES_AT_LEAST = 30;

/** What the median of the last third's memory may be of the second third's. */
export const RESIDENT_GROWTH_LIMIT = 1.1;
/** The same of the delay of the event loop, of which the median of p99 is compared. */
export const DELAY_GROWTH_LIMIT = 1.25;
/** Node measures it with timers of 10 ms; below twice that, what is told is their own. */
export const DELAY_FLOOR_MS = 20;

/** What a gateway took at a moment of the run. */
export interface Sample extends Usage {
  readonly seconds: number;
  readonly heapMib: number;
  readonly externalMib: number;
  /** p99 since the last sample. */
  readonly loopDelayMs: number;
  readonly requests: number;
}

/** What is true in the end; `faults` is empty when all is well. */
export interface SoakVerdict {
  readonly faults: readonly string[];
  readonly requests: Readonly<Record<string, number>>;
  readonly answered: number;
  /** Medians of the second and of the last third. */
  readonly residentMib: readonly [number, number];
  readonly loopDelayMs: readonly [number, number];
  readonly idle: Usage;
  readonly final: Usage;
  readonly logs: LogComparison;
  readonly unexpected: readonly string[];
}

/** Mixed traffic against a gateway for so long, with a sample every ten seconds. */
export async function runSoak({
  durationMs,
  seed,
  onSample,
}: {
  readonly durationMs: number;
  readonly seed: number;
  readonly onSample: (sample: Sample) => void;
}): Promise<SoakVerdict> {
  const sink = await SinkUpstream.start();
  try {
    await using gateway = await LoadedGateway.start(sink);
    const warmUp = new MixedTraffic(gateway, sink, { clients: CLIENTS, seed, firstIndex: 0 });
    await delay(WARM_UP_MS);
    await warmUp.stop();
    const idle = await gateway.settled();

    const traffic = new MixedTraffic(gateway, sink, { clients: CLIENTS, seed: seed + 1, firstIndex: warmUp.nextIndex });
    const samples: Sample[] = [];
    const startedAt = performance.now();
    const sampleMs = Math.min(LONGEST_SAMPLE_MS, durationMs / SAMPLES_AT_LEAST);
    for (let passedMs = 0; passedMs < durationMs; passedMs = performance.now() - startedAt) {
      await delay(sampleMs);
      const sample = await takeSample(gateway, traffic, Math.round((performance.now() - startedAt) / 1000));
      samples.push(sample);
      onSample(sample);
    }
    await traffic.stop();
    const final = await gateway.settled(idle.descriptors);
    const logs = await compareLogs(gateway, sink, [...warmUp.answered, ...traffic.answered]);
    const residentMib = medians(samples, (sample) => sample.residentMib);
    const loopDelayMs = medians(samples, (sample) => sample.loopDelayMs);
    const unexpected = [...warmUp.unexpected, ...traffic.unexpected];
    return {
      faults: faultsOf({ residentMib, loopDelayMs, idle, final, logs, unexpected }),
      requests: Object.fromEntries(traffic.done),
      answered: traffic.answered.length,
      residentMib,
      loopDelayMs,
      idle,
      final,
      logs,
      unexpected: unexpected.slice(0, 20),
    };
  } finally {
    await sink.close();
  }
}

async function takeSample(gateway: LoadedGateway, traffic: MixedTraffic, seconds: number): Promise<Sample> {
  const [heap = Number.NaN, external = Number.NaN, loopDelay = Number.NaN] = await gateway.metrics(
    'nodejs_heap_size_used_bytes',
    'nodejs_external_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
  );
  return {
    ...gateway.usage(),
    seconds,
    heapMib: heap / 2 ** 20,
    externalMib: external / 2 ** 20,
    loopDelayMs: loopDelay * 1000,
    requests: traffic.count,
  };
}

function faultsOf({
  residentMib: [second, last],
  loopDelayMs: [secondDelayMs, lastDelayMs],
  idle,
  final,
  logs,
  unexpected,
}: Omit<SoakVerdict, 'faults' | 'requests' | 'answered'>): string[] {
  const delayLimitMs = Math.max(secondDelayMs * DELAY_GROWTH_LIMIT, DELAY_FLOOR_MS);
  const faults: readonly (readonly [boolean, string])[] = [
    [last > second * RESIDENT_GROWTH_LIMIT, `memory grows: ${second.toFixed(0)} MiB, then ${last.toFixed(0)} MiB`],
    [lastDelayMs > delayLimitMs, `delay grows: ${secondDelayMs.toFixed(1)} ms, then ${lastDelayMs.toFixed(1)} ms`],
    [final.uploadFiles.length > 0, `files are left: ${final.uploadFiles.length}`],
    [final.descriptors > idle.descriptors, `descriptors are left: ${final.descriptors} after ${idle.descriptors}`],
    [final.upstreamRequests > 0, `requests are left at the upstream: ${final.upstreamRequests}`],
    [!isSound(logs), 'the ledger is not what was answered'],
    [unexpected.length > 0, `answers that were not to be: ${unexpected.length}`],
  ];
  return faults.filter(([isSo]) => isSo).map(([, text]) => text);
}

/** Of the second and of the last third. */
function medians(samples: readonly Sample[], valueOf: (sample: Sample) => number): [number, number] {
  const third = Math.floor(samples.length / 3);
  const medianOf = (part: readonly Sample[]): number =>
    part.map(valueOf).toSorted((one, other) => one - other)[Math.floor(part.length / 2)] ?? Number.NaN;
  return [medianOf(samples.slice(third, 2 * third)), medianOf(samples.slice(2 * third))];
}
