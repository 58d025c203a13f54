import { Injectable } from '@nestjs/common';
import type { Deployment } from '../domain/deployment.js';
import type { DeploymentRouting } from '../domain/routing-settings.js';

const MINUTE_MS = 60_000;
/** Latencies remembered per deployment: enough for a 95th percentile, few enough to follow a change. */
const SAMPLES = 100;
const MIN_SAMPLES_FOR_P95 = 20;
/** Weight of the newest latency in the moving average. */
const SMOOTHING = 0.2;
/** Who waits for one of the running requests to end cannot know when that will be. */
const MIN_WAIT_MS = 1000;
/** Very short audio says more about round trips than about speed. */
const MIN_AUDIO_SECONDS = 1;

/** What a deployment is doing and has done lately. */
export interface Load {
  readonly inFlight: number;
  /** Moving average of milliseconds per second of audio. */
  readonly latencyMsPerAudioSecond: number | undefined;
  /** How much of its limits is left, 0 to 1. */
  readonly headroom: number;
  /** Set when a limit is reached: how long until there is room again. */
  readonly fullForMs?: number;
}

interface Counters {
  inFlight: number;
  starts: { atMs: number; audioSeconds: number }[];
  average: number | undefined;
  /** Milliseconds per second of audio, newest last. */
  samples: number[];
}

/** Counts what each deployment is given: for strategies, for its own limits, and for hedging. */
@Injectable()
export class DeploymentLoad {
  private readonly byId = new Map<string, Counters>();

  /** @param now milliseconds since the epoch */
  constructor(private readonly now: () => number = Date.now) {}

  /** @param audioSeconds of the request that might be sent */
  read(id: string, limits: DeploymentRouting, audioSeconds: number): Load {
    const counters = this.counters(id);
    const starts = hasRateLimit(limits) ? this.recent(counters) : [];
    const usedSeconds = starts.reduce((sum, start) => sum + start.audioSeconds, 0);
    const nextRoomMs = Math.max((starts[0]?.atMs ?? 0) + MINUTE_MS - this.now(), MIN_WAIT_MS);
    const shares = [
      { ...share(counters.inFlight, 1, limits.max_concurrent_requests), waitMs: MIN_WAIT_MS },
      { ...share(starts.length, 1, limits.max_requests_per_minute), waitMs: nextRoomMs },
      { ...share(usedSeconds, audioSeconds, limits.max_audio_seconds_per_minute), waitMs: nextRoomMs },
    ];
    const waitsMs = shares.filter(({ full }) => full).map(({ waitMs }) => waitMs);
    return {
      inFlight: counters.inFlight,
      latencyMsPerAudioSecond: counters.average,
      headroom: Math.min(...shares.map(({ left }) => left)),
      ...(waitsMs.length > 0 && { fullForMs: Math.max(...waitsMs) }),
    };
  }

  /** Whether one of the deployment's own limits leaves no room for so much audio; unknown counts as none. */
  isFull({ id, routing }: Pick<Deployment, 'id' | 'routing'>, audioSeconds = 0): boolean {
    return this.read(id, routing, audioSeconds).fullForMs !== undefined;
  }

  /** An attempt begins. @returns to be called when it ends; `succeeded` tells whether its time says anything */
  start(id: string, limits: DeploymentRouting, audioSeconds: number): (succeeded: boolean) => void {
    const counters = this.counters(id);
    const startedAtMs = this.now();
    counters.inFlight += 1;
    if (hasRateLimit(limits)) counters.starts.push({ atMs: startedAtMs, audioSeconds });
    let ended = false;
    return (succeeded) => {
      if (ended) return;
      ended = true;
      counters.inFlight -= 1;
      if (!succeeded) return;
      const latency = (this.now() - startedAtMs) / Math.max(audioSeconds, MIN_AUDIO_SECONDS);
      counters.average =
        counters.average === undefined ? latency : counters.average + SMOOTHING * (latency - counters.average);
      counters.samples.push(latency);
      if (counters.samples.length > SAMPLES) counters.samples.shift();
    };
  }

  /** How long 95 of 100 requests with this much audio take; undefined while too few have been seen. */
  p95Ms(id: string, audioSeconds: number): number | undefined {
    const { samples } = this.counters(id);
    if (samples.length < MIN_SAMPLES_FOR_P95) return undefined;
    const latency = samples.toSorted((left, right) => left - right)[Math.ceil(samples.length * 0.95) - 1];
    return latency === undefined ? undefined : latency * Math.max(audioSeconds, MIN_AUDIO_SECONDS);
  }

  private counters(id: string): Counters {
    const known = this.byId.get(id);
    if (known) return known;
    const fresh: Counters = { inFlight: 0, starts: [], average: undefined, samples: [] };
    this.byId.set(id, fresh);
    return fresh;
  }

  private recent(counters: Counters): Counters['starts'] {
    const oldestMs = this.now() - MINUTE_MS;
    const fresh = counters.starts.findIndex(({ atMs }) => atMs > oldestMs);
    counters.starts.splice(0, fresh === -1 ? counters.starts.length : fresh);
    return counters.starts;
  }
}

/** Starts are only remembered where somebody counts them. */
function hasRateLimit({ max_requests_per_minute, max_audio_seconds_per_minute }: DeploymentRouting): boolean {
  return max_requests_per_minute !== undefined || max_audio_seconds_per_minute !== undefined;
}

function share(used: number, wanted: number, limit: number | undefined): { left: number; full: boolean } {
  if (limit === undefined) return { left: 1, full: false };
  return { left: Math.max(1 - used / limit, 0), full: used > 0 && used + wanted > limit };
}
