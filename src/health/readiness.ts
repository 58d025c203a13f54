import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { MigrationStatus } from '../database/migration-status.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { Drain } from '../http/drain.js';
import { standingOf } from '../ledger/writer/ledger-standing.js';
import { LedgerWriter } from '../ledger/writer/ledger.writer.js';
import { REDIS, type Redis } from '../redis/redis.js';
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
    return { status: this.statusOf(checks), checks };
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
