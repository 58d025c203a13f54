import { type DynamicModule, Global, Module } from '@nestjs/common';
import { PrismaService } from './prisma.service.js';

/** Gives every module the database. */
@Global()
@Module({})
export class DatabaseModule {
  /** @param options.url connection string of a database whose migrations are applied */
  static register(options: { url: string }): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [{ provide: PrismaService, useFactory: () => new PrismaService(options.url) }],
      exports: [PrismaService],
    };
  }
}
