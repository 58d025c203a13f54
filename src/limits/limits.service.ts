import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { ChangeFeed } from '../database/change-feed.js';
import { ConfirmedAnswers } from '../database/confirmed-answers.js';
import type { Caller } from '../domain/caller.js';
import { GatewayError } from '../domain/errors.js';
import type { LimitName, LimitOwner, Limits as LimitsSetting } from '../domain/limits.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { CountersKeeper } from './counters-keeper.js';
import type { LimitUse } from './limit-use.schema.js';
import {
  RequestUnderLimits,
  unlimited,
  type LimitedFacts,
  type LimitedRequest,
  type LimitingParts,
} from './limited-request.js';
import { placeLines, scopesOf, windowLines, type LimitScope } from './limit-scopes.js';
import { waitMs } from './limit-refusals.js';
import { LimitsRepository } from './limits.repository.js';

/** How long the gateway's own are known without being asked for, where changes by other gateways are not heard of. */
const FRESH_MS = 10_000;
const GATEWAY = 'gateway';

/** A limit that has refused requests, and how many since the start. */
export interface LimitRefusals {
  readonly owner: LimitOwner;
  readonly name: LimitName;
  count: number;
}

/** Lets requests in as far as the limits of keys, teams and the gateway go. Counts nothing, and asks nobody, where there are none. */
@Injectable()
export class Limits implements OnModuleInit {
  private readonly ofGateway: ConfirmedAnswers<{ readonly limits: LimitsSetting | null | 'unknown' }>;
  private readonly refused = new Map<string, LimitRefusals>();
  private readonly parts: LimitingParts;

  constructor(
    private readonly repository: LimitsRepository,
    private readonly keeper: CountersKeeper,
    changes: ChangeFeed,
    @Inject(CLOCK) clock: Clock,
    @Inject(SETTINGS) settings: Pick<Settings, 'auth_grace_seconds' | 'budget_unknown_cost'>,
  ) {
    this.ofGateway = new ConfirmedAnswers({
      max: 1,
      freshMs: FRESH_MS,
      graceMs: 1000 * settings.auth_grace_seconds,
      nowMs: () => clock.nowMs(),
    });
    changes.on('gateway', { changed: () => this.ofGateway.clear(), unsure: () => this.ofGateway.expire() });
    this.parts = {
      counters: keeper.counters,
      refusesUnknown: settings.budget_unknown_cost === 'refuse',
      onRefusal: (owner, name) => this.noteRefusal(owner, name),
    };
  }

  /** The gateway's own are known before the first request, in case the database goes away. */
  async onModuleInit(): Promise<void> {
    await this.known();
  }

  /** The gateway's own, as they stand; null = none, or what this version does not understand. */
  async settingOfGateway(): Promise<LimitsSetting | null> {
    const stored = await this.repository.find();
    return stored === 'unknown' ? null : stored;
  }

  /** Makes these the gateway's own: here at once, on other gateways as soon as they hear of it. */
  async replaceOfGateway(limits: LimitsSetting | null): Promise<void> {
    await this.repository.replace(limits);
    this.ofGateway.clear();
  }

  /**
   * Counts a request whose body nobody has read, in all limits that apply or in none.
   * @throws GatewayError 429 where a limit has no room, 503 when it cannot be counted, or nobody knows what the limits are
   */
  async enter(caller: Caller, facts: LimitedFacts): Promise<LimitedRequest> {
    const scopes = await this.scopes(caller);
    if (scopes.length === 0) return unlimited;
    const request = new RequestUnderLimits(scopes, facts, this.parts);
    await request.enter();
    return request;
  }

  /** What applies to a caller, and what is left of it. @throws GatewayError 503 */
  async usesOf(caller: Caller): Promise<readonly LimitUse[]> {
    const scopes = await this.scopes(caller);
    const places = placeLines(scopes).map((line) => ({ ...line, amount: 0 }));
    const lines = [...windowLines(scopes, 'requests', 0), ...places, ...windowLines(scopes, 'audio_seconds', 0)];
    const sizes = scopes.flatMap(sizesOf);
    if (lines.length === 0) return sizes;
    const sent = lines.map(({ counter, window, most, amount }) => ({ counter, window, most, amount }));
    const { used, atMs } = await this.keeper.counters.take({ id: NOBODY, lines: sent });
    const counted = lines.map((line, index): LimitUse => {
      const { owner, name, window, most } = line;
      const unit = name.startsWith('audio_seconds') ? 1000 : 1;
      const left = Math.max(most - (used[index] ?? 0), 0) / unit;
      const resetsAt = window === 'place' ? null : new Date(atMs + waitMs(line, atMs)).toISOString();
      return { scope: owner, limit: name, most: most / unit, left, resets_at: resetsAt };
    });
    return [...counted, ...sizes];
  }

  /** Which limits have refused requests. */
  get refusals(): readonly LimitRefusals[] {
    return [...this.refused.values()];
  }

  private async scopes(caller: Caller): Promise<readonly LimitScope[]> {
    const ofGateway = await this.known();
    if (ofGateway === 'unknown') throw notUnderstood();
    return scopesOf(caller, ofGateway);
  }

  private async known(): Promise<LimitsSetting | null | 'unknown'> {
    const found = await this.ofGateway.find(GATEWAY, async () => ({ limits: await this.repository.find() }));
    return found?.limits ?? null;
  }

  private noteRefusal(owner: LimitOwner, name: LimitName): void {
    const key = `${owner} ${name}`;
    const known = this.refused.get(key) ?? { owner, name, count: 0 };
    known.count += 1;
    this.refused.set(key, known);
  }
}

/** Of a request that takes nothing. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

function sizesOf({ owner, limits }: LimitScope): LimitUse[] {
  return (['max_file_bytes', 'max_audio_seconds'] as const).flatMap((name) => {
    const { [name]: most } = limits;
    return most === null ? [] : [{ scope: owner, limit: name, most, left: null, resets_at: null }];
  });
}

function notUnderstood(): GatewayError {
  return new GatewayError({
    status: 503,
    message:
      "The limits of this gateway are stored in a way that this version does not understand. An administrator sets the gateway's limits anew.",
    code: 'limits_not_understood',
    headers: { 'retry-after': '30' },
  });
}
