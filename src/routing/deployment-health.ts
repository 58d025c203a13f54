import { randomUUID } from 'node:crypto';
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

/** A circuit that has opened, as every gateway knows it. */
export interface Opening {
  readonly id: string;
  /** Since when requests are let through again, one of each gateway at first; milliseconds since the epoch. */
  readonly untilMs: number;
  readonly reason: FailureReason;
  /** How often in a row the circuit has opened without a success in between. */
  readonly openings: number;
}

/** What all gateways together know of a deployment. */
export interface KnownTrouble {
  /** In a row, until now. */
  readonly failures: number;
  /** Undefined where the circuit is closed. */
  readonly opening: Opening | undefined;
}

/** Who tells other gateways of what happens here. */
export interface HealthListener {
  /** One more failure that counts. */
  failed(id: string): void;
  /** After failures, or an opening, something has gone well. @param opening id of what it closed */
  recovered(id: string, opening: string | undefined): void;
  /** The circuit has opened, or stays open for longer. @param before id of what was open until then */
  opened(id: string, opening: Opening, before: string | undefined): void;
  /** An administrator has said that all is forgotten. */
  reset(id: string): void;
}

interface Circuit {
  consecutiveFailures: number;
  outcomes: { atMs: number; failed: boolean }[];
  opening: Opening | undefined;
  probing: boolean;
  epoch: number;
}

/**
 * The health of deployments, by id. Nothing here waits, because the request path reads it: where gateways share what they know, it
 * is told to others, and taken from them, behind these calls.
 */
@Injectable()
export class DeploymentHealth {
  /** Told of what happens here; not of what others have told. */
  listener: HealthListener | undefined;
  private readonly circuits = new Map<string, Circuit>();
  private lastEpoch = 0;

  /** @param now milliseconds since the epoch */
  constructor(private readonly now: () => number = Date.now) {}

  state(id: string): HealthState {
    const circuit = this.circuits.get(id);
    if (!circuit)
      return { circuit: 'closed', coolingForMs: 0, consecutiveFailures: 0, recentOutcomes: 0, recentFailures: 0 };
    this.forgetOld(circuit);
    const { opening } = circuit;
    return {
      circuit: opening === undefined ? 'closed' : opening.untilMs > this.now() ? 'open' : 'half_open',
      coolingUntilMs: opening?.untilMs,
      coolingForMs: Math.max((opening?.untilMs ?? 0) - this.now(), 0),
      reason: opening?.reason,
      consecutiveFailures: circuit.consecutiveFailures,
      recentOutcomes: circuit.outcomes.length,
      recentFailures: circuit.outcomes.filter(({ failed }) => failed).length,
    };
  }

  /** Takes the one probe that a half-open circuit allows. @returns false when another request has it */
  tryProbe(id: string): boolean {
    const circuit = this.circuits.get(id);
    if (!circuit || this.state(id).circuit !== 'half_open') return true;
    if (circuit.probing) return false;
    circuit.probing = true;
    return true;
  }

  /**
   * What an attempt takes along when it starts, and brings back when it has ended: it changes whenever the circuit opens, so
   * that an attempt from before is known for one.
   */
  epoch(id: string): number {
    return this.circuit(id).epoch;
  }

  /** Gives the probe back: the attempt of that epoch ended without saying anything about the deployment. */
  releaseProbe(id: string, epoch: number): void {
    const circuit = this.circuit(id);
    if (circuit.epoch === epoch) circuit.probing = false;
  }

  /** Closes the circuit, unless the attempt began before it opened: that success says nothing about what came later. */
  succeeded(id: string, epoch: number): void {
    const circuit = this.circuit(id);
    this.remember(circuit, false);
    if (circuit.epoch !== epoch) return;
    const { opening, consecutiveFailures } = circuit;
    Object.assign(circuit, { consecutiveFailures: 0, opening: undefined, probing: false });
    if (opening || consecutiveFailures > 0) this.listener?.recovered(id, opening?.id);
  }

  /** An attempt that began before the circuit opened can only add how long the provider wants to be left alone. */
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
      this.listener?.failed(id);
    } else if (rule.circuit !== 'open' || retryAfterMs === undefined) return;
    const { recentOutcomes, recentFailures } = this.state(id);
    const opens =
      rule.circuit === 'open' ||
      before === 'half_open' ||
      circuit.consecutiveFailures >= limits.allowed_failures ||
      (recentOutcomes >= MIN_OUTCOMES && recentFailures / recentOutcomes > MAX_FAILURE_SHARE);
    if (!opens) return;
    const { opening } = circuit;
    // Requests that were under way when it opened belong to the same opening, however many they are.
    const isNew = before === 'closed' || (before === 'half_open' && circuit.epoch === epoch);
    const openings = (opening?.openings ?? 0) + (isNew ? 1 : 0);
    const firstMs = 1000 * limits.cooldown_seconds;
    const cooldownMs = Math.min(firstMs * 2 ** (openings - 1), Math.max(MAX_COOLDOWN_MS, firstMs));
    const untilMs = this.now() + Math.min(retryAfterMs ?? cooldownMs, MAX_RETRY_AFTER_MS);
    if (isNew) circuit.epoch = this.nextEpoch();
    else if (before === 'open' && untilMs <= (opening?.untilMs ?? 0)) return;
    const opened = { id: isNew || !opening ? randomUUID() : opening.id, untilMs, reason, openings };
    circuit.opening = opened;
    this.listener?.opened(id, opened, opening?.id);
  }

  /** Forgets everything about a deployment: an administrator knows better. */
  reset(id: string): void {
    this.circuits.set(id, this.closed());
    this.listener?.reset(id);
  }

  /** The deployments whose circuit is not closed. */
  openings(): ReadonlyMap<string, Opening> {
    return new Map([...this.circuits].flatMap(([id, { opening }]) => (opening ? [[id, opening] as const] : [])));
  }

  /** The deployments that have failed last, or whose circuit is not closed. */
  troubled(): readonly string[] {
    return [...this.circuits]
      .filter(([, { opening, consecutiveFailures }]) => opening !== undefined || consecutiveFailures > 0)
      .map(([id]) => id);
  }

  /** What all gateways together know takes the place of what this one knew. */
  adopt(id: string, { failures, opening }: KnownTrouble): void {
    const circuit = this.circuit(id);
    circuit.consecutiveFailures = failures;
    if (opening?.id !== circuit.opening?.id) circuit.probing = false;
    // What is under way began before it opened.
    if (opening && opening.id !== circuit.opening?.id) circuit.epoch = this.nextEpoch();
    circuit.opening = opening;
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
      opening: undefined,
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
