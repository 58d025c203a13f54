import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { ChangeFeed } from '../database/change-feed.js';
import { ConfirmedAnswers } from '../database/confirmed-answers.js';
import { isDatabaseUnavailable } from '../database/database-errors.js';
import type { BudgetScope, Caller } from '../domain/caller.js';
import type { Deployment } from '../domain/deployment.js';
import { GatewayError } from '../domain/errors.js';
import { formatUsd, type NanoUsd } from '../domain/money.js';
import { CLOCK, type Clock } from '../http/clock.js';
import type { Deadline } from '../http/deadline.js';
import { Batches } from '../database/batches.js';
import type { BudgetFields, BudgetState, BudgetVerdict, ReservationRequest } from './budget.js';
import { BudgetsRepository } from './budgets.repository.js';

/** How many requests reserve in one statement at most: it holds the rows of their budgets. */
const MAX_BATCH = 200;
/** How long the gateway's own budgets are known without being asked for, where changes by other gateways are not heard of. */
const FRESH_MS = 10_000;
/** How long a reservation outlives its request's deadline, so that its log can be written. */
const LEASE_MARGIN_MS = 60_000;
/** How often it is looked for reservations whose lease has ended. */
const RELEASE_MS = 10_000;
const GATEWAY = 'gateway';

/** A deployment that may be asked, and what it is likely to cost. */
export interface PricedCandidate {
  readonly deployment: Pick<Deployment, 'provider' | 'upstreamModel'>;
  /** undefined = unknown. */
  readonly estimatedCostNanoUsd: NanoUsd | undefined;
}

/** A request that is about to be sent to a provider. */
export interface Budgeted {
  /** The request's id. */
  readonly id: string;
  /** The public model that is asked for. */
  readonly model: string;
  /** Whoever may be asked; what the dearest of them costs is reserved. Empty: they are not known yet. */
  readonly candidates: readonly PricedCandidate[];
  /** undefined = unknown. */
  readonly audioSeconds: number | undefined;
  readonly deadline: Pick<Deadline, 'remainingMs'>;
}

/**
 * Lets requests in as far as budgets go: what one may come to is reserved before any provider is called, in PostgreSQL, so
 * that the limits hold over all gateways. What it has come to is settled with its log, which gives the reservation back.
 */
