import { Injectable } from '@nestjs/common';
import type { Deployment } from '../domain/deployment.js';
import type { DeploymentRouting } from '../domain/routing-settings.js';
import { LastMinute } from './last-minute.js';

/** Latencies remembered per deployment: enough for a 95th percentile, few enough to follow a change. */
export const LATENCIES = 100;
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

/**
 * The length of the audio of a request; undefined = unknown. It may be anything then, so that it takes up what a deployment may get
 * in a minute, whatever that is, and says nothing of speed.
 */
type AudioSeconds = number | undefined;

/** What a deployment is given. */
export interface DeploymentUse {
  /** Attempts under way. */
  readonly inFlight: number;
  /** Begun in the last minute, of a deployment whose rate is limited. */
  readonly requests: number;
  /** The length of their audio; infinite where that of one is unknown. */
  readonly audioSeconds: number;
}

interface Counters {
  inFlight: number;
  readonly lastMinute: LastMinute;
  average: number | undefined;
  /** Milliseconds per second of audio, newest last. */
  samples: readonly number[];
}

const UNUSED: DeploymentUse = { inFlight: 0, requests: 0, audioSeconds: 0 };

/** Counts what each deployment is given: for strategies, for its own limits, and for hedging. */
@Injectable()
export class DeploymentLoad {
  /** What other gateways give a deployment, where they tell each other. @param own what this one does */
  usedByOthers: (id: string, own: DeploymentUse) => DeploymentUse = () => UNUSED;
  /** Told how many milliseconds a second of audio has taken. */
  onLatency: ((id: string, latencyMs: number) => void) | undefined;
  private readonly byId = new Map<string, Counters>();

  /** @param now milliseconds since the epoch */
  constructor(private readonly now: () => number = Date.now) {}

  /** @param audioSeconds of the request that might be sent */
  read(id: string, limits: DeploymentRouting, audioSeconds: AudioSeconds): Load {
    const counters = this.counters(id);
    const nowMs = this.now();
    const own = this.used(counters);
    const others = this.usedByOthers(id, own);
    const inFlight = own.inFlight + others.inFlight;
    const nextRoomMs = Math.max((counters.lastMinute.nextEndMs ?? 0) - nowMs, MIN_WAIT_MS);
    const shares = [
      { ...share(inFlight, 1, limits.max_concurrent_requests), waitMs: MIN_WAIT_MS },
      { ...share(own.requests + others.requests, 1, limits.max_requests_per_minute), waitMs: nextRoomMs },
      {
        ...share(own.audioSeconds + others.audioSeconds, atMost(audioSeconds), limits.max_audio_seconds_per_minute),
        waitMs: nextRoomMs,
      },
    ];
    const waitsMs = shares.filter(({ full }) => full).map(({ waitMs }) => waitMs);
    return {
      inFlight,
      latencyMsPerAudioSecond: counters.average,
      headroom: Math.min(...shares.map(({ left }) => left)),
      ...(waitsMs.length > 0 && { fullForMs: Math.max(...waitsMs) }),
    };
  }

  /** How many attempts of this gateway are under way. */
  inFlight(id: string): number {
    return this.byId.get(id)?.inFlight ?? 0;
  }

  /** What this gateway gives each deployment that it gives anything. */
  ownUse(): ReadonlyMap<string, DeploymentUse> {
    const all = [...this.byId].map(([id, counters]) => [id, this.used(counters)] as const);
    return new Map(all.filter(([, { inFlight, requests }]) => inFlight > 0 || requests > 0));
  }

  /** The latencies that all gateways have seen, newest last, take the place of those that this one has. */
  adoptLatencies(id: string, latenciesMs: readonly number[]): void {
    const counters = this.counters(id);
    counters.samples = latenciesMs.slice(-LATENCIES);
    counters.average = undefined;
    for (const latencyMs of counters.samples) counters.average = smoothed(counters.average, latencyMs);
  }

  /** Whether one of the deployment's own limits leaves no room for so much audio. */
  isFull({ id, routing }: Pick<Deployment, 'id' | 'routing'>, audioSeconds: AudioSeconds): boolean {
    return this.read(id, routing, audioSeconds).fullForMs !== undefined;
  }

  /**
   * An attempt begins.
   * @returns to be called when it ends: whether its time says anything, and how long the provider says that the audio was,
   *   which counts where nobody could measure it
   */
  start(
    id: string,
    limits: DeploymentRouting,
    measuredSeconds: AudioSeconds,
  ): (succeeded: boolean, toldSeconds?: number) => void {
    const counters = this.counters(id);
    const { lastMinute } = counters;
    const startedAtMs = this.now();
    const start = hasRateLimit(limits) ? lastMinute.add(startedAtMs, measuredSeconds) : undefined;
    counters.inFlight += 1;
    let ended = false;
    return (succeeded, toldSeconds) => {
      if (ended) return;
      ended = true;
      counters.inFlight -= 1;
      const audioSeconds = measuredSeconds ?? toldSeconds;
      if (start && measuredSeconds === undefined && toldSeconds !== undefined) lastMinute.tell(start, toldSeconds);
      if (!succeeded || audioSeconds === undefined) return;
      const latency = (this.now() - startedAtMs) / Math.max(audioSeconds, MIN_AUDIO_SECONDS);
      counters.average = smoothed(counters.average, latency);
      counters.samples = [...counters.samples.slice(1 - LATENCIES), latency];
      this.onLatency?.(id, latency);
    };
  }

  /** How long 95 of 100 requests with this much audio take; undefined while too few have been seen, and where that is unknown. */
  p95Ms(id: string, audioSeconds: AudioSeconds): number | undefined {
    const { samples } = this.counters(id);
    if (audioSeconds === undefined || samples.length < MIN_SAMPLES_FOR_P95) return undefined;
    const latency = samples.toSorted((left, right) => left - right)[Math.ceil(samples.length * 0.95) - 1];
    return latency === undefined ? undefined : latency * Math.max(audioSeconds, MIN_AUDIO_SECONDS);
  }

  private used({ inFlight, lastMinute }: Counters): DeploymentUse {
    lastMinute.moveTo(this.now());
    return { inFlight, requests: lastMinute.requests, audioSeconds: lastMinute.audioSeconds };
  }

  private counters(id: string): Counters {
    const known = this.byId.get(id);
    if (known) return known;
    const fresh: Counters = { inFlight: 0, lastMinute: new LastMinute(), average: undefined, samples: [] };
    this.byId.set(id, fresh);
    return fresh;
  }
}

function smoothed(average: number | undefined, latency: number): number {
  return average === undefined ? latency : average + SMOOTHING * (latency - average);
}

/** Starts are only remembered where somebody counts them. */
function hasRateLimit({ max_requests_per_minute, max_audio_seconds_per_minute }: DeploymentRouting): boolean {
  return max_requests_per_minute !== undefined || max_audio_seconds_per_minute !== undefined;
}

function atMost(audioSeconds: AudioSeconds): number {
  return audioSeconds ?? Number.POSITIVE_INFINITY;
}

function share(used: number, wanted: number, limit: number | undefined): { left: number; full: boolean } {
  if (limit === undefined) return { left: 1, full: false };
  return { left: Math.max(1 - used / limit, 0), full: used > 0 && used + wanted > limit };
}
