import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { ChangeFeed } from '../database/change-feed.js';
import { ConfirmedAnswers } from '../database/confirmed-answers.js';
import type { Caller } from '../domain/caller.js';
import { GatewayError } from '../domain/errors.js';
import { joinPrivacy, type Privacy, type PrivacySetting } from '../domain/privacy.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { GatewayPrivacyRepository } from './gateway-privacy.repository.js';
import { readPrivacyWish } from './privacy-wish.js';

/** How long the gateway's own is known without being asked for, where changes by other gateways are not heard of. */
const FRESH_MS = 10_000;
const GATEWAY = 'gateway';

/** What is kept of whose requests. */
@Injectable()
export class Privacies implements OnModuleInit {
  private readonly ofGateway: ConfirmedAnswers<{ readonly setting: PrivacySetting | null | 'unknown' }>;

  constructor(
    private readonly repository: GatewayPrivacyRepository,
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

  /** The gateway's own, as it stands; null = what is usual, or what this version does not understand. */
  async settingOfGateway(): Promise<PrivacySetting | null> {
    const stored = await this.repository.find();
    return stored === 'unknown' ? null : stored;
  }

  /** Makes this the gateway's own: here at once, on other gateways as soon as they hear of it. */
  async replaceOfGateway(setting: PrivacySetting | null): Promise<void> {
    await this.repository.replace(setting);
    this.ofGateway.clear();
  }

  /**
   * What applies to a request: the strictest of what its key, its team and the gateway want, and of what its client wishes.
   * @throws GatewayError 503 while nobody knows what the gateway's own is; 400 for a wish that is not understood
   */
  async of(caller: Caller, headers: IncomingHttpHeaders): Promise<Privacy> {
    const ofGateway = await this.known();
    if (ofGateway === 'unknown') throw notUnderstood();
    const ofCaller = caller.kind === 'virtual_key' ? caller.privacy : null;
    return joinPrivacy([ofCaller, ofGateway, readPrivacyWish(headers)]);
  }

  private async known(): Promise<PrivacySetting | null | 'unknown'> {
    const found = await this.ofGateway.find(GATEWAY, async () => ({ setting: await this.repository.find() }));
    return found?.setting ?? null;
  }
}

function notUnderstood(): GatewayError {
  return new GatewayError({
    status: 503,
    message:
      "What is to be kept of requests is stored in a way that this version does not understand. An administrator sets the gateway's privacy anew.",
    code: 'privacy_not_understood',
    headers: { 'retry-after': '30' },
  });
}
