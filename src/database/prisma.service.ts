import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { DatabaseSetupError } from './database-setup-error.js';
import { describeDatabase } from './database-url.js';
import { PrismaClient } from './generated/client.js';
import { pendingMigrations } from './migrator.js';

/** How long a query may wait for a connection, new or from the pool; pg would wait for ever. */
const CONNECTION_TIMEOUT_MS = 10_000;

/** The database client of the whole gateway. Connections are opened as they are needed and survive a server's restart. */
@Injectable()
export class PrismaService extends PrismaClient implements OnModuleInit, OnApplicationShutdown {
  private readonly database: string;

  /** @param url connection string of a PostgreSQL database */
  constructor(url: string) {
    super({
      adapter: new PrismaPg({
        connectionString: url,
        application_name: 'auricle',
        connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
        // The adapter reads every timestamp as UTC and drops the offset that the server sends, so that a server or
        // role with another time zone would shift them all.
        onConnect: async (client) => {
          await client.query(`SET TIME ZONE 'UTC'`);
        },
      }),
    });
    this.database = describeDatabase(url);
  }

  /** @throws DatabaseSetupError when the database does not answer */
  async onModuleInit(): Promise<void> {
    try {
      await this.ping();
    } catch (cause) {
      // Prisma's messages begin with the invocation, over several lines; the reason comes last.
      const reason = String(cause).trim().split('\n').at(-1);
      throw new DatabaseSetupError(`Cannot use ${this.database}: ${reason}`, { cause });
    }
  }

  /** After everybody's last write, which comes earlier in the shutdown. */
  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }

  /** Asks the database for an answer, any answer. Rejects when there is none. */
  async ping(): Promise<void> {
    await this.$queryRaw`SELECT 1`;
  }

  /** The migrations of this version that the database still lacks. */
  async pendingMigrations(): Promise<string[]> {
    return await pendingMigrations((sql) => this.$queryRawUnsafe<unknown[]>(sql));
  }
}
