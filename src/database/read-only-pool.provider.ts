import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import { DATABASE_URL, SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { PrismaService } from './prisma.service.js';
import { ReadOnlyPool } from './read-only-pool.js';

/** Injection token: what a statement of an administrator's question may take, in milliseconds. */
export const QUERY_TIMEOUT_MS = Symbol('QUERY_TIMEOUT_MS');

/** A {@link ReadOnlyPool} of a module that imports the database's; see there for `connections` and `applicationName`. */
export function readOnlyPool(
  token: InjectionToken,
  lent: { readonly connections: number; readonly applicationName: string },
): FactoryProvider<ReadOnlyPool> {
  return {
    provide: token,
    inject: [DATABASE_URL, SETTINGS, PrismaService, QUERY_TIMEOUT_MS],
    useFactory: (
      url: string,
      { database_timeout_seconds }: Pick<Settings, 'database_timeout_seconds'>,
      database: PrismaService,
      statementMs: number,
    ) => new ReadOnlyPool(url, { connectMs: 1000 * database_timeout_seconds, statementMs }, { ...lent, database }),
  };
}
