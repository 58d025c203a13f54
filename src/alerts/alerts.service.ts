import { Inject, Injectable } from '@nestjs/common';
import { conflict, type GatewayError, notFound } from '../domain/errors.js';
import { findByIdOrName } from '../http/admin/id.js';
import { toPage, type Page, type PageQuery } from '../http/admin/list.js';
import { newRequestId } from '../http/request-id.js';
import { SecretBox, SecretBoxError } from '../models/credentials/secret-box.js';
import { openTarget, sealTarget, type AlertTarget } from './alert-target.js';
import { ALERT_TIME, type AlertTime } from './alert-time.js';
import {
  presentAlert,
  type AlertTestView,
  type AlertView,
  type CreateAlert,
  type CreatedAlert,
  type RotateAlert,
  type UpdateAlert,
} from './alert.schema.js';
import { AlertsRepository, type AlertFields, type AlertRow } from './alerts.repository.js';
import { AlertSubscriptions } from './alert-subscriptions.js';
import { AlertMessenger } from './deliveries/alert-messenger.js';
import { AlertSender } from './deliveries/alert-sender.js';
import { DeliveriesRepository } from './deliveries/deliveries.repository.js';
import { presentDelivery, type AlertDeliveryView, type DeliveryQuery } from './deliveries/delivery.schema.js';
import { generateWebhookSecret } from './deliveries/webhook-signature.js';

/** Alerts, administered: whom the gateway tells of what happens. */
@Injectable()
export class AlertsService {
  constructor(
    private readonly alerts: AlertsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly subscriptions: AlertSubscriptions,
    private readonly messenger: AlertMessenger,
    private readonly sender: AlertSender,
    private readonly box: SecretBox,
    @Inject(ALERT_TIME) private readonly time: AlertTime,
  ) {}

  /** @throws GatewayError 409 when the name is taken */
  async create({ url, event_types, secret = generateWebhookSecret(), ...fields }: CreateAlert): Promise<CreatedAlert> {
    const row = await this.alerts.create({
      ...fields,
      ...sealTarget(this.box, { url, secret, previous: null }),
      previousExpiresAt: null,
      eventTypes: event_types ?? [],
    });
    if (!row) throw nameTaken(fields.name);
    await this.subscriptions.refresh();
    return { ...this.present(row), secret };
  }

  async list(query: PageQuery): Promise<Page<AlertView>> {
    return toPage(await this.alerts.list(query), query.limit, (row) => this.present(row));
  }

  /** @throws GatewayError 404 */
  async get(idOrName: string): Promise<AlertView> {
    return this.present(await this.find(idOrName));
  }

  /**
   * Changes what is sent of an alert.
   * @throws GatewayError 404, 409 when the name is taken, it is the configuration file's, or what is stored cannot be decrypted
   */
  async update(idOrName: string, { url, event_types, ...fields }: UpdateAlert): Promise<AlertView> {
    const { id } = await this.findOwn(idOrName);
    const updated = await this.alerts.update(id, (stored) => ({
      ...fields,
      ...(event_types !== undefined && { eventTypes: event_types ?? [] }),
      ...(url !== undefined && sealTarget(this.box, { ...this.open(stored), url })),
    }));
    if (updated === undefined) throw nameTaken(fields.name ?? '');
    return this.present(await this.changed(updated, idOrName));
  }

  /** Gives the alert another secret; the one before signs beside it for a while, or stops at once. @throws GatewayError 404, 409 */
  async rotate(
    idOrName: string,
    { secret = generateWebhookSecret(), grace_seconds }: RotateAlert,
  ): Promise<CreatedAlert> {
    const { id } = await this.findOwn(idOrName);
    const updated = await this.alerts.update(id, (stored): Partial<AlertFields> => {
      const { url, secret: before } = this.open(stored);
      const previous = grace_seconds > 0 ? before : null;
      const untilMs = this.time.now().getTime() + 1000 * grace_seconds;
      return {
        ...sealTarget(this.box, { url, secret, previous }),
        previousExpiresAt: previous === null ? null : new Date(untilMs),
      };
    });
    return { ...this.present(await this.changed(updated ?? null, idOrName)), secret };
  }

