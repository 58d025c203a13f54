import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { MigrationStatus } from '../database/migration-status.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { Drain } from '../http/drain.js';
import { standingOf } from '../ledger/writer/ledger-standing.js';
import { LedgerWriter } from '../ledger/writer/ledger.writer.js';
import { REDIS, type Redis } from '../redis/redis.js';
import { WORKER_SEAT, type WorkerSeat } from '../workers/worker-seat.js';
import type { Ready } from './health.schema.js';

/** Whether requests can be served, and how well. */
@Injectable()
export class Readiness {
  /** When the database was first found to be away; undefined while it is there. */
  private awaySinceMs: number | undefined;

  constructor(
    @Inject(MigrationStatus) private readonly migrations: Pick<MigrationStatus, 'read'>,
    private readonly drain: Drain,
    @Inject(LedgerWriter) private readonly ledger: Pick<LedgerWriter, 'state'>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'auth_grace_seconds'>,
    @Inject(REDIS) private readonly redis: Pick<Redis, 'isAway'> | undefined,
    @Inject(WORKER_SEAT) private readonly seat: Pick<WorkerSeat, 'slot' | 'standing'> | null = null,
  ) {}

  async read(): Promise<Ready> {
    const migrations = await this.migrations.read();
    const isAway = migrations === 'unreachable';
    this.awaySinceMs = isAway ? (this.awaySinceMs ?? this.clock.nowMs()) : undefined;
    const checks: Ready['checks'] = {
      database: isAway ? 'unreachable' : 'ok',
      migrations: isAway ? 'unknown' : migrations,
      ledger: standingOf(this.ledger.state),
      ...(this.redis && { redis: this.redis.isAway ? 'unreachable' : 'ok' }),
      accepting_requests: !this.drain.isDraining,
    };
    const workers = this.seat?.standing && { worker: this.seat.slot, ...this.seat.standing };
    const status = this.statusOf(checks);
    if (!workers) return { status, checks };
    return { status: status === 'ok' && workers.up < workers.of ? 'degraded' : status, checks, workers };
  }

  /** While the database is away, keys that are known go on as long as there is room for logs. */
  private statusOf({
    database,
    migrations,
    ledger,
    redis,
    accepting_requests: accepts,
  }: Ready['checks']): Ready['status'] {
    const graceMs = 1000 * this.settings.auth_grace_seconds;
    const isForgotten = this.awaySinceMs !== undefined && this.clock.nowMs() - this.awaySinceMs > graceMs;
    if (!accepts || ledger === 'full' || migrations === 'pending' || isForgotten) return 'unavailable';
    return database === 'ok' && ledger === 'ok' && redis !== 'unreachable' ? 'ok' : 'degraded';
  }
}
