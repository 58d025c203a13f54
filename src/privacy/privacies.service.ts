import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { ChangeFeed } from '../database/change-feed.js';
import { GatewaySetting } from '../database/gateway-setting.js';
import { PrismaService } from '../database/prisma.service.js';
import type { Caller } from '../domain/caller.js';
import { joinPrivacy, readStoredPrivacy, type Privacy, type PrivacySetting } from '../domain/privacy.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { readPrivacyWish } from './privacy-wish.js';

/** What is kept of whose requests. */
@Injectable()
export class Privacies implements OnModuleInit {
  /** What applies to all requests. */
  readonly ofGateway: GatewaySetting<PrivacySetting>;

  constructor(
    prisma: PrismaService,
    changes: ChangeFeed,
    @Inject(CLOCK) clock: Clock,
    @Inject(SETTINGS) { auth_grace_seconds: graceSeconds }: Pick<Settings, 'auth_grace_seconds'>,
  ) {
    this.ofGateway = new GatewaySetting('privacy', readStoredPrivacy, {
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
   * What applies to a request: the strictest of what its key, its team and the gateway want, and of what its client wishes.
   * @throws GatewayError 503 while nobody knows what the gateway's own is; 400 for a wish that is not understood
   */
  async of(caller: Caller, headers: IncomingHttpHeaders): Promise<Privacy> {
    const ofGateway = await this.ofGateway.current();
    const ofCaller = caller.kind === 'virtual_key' ? caller.privacy : null;
    return joinPrivacy([ofCaller, ofGateway, readPrivacyWish(headers)]);
  }
}
