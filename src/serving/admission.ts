import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { overloaded } from '../domain/errors.js';
import { cannotRecord, LedgerWriter } from '../ledger/writer/ledger.writer.js';
import { RunningRequests } from './running-requests.js';

/** Lets requests in, whatever their task: as many as may be served at once, and as can be logged. */
@Injectable()
export class Admission implements OnModuleDestroy {
  private readonly running = new RunningRequests();
  private readonly counts = { busy: 0, ledgerFull: 0 };

  constructor(
    private readonly ledger: LedgerWriter,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'max_concurrent_requests'>,
  ) {}

  /** How many requests are being served. */
  get runningRequests(): number {
    return this.running.count;
  }

  /** How many may be served at once. */
  get maxRequests(): number {
    return this.settings.max_concurrent_requests;
  }

  /** How many have been refused since the start, by why: as many are served as may be, or no more can be logged. */
  get refused(): Readonly<Record<'busy' | 'ledgerFull', number>> {
    return this.counts;
  }

  /** One more request, until what is returned is disposed of. @throws GatewayError 503 */
  enter(): Disposable {
    this.refuseWhenLedgerIsFull();
    this.refuseWhenBusy();
    return this.running.enter();
  }

  /** A request that was cut off leaves its log a moment after its connection; the ledger is flushed after this. */
  async onModuleDestroy(): Promise<void> {
    await this.running.whenIdle();
  }

  private refuseWhenBusy(): void {
    const most = this.settings.max_concurrent_requests;
    if (this.running.count < most) return;
    this.counts.busy += 1;
    throw overloaded(`The gateway serves ${most} audio requests, as many as it may. Please try again later.`);
  }

  private refuseWhenLedgerIsFull(): void {
    if (!this.ledger.isFull) return;
    this.counts.ledgerFull += 1;
    throw cannotRecord();
  }
}
