import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { ChangeFeed } from '../database/change-feed.js';
import { ConfirmedAnswers } from '../database/confirmed-answers.js';
import type { Caller } from '../domain/caller.js';
import { GatewayError } from '../domain/errors.js';
import { joinRedactions, type RedactionSetting } from '../domain/redaction/redaction-setting.js';
import { Redactor } from '../domain/redaction/redactor.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { GatewayRedactionRepository } from './gateway-redaction.repository.js';

/** How long the gateway's own is known without being asked for, where changes by other gateways are not heard of. */
const FRESH_MS = 10_000;
/** How many different ones are kept ready. */
const MAX_REDACTORS = 100;
const GATEWAY = 'gateway';

/** What is masked in whose transcripts. */
@Injectable()
export class Redactions implements OnModuleInit {
  private readonly ofGateway: ConfirmedAnswers<{ readonly setting: RedactionSetting | null | 'unknown' }>;
  private readonly redactors = new LRUCache<string, Redactor>({ max: MAX_REDACTORS });

  constructor(
    private readonly repository: GatewayRedactionRepository,
    changes: ChangeFeed,
    @Inject(CLOCK) clock: Clock,
    @Inject(SETTINGS) settings: Pick<Settings, 'auth_grace_seconds'>,
  ) {
    this.ofGateway = new ConfirmedAnswers({
      max: 1,
      freshMs: FRESH_MS,
      graceMs: 1000 * settings.auth_grace_seconds,
      nowMs: () => clock.nowMs(),
    });
    changes.on('gateway', { changed: () => this.ofGateway.clear(), unsure: () => this.ofGateway.expire() });
  }

  /** The gateway's own is known before the first request, in case the database goes away. */
  async onModuleInit(): Promise<void> {
    await this.known();
  }

  /** The gateway's own, as it stands; null = nothing, or what this version does not understand. */
  async settingOfGateway(): Promise<RedactionSetting | null> {
    const stored = await this.repository.find();
    return stored === 'unknown' ? null : stored;
  }

  /** Makes this the gateway's own: here at once, on other gateways as soon as they hear of it. */
  async replaceOfGateway(setting: RedactionSetting | null): Promise<void> {
    await this.repository.replace(setting);
    this.ofGateway.clear();
  }

  /**
   * What masks the transcripts of a caller: all that its key, its team and the gateway want; undefined = nothing.
   * @throws GatewayError 503 while nobody knows what the gateway's own is
   */
  async of(caller: Caller): Promise<Redactor | undefined> {
    const ofGateway = await this.known();
    if (ofGateway === 'unknown') throw notUnderstood();
    const setting = joinRedactions([caller.kind === 'virtual_key' ? caller.redaction : null, ofGateway]);
    return setting ? this.redactorOf(setting) : undefined;
  }

  private async known(): Promise<RedactionSetting | null | 'unknown'> {
    const found = await this.ofGateway.find(GATEWAY, async () => ({ setting: await this.repository.find() }));
    return found?.setting ?? null;
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

function notUnderstood(): GatewayError {
  return new GatewayError({
    status: 503,
    message:
      "What is to be masked in transcripts is stored in a way that this version does not understand. An administrator sets the gateway's redaction anew.",
    code: 'redaction_not_understood',
    headers: { 'retry-after': '30' },
  });
}
