import { Module } from '@nestjs/common';
import { DATABASE_URL, SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { ChangeFeed } from './change-feed.js';
import { PrismaService } from './prisma.service.js';
import { QUERY_TIMEOUT_MS } from './read-only-pool.provider.js';

/** What takes longer is not worth waiting for. */
const STATEMENT_MS = 30_000;
/** Of how changes by other gateways are heard. */
const CHANGES = { pingMs: 5000, retryMs: 1000, rereadMs: 10_000 };

/** The database, for modules that keep something in it. */
@Module({
  providers: [
    {
      provide: PrismaService,
      inject: [DATABASE_URL, SETTINGS],
      useFactory: (url: string, { database_timeout_seconds }: Settings) =>
        new PrismaService(url, 1000 * database_timeout_seconds),
    },
    {
      provide: ChangeFeed,
      inject: [DATABASE_URL, SETTINGS, PrismaService],
      useFactory: (url: string, { direct_database_url, database_timeout_seconds }: Settings, prisma: PrismaService) =>
        new ChangeFeed(direct_database_url ?? url, prisma, { ...CHANGES, patienceMs: 1000 * database_timeout_seconds }),
    },
    { provide: QUERY_TIMEOUT_MS, useValue: STATEMENT_MS },
  ],
  exports: [ChangeFeed, PrismaService, QUERY_TIMEOUT_MS],
})
export class DatabaseModule {}
