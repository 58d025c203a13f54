import type { BudgetPeriod } from '../domain/issuing-rules.js';
import type { NanoUsd } from '../domain/money.js';

/** What an administrator sets of a budget. */
export interface BudgetFields {
  readonly period: BudgetPeriod;
  /** IANA name. */
  readonly timeZone: string;
  /** Public model whose requests count; null = those of all. */
  readonly model: string | null;
  readonly limitNanoUsd: NanoUsd | null;
  readonly softLimitNanoUsd: NanoUsd | null;
  readonly limitAudioMs: bigint | null;
  /** null = none. */
  readonly increase: BudgetIncrease | null;
}

/** What may be spent beside the limits of a budget, for a time. */
export interface BudgetIncrease {
  readonly nanoUsd: NanoUsd | null;
  readonly audioMs: bigint | null;
  /** From then on the limits are as they were. */
  readonly endsAt: Date;
}

/** All budgets of somebody from now on, or what becomes of those that are stored. */
export type BudgetsChange = readonly BudgetFields[] | ((stored: readonly BudgetFields[]) => readonly BudgetFields[]);

/** A budget in its current period; an increase that has ended is none. */
export interface BudgetState extends BudgetFields {
  /** Whether the configuration file declares it. */
  readonly isOfFile: boolean;
  readonly spentNanoUsd: NanoUsd;
  readonly reservedNanoUsd: NanoUsd;
  readonly spentAudioMs: bigint;
  readonly reservedAudioMs: bigint;
  /** When the period ends; null = never. */
  readonly resetsAt: Date | null;
}

/** Whose budgets are meant: a virtual key's, a team's, or the gateway's own, by the admin API or by the configuration file. */
export type BudgetOwner = { readonly keyId: string } | { readonly teamId: string } | 'gateway' | 'file';

/** What is to be reserved for one request. */
export interface ReservationRequest {
  /** The request's. */
  readonly id: string;
  /** null = the master key. */
  readonly keyId: string | null;
  /** The team that the key belonged to when it asked; null = none. */
  readonly teamId: string | null;
  /** The public model that is asked for. */
  readonly model: string;
  /** undefined = nobody knows; then it is let in while anything is left. */
  readonly nanoUsd: NanoUsd | undefined;
  readonly audioMs: number | undefined;
  /** After so long it is given back, whatever has become of the gateway. */
  readonly leaseMs: number;
}

/** What a budget has said to a request. */
export interface BudgetVerdict extends BudgetState {
  readonly budgetId: string;
  /** When the period began. */
  readonly startsAt: Date;
  readonly isRefused: boolean;
  /** Whose it is. */
  readonly owner: 'key' | 'team' | 'gateway';
}