@Injectable()
export class Budgets implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(Budgets.name);
  private readonly reservations: Batches<ReservationRequest, BudgetVerdict | undefined>;
  private readonly ofGateway: ConfirmedAnswers<readonly BudgetScope[]>;
  private readonly listeners: ((verdict: BudgetVerdict) => void)[] = [];
  private cancelRelease: () => void = () => undefined;

  constructor(
    private readonly repository: BudgetsRepository,
    changes: ChangeFeed,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS)
    private readonly settings: Pick<Settings, 'budget_unknown_cost' | 'auth_grace_seconds'>,
  ) {
    this.reservations = new Batches(async (requests) => {
      const verdicts = await repository.reserve(requests);
      return requests.map(({ id }) => verdicts.get(id));
    }, MAX_BATCH);
    this.ofGateway = new ConfirmedAnswers({
      max: 1,
      freshMs: FRESH_MS,
      missingFreshMs: FRESH_MS,
      graceMs: 1000 * settings.auth_grace_seconds,
      nowMs: () => clock.nowMs(),
    });
    changes.on('gateway', { changed: () => this.ofGateway.clear(), unsure: () => this.ofGateway.expire() });
  }

  /** The gateway's own are known before the first request, in case the database goes away. */
  async onModuleInit(): Promise<void> {
    await this.scopesOfGateway();
    this.releaseLater();
  }

  onModuleDestroy(): void {
    this.cancelRelease();
  }

  /** Has a listener told of every verdict; it is on the request path, so what it does has to be short. */
  onVerdict(listener: (verdict: BudgetVerdict) => void): void {
    this.listeners.push(listener);
  }

  /** The gateway's own budgets, as they stand. */
  async listOfGateway(): Promise<readonly BudgetState[]> {
    return await this.repository.statesOfGateway();
  }

  /** Those of a team, where there is one, and of the gateway, as they stand. */
  async sharedBy(teamId: string | undefined): Promise<Readonly<Record<'team' | 'gateway', readonly BudgetState[]>>> {
    const [ofTeam, gateway] = await Promise.all([
      this.repository.statesOf(teamId === undefined ? [] : [teamId]),
      this.repository.statesOfGateway(),
    ]);
    return { team: (teamId !== undefined && ofTeam.get(teamId)) || [], gateway };
  }

  /** Makes these the gateway's own budgets. */
  async replaceOfGateway(budgets: readonly BudgetFields[]): Promise<readonly BudgetState[]> {
    await this.repository.replaceGateway('gateway', budgets);
    this.ofGateway.forget(() => true);
    return await this.repository.statesOfGateway();
  }

  /** Makes these the gateway's budgets that the configuration file declares, beside those of the admin API. */
  async declareOfFile(budgets: readonly BudgetFields[]): Promise<void> {
    const stored = await this.repository.statesOfGateway();
    if (budgets.length === 0 && !stored.some(({ isOfFile }) => isOfFile)) return;
    await this.repository.replaceGateway('file', budgets);
    this.ofGateway.forget(() => true);
  }

  /**
   * Reserves what a request may come to. Costs nothing where no budget applies.
   * @returns warnings
   * @throws GatewayError 429 where a budget has no room, 403 where it cannot be known whether it has, 503 while the database is
   *   away
   */
  async reserve(caller: Caller, budgeted: Budgeted): Promise<readonly string[]> {
    const { id, model, audioSeconds, deadline } = budgeted;
    const own = caller.kind === 'virtual_key' ? caller.budgets : [];
    const scopes = [...own, ...(await this.scopesOfGateway())].filter(
      (scope) => scope.model === null || scope.model === model,
    );
    if (scopes.length === 0) return [];
    const nanoUsd = this.dearest(budgeted, scopes);
    const verdict = await this.reservations.answer({
      id,
      keyId: caller.kind === 'virtual_key' ? caller.keyId : null,
      teamId: caller.kind === 'virtual_key' ? (caller.team?.id ?? null) : null,
      model,
      nanoUsd,
      // Nothing is free, however short.
      audioMs: audioSeconds === undefined ? undefined : Math.max(Math.round(1000 * audioSeconds), 1),
      leaseMs: Math.round(deadline.remainingMs) + LEASE_MARGIN_MS,
    });
    if (!verdict) return [];
    for (const listener of this.listeners) listener(verdict);
    // How large the gateway's are is no business of those who share them.
    const name = nameOf(verdict, caller.kind === 'master_key' || verdict.owner !== 'gateway');
    if (verdict.isRefused) throw exceeded(verdict, name);
    return [`more than the soft limit of ${name} is spent`];
  }

  private async scopesOfGateway(): Promise<readonly BudgetScope[]> {
    return (await this.ofGateway.find(GATEWAY, () => this.repository.scopesOfGateway())) ?? [];
  }

  /** What the dearest costs; undefined = unknown. @throws GatewayError 403 where that is not let in */
  private dearest({ model, candidates, audioSeconds }: Budgeted, scopes: readonly BudgetScope[]): NanoUsd | undefined {
    const costs = candidates.map(({ estimatedCostNanoUsd }) => estimatedCostNanoUsd);
    const known = costs.filter((cost) => cost !== undefined);
    const dearest = known.reduce<NanoUsd>((most, cost) => (cost > most ? cost : most), 0n);
    const nanoUsd = known.length > 0 ? dearest : undefined;
    if (this.settings.budget_unknown_cost === 'allow') return nanoUsd;
    if (audioSeconds === undefined && scopes.some(({ limitsAudio }) => limitsAudio)) {
      throw refused(
        'A budget limits the audio that may be processed, and how much of it this request has is unknown.',
        'unknown_audio_length',
      );
    }
    if (known.length === costs.length || !scopes.some(({ limitsUsd }) => limitsUsd)) return nanoUsd;
    const unpriced = candidates
      .filter(({ estimatedCostNanoUsd }) => estimatedCostNanoUsd === undefined)
      .map(({ deployment }) => `${deployment.provider}/${deployment.upstreamModel}`);
    throw refused(
      `A budget limits what requests may cost, and what this one of the model '${model}' would cost is unknown with ` +
        `${[...new Set(unpriced)].join(', ')}. An administrator sets the \`price\` of the model's ` +
        'deployments, or lets such requests pass with BUDGET_UNKNOWN_COST=allow.',
      'unknown_cost',
    );
  }

  private releaseLater(): void {
    this.cancelRelease = this.clock.startTimer(RELEASE_MS, () => void this.release());
  }

  private async release(): Promise<void> {
    try {
      const count = await this.repository.releaseExpired();
      if (count > 0)
        this.logger.warn({ requests: count }, 'what requests had reserved was given back: they left no log');
    } catch (error) {
      if (!isDatabaseUnavailable(error))
        this.logger.warn({ err: error }, 'reservations could not be given back, trying again');
    }
    this.releaseLater();
  }
}

function refused(message: string, code: string): GatewayError {
  return new GatewayError({ status: 403, message, code });
}

function exceeded({ resetsAt }: BudgetVerdict, name: string): GatewayError {
  const end = resetsAt === null ? 'It does not reset.' : `It resets at ${resetsAt.toISOString()}.`;
  return new GatewayError({
    status: 429,
    message: `This request would exceed ${name}. ${end}`,
    type: 'insufficient_quota',
    code: 'budget_exceeded',
    headers: {
      'x-should-retry': 'false',
      ...(resetsAt !== null && { 'x-auricle-budget-reset': resetsAt.toISOString() }),
    },
  });
}

const OWNERS = { key: 'API key', team: 'team', gateway: 'gateway' } as const;
const PERIODS = { day: 'day', week: 'week', month: 'month', total: undefined } as const;

/** `the budget of this API key ($50 a month and $10 more until 2027-01-01T00:00:00.000Z, for the model 'whisper')` */
function nameOf(verdict: BudgetVerdict, tellsAmounts: boolean): string {
  const { owner, period, model, limitNanoUsd, limitAudioMs, increase } = verdict;
  const every = PERIODS[period] && `a ${PERIODS[period]}`;
  const limits = tellsAmounts ? amounts(limitNanoUsd, limitAudioMs) : undefined;
  const more =
    increase &&
    tellsAmounts &&
    `and ${amounts(increase.nanoUsd, increase.audioMs)} more until ${increase.endsAt.toISOString()}`;
  const amount = [limits, every, more].filter((it) => typeof it === 'string').join(' ');
  const said = [amount, model === null ? '' : `for the model '${model}'`].filter((it) => it !== '').join(', ');
  return `the budget of this ${OWNERS[owner]}${said === '' ? '' : ` (${said})`}`;
}

/** `$50 and 60 s of audio` */
function amounts(nanoUsd: NanoUsd | null, audioMs: bigint | null): string {
  const said = [
    nanoUsd === null ? undefined : `$${formatUsd(nanoUsd)}`,
    audioMs === null ? undefined : `${Number(audioMs) / 1000} s of audio`,
  ];
  return said.filter((it) => it !== undefined).join(' and ');
}
