import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { PrismaService } from './prisma.service.js';

/** How long a readiness probe waits for the database: less than the probe's own patience. */
const PATIENCE_MS = 2000;

/** Whether the database answers and has every migration of this version. */
@Injectable()
export class MigrationStatus {
  constructor(private readonly prisma: PrismaService) {}

  async read(): Promise<'ok' | 'pending' | 'unreachable'> {
    if (this.prisma.isAway) return 'unreachable';
    const answer = this.prisma.pendingMigrations().then(
      (pending) => (pending.length === 0 ? ('ok' as const) : ('pending' as const)),
      () => 'unreachable' as const,
    );
    return await Promise.race([answer, delay(PATIENCE_MS, 'unreachable' as const, { ref: false })]);
  }
}