  /** With its deliveries. @throws GatewayError 404, 409 when it is the configuration file's */
  async delete(idOrName: string): Promise<{ id: string; object: 'alert'; deleted: true }> {
    const { id } = await this.findOwn(idOrName);
    const wasThere = await this.alerts.delete(id);
    await this.subscriptions.refresh();
    if (!wasThere) throw unknownAlert(idOrName);
    return { id, object: 'alert', deleted: true };
  }

  /** Sends an event to the webhook at once, also where it is disabled, and says what became of it. @throws GatewayError 404 */
  async test(idOrName: string): Promise<AlertTestView> {
    const alert = await this.find(idOrName);
    const { id, name } = alert;
    const webhookId = newRequestId();
    const body = { type: 'alert.test', timestamp: this.time.now().toISOString(), data: { alert: { id, name } } };
    const never = new AbortController().signal;
    const { status, error, latencyMs } = await this.messenger.send(
      { id: webhookId, type: body.type, body },
      alert,
      never,
    );
    return {
      object: 'alert_test',
      id,
      webhook_id: webhookId,
      outcome: error === null ? 'delivered' : 'failed',
      http_status: status,
      latency_ms: latencyMs,
      error,
    };
  }

  /** @throws GatewayError 404 */
  async listDeliveries(idOrName: string, query: DeliveryQuery): Promise<Page<AlertDeliveryView>> {
    const { id } = await this.find(idOrName);
    return toPage(await this.deliveries.list(id, query), query.limit, presentDelivery);
  }

  /** Has a delivery tried again at once, with the same `webhook-id`. @throws GatewayError 404 */
  async repeat(idOrName: string, deliveryId: string): Promise<AlertDeliveryView> {
    const { id } = await this.find(idOrName);
    const repeated = await this.deliveries.repeat(id, deliveryId, this.time.moment());
    if (!repeated) throw notFound(`The alert '${idOrName}' has no delivery with the id '${deliveryId}'`, 'delivery');
    this.sender.wake();
    return presentDelivery(repeated);
  }

  /** @throws GatewayError 409 */
  private open({ name, ciphertext }: AlertRow): AlertTarget {
    try {
      return openTarget(this.box, ciphertext);
    } catch (error) {
      if (!(error instanceof SecretBoxError)) throw error;
      throw conflict(
        `The URL and the secret of the alert '${name}' cannot be decrypted: ENCRYPTION_KEY has changed. Delete it, and make it anew.`,
      );
    }
  }

  private present(row: AlertRow): AlertView {
    return presentAlert(row, this.time.now());
  }

  /** @throws GatewayError 404 when it is not there any more */
  private async changed(updated: AlertRow | null, idOrName: string): Promise<AlertRow> {
    if (updated === null) throw unknownAlert(idOrName);
    await this.subscriptions.refresh();
    return updated;
  }

  /** @throws GatewayError 404, 409 for one of the configuration file */
  private async findOwn(idOrName: string): Promise<AlertRow> {
    const found = await this.find(idOrName);
    if (found.managedBy === 'api') return found;
    throw conflict(`The alert '${found.name}' is managed by the configuration file: change it there`, 'alert');
  }

  private async find(idOrName: string): Promise<AlertRow> {
    const found = await findByIdOrName(this.alerts, idOrName);
    if (!found) throw unknownAlert(idOrName);
    return found;
  }
}

function nameTaken(name: string): GatewayError {
  return conflict(`An alert named '${name}' exists already`, 'name', 'name_taken');
}

function unknownAlert(idOrName: string): GatewayError {
  return notFound(`There is no alert with the id or name '${idOrName}'`, 'alert');
}
