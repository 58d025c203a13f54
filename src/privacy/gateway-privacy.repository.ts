import { Injectable } from '@nestjs/common';
import { Prisma } from '../database/generated/client.js';
import { PrismaService } from '../database/prisma.service.js';
import { readStoredPrivacy, type PrivacySetting } from '../domain/privacy.js';

/** There is one row at most. */
const ID = 1;

/** What is kept of all requests, in PostgreSQL. */
@Injectable()
export class GatewayPrivacyRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @returns null for what is usual, `unknown` for what this version does not understand */
  async find(): Promise<PrivacySetting | null | 'unknown'> {
    const row = await this.prisma.ask(() => this.prisma.gatewaySetting.findUnique({ where: { id: ID } }));
    return readStoredPrivacy(row?.privacy ?? null);
  }

  async replace(setting: PrivacySetting | null): Promise<void> {
    const privacy = setting ?? Prisma.DbNull;
    await this.prisma.ask(() =>
      this.prisma.change((transaction) =>
        transaction.gatewaySetting.upsert({ where: { id: ID }, create: { id: ID, privacy }, update: { privacy } }),
      ),
    );
  }
}
