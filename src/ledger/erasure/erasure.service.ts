import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import type { TeamScope } from '../../domain/administrator.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import { LogsService } from '../logs/logs.service.js';
import { LedgerWriter } from '../writer/ledger.writer.js';
import type { ErasureView } from './erasure.schema.js';
import type { Subject } from './erasure-subject.js';
import { ErasureRepository } from './erasure.repository.js';

/** Before every request. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
/** Logs in one batch: some tens of milliseconds. */
const BATCH = 500;
/** How long one call goes on: proxies and clients do not wait for minutes. */
const MOST_MS = 20_000;

/** Erases what the ledger tells of somebody. What it has cost and how long it took stays. */
@Injectable()
export class ErasureService {
  constructor(
    private readonly repository: ErasureRepository,
    private readonly logs: LogsService,
    private readonly writer: LedgerWriter,
    @Inject(CLOCK) private readonly clock: Pick<Clock, 'nowMs'>,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'database_timeout_seconds'>,
  ) {}

  /**
   * Erases the data of a user: of the requests that were made for it, and of those of its keys. What was done stays done when it is
   * broken off; the same call goes on.
   */
  async erase(user: string): Promise<ErasureView> {
    // What this process has answered is meant, too.
    await this.writer.catchUp(1000 * this.settings.database_timeout_seconds);
    const keyIds = await this.repository.keysOf(user);
    const subjects: Subject[] = [{ endUser: user }, ...keyIds.map((keyId) => ({ keyId }))];
    const before = await this.repository.note(subjects);
    const endMs = this.clock.nowMs() + MOST_MS;
    let requests = 0;
    let isComplete = true;
    for (const subject of subjects) {
      for (let after: string | null = FIRST_ID; after !== null && isComplete;) {
        const { looked, changed, last } = await this.repository.erase({ subject, before, after, limit: BATCH });
        requests += changed;
        after = looked < BATCH ? null : last;
        isComplete = after === null || this.clock.nowMs() < endMs;
      }
    }
    return { object: 'erasure', user, key_ids: [...keyIds], requests, is_complete: isComplete };
  }

  /** Also when there is none any more. @throws GatewayError 404 when there is no such log within the scope */
  async eraseTranscript(id: string, scope: TeamScope): Promise<{ id: string; object: 'transcript'; deleted: true }> {
    const log = await this.logs.get(id, scope);
    await this.repository.eraseTranscript(log.id);
    return { id: log.id, object: 'transcript', deleted: true };
  }
}
