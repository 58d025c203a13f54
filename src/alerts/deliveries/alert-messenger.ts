import { Inject, Injectable, Logger } from '@nestjs/common';
import { SecretBox } from '../../models/credentials/secret-box.js';
import { WebhookPoster } from '../../providers/url-fetch/webhook-poster.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import { openTarget, type AlertTarget } from '../alert-target.js';
import { ALERT_TIME, type AlertTime } from '../alert-time.js';
import { alertEventSchema } from '../events/alert-events.js';
import type { DeliveredEvent } from './deliveries.repository.js';
import { slackMessage } from './slack-message.js';
import { webhookHeaders } from './webhook-signature.js';

/** How long a webhook may take, from the look-up of its name to its status. */
export const WEBHOOK_TIMEOUT_MS = 15_000;

/** Where a message goes, still sealed. */
export interface Recipient {
  readonly ciphertext: Uint8Array;
  readonly format: string;
  readonly previousExpiresAt: Date | null;
}

/** What one attempt has come to. */
export interface AttemptResult {
  /** Of the answer; null = there was none. */
  readonly status: number | null;
  /** Why it was not taken; null = it was. */
  readonly error: string | null;
  readonly latencyMs: number;
}

/** Sends an event to a webhook, once. */
@Injectable()
export class AlertMessenger {
  private readonly logger = new Logger(AlertMessenger.name);

  constructor(
    @Inject(SecretBox) private readonly box: Pick<SecretBox, 'open'>,
    private readonly poster: WebhookPoster,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ALERT_TIME) private readonly time: AlertTime,
  ) {}

  /** Never rejects. @param signal ends it early, for the reason that its error tells */
  async send(event: DeliveredEvent, recipient: Recipient, signal: AbortSignal): Promise<AttemptResult> {
    const startedMs = this.clock.nowMs();
    const target = this.open(recipient);
    if (!target) return { status: null, error: 'its URL and secret cannot be decrypted', latencyMs: 0 };
    const body = bodyOf(event, recipient.format);
    const now = this.time.now();
    const isBeforeKnown = recipient.previousExpiresAt !== null && recipient.previousExpiresAt > now;
    const secrets = [target.secret, ...(target.previous !== null && isBeforeKnown ? [target.previous] : [])];
    const timestamp = Math.floor(now.getTime() / 1000);
    const headers = webhookHeaders({ id: event.id, timestamp, body }, secrets);
    const late = new AbortController();
    const stopTimer = this.clock.startTimer(WEBHOOK_TIMEOUT_MS, () => {
      late.abort(new Error(`no answer within ${WEBHOOK_TIMEOUT_MS / 1000} s`));
    });
    const ended = AbortSignal.any([signal, late.signal]);
    const result = await this.poster.post(target.url, headers, body, ended).finally(stopTimer);
    const latencyMs = Math.round(this.clock.nowMs() - startedMs);
    if ('failure' in result) return { status: null, error: result.failure, latencyMs };
    const { status } = result;
    const isTaken = status >= 200 && status <= 299;
    const redirect = status >= 300 && status <= 399 ? ', and redirects are not followed' : '';
    return { status, error: isTaken ? null : `its server answered ${status}${redirect}`, latencyMs };
  }

  private open({ ciphertext }: Recipient): AlertTarget | undefined {
    try {
      return openTarget(this.box, ciphertext);
    } catch (error) {
      this.logger.error({ err: error }, 'an alert cannot be sent: its URL and secret cannot be decrypted');
      return undefined;
    }
  }
}

/** The same in every attempt. What another version has written is sent as it is. */
function bodyOf({ body }: DeliveredEvent, format: string): string {
  if (format !== 'slack') return JSON.stringify(body);
  const { data: event } = alertEventSchema.safeParse(body);
  return JSON.stringify(event ? slackMessage(event) : { text: `${body.type} at ${body.timestamp}` });
}
