import { Module } from '@nestjs/common';
import { DATABASE_URL } from '../config/config.module.js';
import { PrismaService } from './prisma.service.js';

/** The database, for modules that keep something in it. */
@Module({
  providers: [{ provide: PrismaService, inject: [DATABASE_URL], useFactory: (url: string) => new PrismaService(url) }],
  exports: [PrismaService],
})
export class DatabaseModule {}
