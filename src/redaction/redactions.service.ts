import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { ChangeFeed } from '../database/change-feed.js';
import { GatewaySetting } from '../database/gateway-setting.js';
import { PrismaService } from '../database/prisma.service.js';
import type { Caller } from '../domain/caller.js';
import { joinRedactions, readStoredRedaction, type RedactionSetting } from '../domain/redaction/redaction-setting.js';
import { Redactor } from '../domain/redaction/redactor.js';
import { CLOCK, type Clock } from '../http/clock.js';

/** How many different ones are kept ready. */
const MAX_REDACTORS = 100;

/** What is masked in whose transcripts. */
@Injectable()
export class Redactions implements OnModuleInit {
  /** What applies to all transcripts. */
  readonly ofGateway: GatewaySetting<RedactionSetting>;
  private readonly redactors = new LRUCache<string, Redactor>({ max: MAX_REDACTORS });

  constructor(
    prisma: PrismaService,
    changes: ChangeFeed,
    @Inject(CLOCK) clock: Clock,
    @Inject(SETTINGS) { auth_grace_seconds: graceSeconds }: Pick<Settings, 'auth_grace_seconds'>,
  ) {
    this.ofGateway = new GatewaySetting('redaction', readStoredRedaction, {
      prisma,
      changes,
      nowMs: () => clock.nowMs(),
      graceSeconds,
    });
  }

  /** The gateway's own is known before the first request, in case the database goes away. */
  async onModuleInit(): Promise<void> {
    await this.ofGateway.learn();
  }

  /**
   * What masks the transcripts of a caller: all that its key, its team and the gateway want; undefined = nothing.
   * @throws GatewayError 503 while nobody knows what the gateway's own is
   */
  async of(caller: Caller): Promise<Redactor | undefined> {
    const ofGateway = await this.ofGateway.current();
    const setting = joinRedactions([caller.kind === 'virtual_key' ? caller.redaction : null, ofGateway]);
    return setting ? this.redactorOf(setting) : undefined;
  }

  private redactorOf(setting: RedactionSetting): Redactor {
    const key = JSON.stringify(setting);
    const ready = this.redactors.get(key);
    if (ready) return ready;
    const made = new Redactor(setting);
    this.redactors.set(key, made);
    return made;
  }
}
