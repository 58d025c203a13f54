import { Injectable } from '@nestjs/common';
import type { FailureReason } from '../domain/errors.js';
import type { GatewayRouting } from '../domain/routing-settings.js';
import { failureRules } from './failure-rules.js';

/** Outcomes are remembered this long for the error rate. */
const WINDOW_MS = 60_000;
/** The error rate counts from this many outcomes on, and opens the circuit above this share of failures. */
const MIN_OUTCOMES = 10;
const MAX_FAILURE_SHARE = 0.5;
/** Even a provider that asks for a day is asked again after an hour: quotas get raised, and a probe costs little. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** A circuit that opens again and again is left alone longer each time, up to this, or what is configured if longer. */
const MAX_COOLDOWN_MS = 300_000;
const MAX_REMEMBERED = 1000;

/** When a deployment is left alone; with a cooldown of 0 never. */
export type HealthLimits = Pick<GatewayRouting, 'allowed_failures' | 'cooldown_seconds'>;

/** What is known of a deployment's health. */
export interface HealthState {
  /**
   * `closed`: traffic flows. `open`: left alone until `coolingUntilMs`. `half_open`: that time has passed, and the next
   * request is a probe.
   */
  readonly circuit: 'closed' | 'open' | 'half_open';
  /** Milliseconds since the epoch; undefined while closed. */
  readonly coolingUntilMs?: number;
  /** Until then; 0 unless open. */
  readonly coolingForMs: number;
  /** Why the circuit opened. */
  readonly reason?: FailureReason;
  readonly consecutiveFailures: number;
  /** Within the last minute. */
  readonly recentOutcomes: number;
  readonly recentFailures: number;
}

/**
 * The health of deployments, by id. Nothing here waits, because the request path reads it: where health is shared between
 * replicas one day, an implementation keeps the states at hand and exchanges them behind these calls.
 */
export abstract class DeploymentHealth {
  abstract state(id: string): HealthState;
  /** Takes the one probe that a half-open circuit allows. @returns false when another request has it */
  abstract tryProbe(id: string): boolean;
  /**
   * What an attempt takes along when it starts, and brings back when it has ended: it changes whenever the circuit opens, so
   * that an attempt from before is known for one.
   */
  abstract epoch(id: string): number;
  /** Gives the probe back: the attempt of that epoch ended without saying anything about the deployment. */
  abstract releaseProbe(id: string, epoch: number): void;
  /** Closes the circuit, unless the attempt began before it opened: that success says nothing about what came later. */
  abstract succeeded(id: string, epoch: number): void;
  /** An attempt that began before the circuit opened can only add how long the provider wants to be left alone. */
  abstract failed(
    id: string,
    epoch: number,
    failure: { reason: FailureReason; retryAfterMs?: number },
    limits: HealthLimits,
  ): void;
  /** Forgets everything about a deployment: an administrator knows better. */
  abstract reset(id: string): void;
}

interface Circuit {
  consecutiveFailures: number;
  outcomes: { atMs: number; failed: boolean }[];
  openUntilMs: number | undefined;
  reason: FailureReason | undefined;
  /** How often in a row the circuit has opened without a success in between. */
  openings: number;
  probing: boolean;
  epoch: number;
}

/** {@link DeploymentHealth} of one process. */
@Injectable()
export class InMemoryDeploymentHealth extends DeploymentHealth {
  private readonly circuits = new Map<string, Circuit>();
  private lastEpoch = 0;

  /** @param now milliseconds since the epoch */
  constructor(private readonly now: () => number = Date.now) {
    super();
  }

  state(id: string): HealthState {
    const circuit = this.circuits.get(id);
    if (!circuit)
      return { circuit: 'closed', coolingForMs: 0, consecutiveFailures: 0, recentOutcomes: 0, recentFailures: 0 };
    this.forgetOld(circuit);
    const { openUntilMs } = circuit;
    return {
      circuit: openUntilMs === undefined ? 'closed' : openUntilMs > this.now() ? 'open' : 'half_open',
      coolingUntilMs: openUntilMs,
      coolingForMs: Math.max((openUntilMs ?? 0) - this.now(), 0),
      reason: openUntilMs === undefined ? undefined : circuit.reason,
      consecutiveFailures: circuit.consecutiveFailures,
      recentOutcomes: circuit.outcomes.length,
      recentFailures: circuit.outcomes.filter(({ failed }) => failed).length,
    };
  }

