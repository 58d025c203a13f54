import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { ChangeFeed } from '../database/change-feed.js';
import { GatewaySetting } from '../database/gateway-setting.js';
import { PrismaService } from '../database/prisma.service.js';
import type { Caller } from '../domain/caller.js';
import { readStoredLimits, type LimitName, type LimitOwner, type Limits as LimitsSetting } from '../domain/limits.js';
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

/** A limit that has refused requests, and how many since the start. */
export interface LimitRefusals {
  readonly owner: LimitOwner;
  readonly name: LimitName;
  count: number;
}

/** Lets requests in as far as the limits of keys, teams and the gateway go. Counts nothing, and asks nobody, where there are none. */
@Injectable()
export class Limits implements OnModuleInit {
  /** What applies to all requests together. */
  readonly ofGateway: GatewaySetting<LimitsSetting>;
  private readonly refused = new Map<string, LimitRefusals>();
  private readonly parts: LimitingParts;

  constructor(
    private readonly keeper: CountersKeeper,
    prisma: PrismaService,
    changes: ChangeFeed,
    @Inject(CLOCK) clock: Clock,
    @Inject(SETTINGS) settings: Pick<Settings, 'auth_grace_seconds' | 'budget_unknown_cost'>,
  ) {
    const graceSeconds = settings.auth_grace_seconds;
    this.ofGateway = new GatewaySetting('limits', readStoredLimits, {
      prisma,
      changes,
      nowMs: () => clock.nowMs(),
      graceSeconds,
    });
    this.parts = {
      counters: keeper.counters,
      refusesUnknown: settings.budget_unknown_cost === 'refuse',
      onRefusal: (owner, name) => this.noteRefusal(owner, name),
    };
  }

  /** The gateway's own are known before the first request, in case the database goes away. */
  async onModuleInit(): Promise<void> {
    await this.ofGateway.learn();
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
    return scopesOf(caller, await this.ofGateway.current());
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
