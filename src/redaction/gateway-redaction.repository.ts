import { Injectable } from '@nestjs/common';
import { Prisma } from '../database/generated/client.js';
import { PrismaService } from '../database/prisma.service.js';
import { readStoredRedaction, type RedactionSetting } from '../domain/redaction/redaction-setting.js';

/** There is one row at most. */
const ID = 1;

/** What is masked in all transcripts, in PostgreSQL. */
@Injectable()
export class GatewayRedactionRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @returns null for nothing, `unknown` for what this version does not understand */
  async find(): Promise<RedactionSetting | null | 'unknown'> {
    const row = await this.prisma.ask(() => this.prisma.gatewaySetting.findUnique({ where: { id: ID } }));
    return readStoredRedaction(row?.redaction ?? null);
  }

  async replace(setting: RedactionSetting | null): Promise<void> {
    const redaction = setting ?? Prisma.DbNull;
    await this.prisma.ask(() =>
      this.prisma.change((transaction) =>
        transaction.gatewaySetting.upsert({
          where: { id: ID },
          create: { id: ID, redaction },
          update: { redaction },
        }),
      ),
    );
  }
}