  tryProbe(id: string): boolean {
    const circuit = this.circuits.get(id);
    if (!circuit || this.state(id).circuit !== 'half_open') return true;
    if (circuit.probing) return false;
    circuit.probing = true;
    return true;
  }

  epoch(id: string): number {
    return this.circuit(id).epoch;
  }

  releaseProbe(id: string, epoch: number): void {
    const circuit = this.circuit(id);
    if (circuit.epoch === epoch) circuit.probing = false;
  }

  succeeded(id: string, epoch: number): void {
    const circuit = this.circuit(id);
    this.remember(circuit, false);
    if (circuit.epoch !== epoch) return;
    Object.assign(circuit, {
      consecutiveFailures: 0,
      openUntilMs: undefined,
      reason: undefined,
      openings: 0,
      probing: false,
    });
  }

  failed(
    id: string,
    epoch: number,
    { reason, retryAfterMs }: { reason: FailureReason; retryAfterMs?: number },
    limits: HealthLimits,
  ): void {
    const rule = failureRules[reason];
    if (rule.circuit === 'ignore' || limits.cooldown_seconds === 0) {
      this.releaseProbe(id, epoch);
      return;
    }
    const circuit = this.circuit(id);
    const before = this.state(id).circuit;
    this.remember(circuit, true);
    if (circuit.epoch === epoch) {
      circuit.probing = false;
      circuit.consecutiveFailures += 1;
    } else if (rule.circuit !== 'open' || retryAfterMs === undefined) return;
    const { recentOutcomes, recentFailures } = this.state(id);
    const opens =
      rule.circuit === 'open' ||
      before === 'half_open' ||
      circuit.consecutiveFailures >= limits.allowed_failures ||
      (recentOutcomes >= MIN_OUTCOMES && recentFailures / recentOutcomes > MAX_FAILURE_SHARE);
    if (!opens) return;
    // Requests that were under way when it opened belong to the same opening, however many they are.
    if (before === 'closed' || (before === 'half_open' && circuit.epoch === epoch)) {
      circuit.openings += 1;
      circuit.epoch = this.nextEpoch();
    }
    const firstMs = 1000 * limits.cooldown_seconds;
    const cooldownMs = Math.min(firstMs * 2 ** (circuit.openings - 1), Math.max(MAX_COOLDOWN_MS, firstMs));
    const openUntilMs = this.now() + Math.min(retryAfterMs ?? cooldownMs, MAX_RETRY_AFTER_MS);
    if (before === 'open' && openUntilMs <= (circuit.openUntilMs ?? 0)) return;
    circuit.openUntilMs = openUntilMs;
    circuit.reason = reason;
  }

  reset(id: string): void {
    this.circuits.set(id, this.closed());
  }

  private circuit(id: string): Circuit {
    const known = this.circuits.get(id);
    if (known) return known;
    const circuit = this.closed();
    this.circuits.set(id, circuit);
    return circuit;
  }

  private closed(): Circuit {
    return {
      consecutiveFailures: 0,
      outcomes: [],
      openUntilMs: undefined,
      reason: undefined,
      openings: 0,
      probing: false,
      epoch: this.nextEpoch(),
    };
  }

  private nextEpoch(): number {
    this.lastEpoch += 1;
    return this.lastEpoch;
  }

  private remember(circuit: Circuit, failed: boolean): void {
    circuit.outcomes.push({ atMs: this.now(), failed });
    if (circuit.outcomes.length > MAX_REMEMBERED) circuit.outcomes.shift();
    this.forgetOld(circuit);
  }

  private forgetOld(circuit: Circuit): void {
    const oldestMs = this.now() - WINDOW_MS;
    const fresh = circuit.outcomes.findIndex(({ atMs }) => atMs > oldestMs);
    circuit.outcomes.splice(0, fresh === -1 ? circuit.outcomes.length : fresh);
  }
}
