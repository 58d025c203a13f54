import { Injectable } from '@nestjs/common';
import { PrismaService } from '../../../database/prisma.service.js';
import type { CredentialUse } from './credential-use.js';

/** When credentials were used, in PostgreSQL. */
@Injectable()
export class CredentialUsesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Adds what this gateway knows to what others have noted: of everything the later one stays. Credentials that are gone are left
   * out. By their ids, so that no two gateways wait for each other.
   */
  async add(uses: ReadonlyMap<string, CredentialUse>): Promise<void> {
    const rows = JSON.stringify(
      [...uses].map(([id, { usedAt, usedBy, succeededAt, rejected }]) => ({
        id,
        used_at: usedAt,
        used_deployment_id: usedBy.deploymentId,
        used_model: usedBy.model,
        success_at: succeededAt,
        rejected_at: rejected?.at ?? null,
        rejected_status: rejected?.status ?? null,
        rejected_deployment_id: rejected?.deploymentId ?? null,
        rejected_model: rejected?.model ?? null,
      })),
    );
    await this.prisma.ask(
      () => this.prisma.$executeRaw`
        INSERT INTO credential_use AS kept (
          credential_id, last_used_at, last_used_deployment_id, last_used_model, last_success_at,
          last_rejected_at, last_rejected_status, last_rejected_deployment_id, last_rejected_model
        )
        SELECT noted.* FROM jsonb_to_recordset(${rows}::jsonb) AS noted (
          id uuid, used_at timestamptz, used_deployment_id uuid, used_model text, success_at timestamptz,
          rejected_at timestamptz, rejected_status integer, rejected_deployment_id uuid, rejected_model text
        )
        JOIN provider_credential USING (id)
        ORDER BY id
        ON CONFLICT (credential_id) DO UPDATE SET
          (last_used_at, last_used_deployment_id, last_used_model) = (
            SELECT used_at, deployment_id, model FROM (VALUES
              (kept.last_used_at, kept.last_used_deployment_id, kept.last_used_model),
              (excluded.last_used_at, excluded.last_used_deployment_id, excluded.last_used_model)
            ) AS uses (used_at, deployment_id, model) ORDER BY used_at DESC LIMIT 1
          ),
          last_success_at = greatest(kept.last_success_at, excluded.last_success_at),
          (last_rejected_at, last_rejected_status, last_rejected_deployment_id, last_rejected_model) = (
            SELECT rejected_at, status, deployment_id, model FROM (VALUES
              (kept.last_rejected_at, kept.last_rejected_status, kept.last_rejected_deployment_id, kept.last_rejected_model),
              (excluded.last_rejected_at, excluded.last_rejected_status, excluded.last_rejected_deployment_id, excluded.last_rejected_model)
            ) AS rejections (rejected_at, status, deployment_id, model) ORDER BY rejected_at DESC NULLS LAST LIMIT 1
          )`,
    );
  }
}
