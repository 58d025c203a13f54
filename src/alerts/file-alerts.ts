import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger } from '@nestjs/common';
import { SecretBox, SecretBoxError } from '../models/credentials/secret-box.js';
import { openTarget, sealTarget, type AlertTarget } from './alert-target.js';
import { AlertsRepository, type AlertRow } from './alerts.repository.js';
import { AlertSubscriptions } from './alert-subscriptions.js';
import { generateWebhookSecret } from './deliveries/webhook-signature.js';

/** What the configuration file says of an alert. */
export interface FileAlert {
  readonly name: string;
  readonly url: string;
  /** Empty = all. */
  readonly eventTypes: readonly string[];
}

/** The alerts of the configuration file, which are Slack's. */
@Injectable()
export class FileAlerts {
  private readonly logger = new Logger(FileAlerts.name);

  constructor(
    private readonly alerts: AlertsRepository,
    private readonly subscriptions: AlertSubscriptions,
    private readonly box: SecretBox,
  ) {}

  /** Makes them what the file says. What it does not say any more is deleted; what the admin API has made stays. */
  async declare(declared: readonly FileAlert[]): Promise<void> {
    const taken = await this.alerts.replaceOfFile(declared, ({ name, url, eventTypes }, stored) => {
      const target = stored && this.open(stored);
      const isSame = target?.url === url && stored?.format === 'slack' && stored.enabled;
      if (isSame && isDeepStrictEqual(stored?.eventTypes, eventTypes)) return undefined;
      const secret = target?.secret ?? generateWebhookSecret();
      return {
        name,
        ...sealTarget(this.box, { url, secret, previous: null }),
        previousExpiresAt: null,
        eventTypes,
        format: 'slack',
        enabled: true,
      };
    });
    for (const name of taken)
      this.logger.warn(`the alert '${name}' of the configuration file is one of the admin API's`);
    await this.subscriptions.refresh();
  }

  /** @returns undefined where ENCRYPTION_KEY has changed: it is sealed anew */
  private open({ ciphertext }: AlertRow): AlertTarget | undefined {
    try {
      return openTarget(this.box, ciphertext);
    } catch (error) {
      if (error instanceof SecretBoxError) return undefined;
      throw error;
    }
  }
}
