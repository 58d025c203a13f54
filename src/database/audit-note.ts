import type { Prisma } from './generated/client.js';

/** A change that no row tells of. */
export interface AuditNote {
  readonly action: 'create' | 'update' | 'delete' | 'reset';
  /** What kind of thing it is done to. */
  readonly kind: string;
  readonly subject?: { readonly id?: string; readonly name?: string };
  /** What that belongs to. */
  readonly owner?: { readonly kind: string; readonly id: string; readonly name: string };
  /** What is to be known of it, in the words of the admin API, without secrets. */
  readonly after?: Readonly<Record<string, unknown>>;
}

/**
 * Writes an audit event of what is done without changing a row that is audited; for those the triggers write them.
 * @param transaction of {@link PrismaService.change}, which knows who acts
 */
export async function noteChange(
  transaction: Pick<Prisma.TransactionClient, '$executeRaw'>,
  { action, kind, subject, owner, after }: AuditNote,
): Promise<void> {
  await transaction.$executeRaw`
    SELECT record_audit_event(
      ${action}, ${kind}, ${subject?.id ?? null}, ${subject?.name ?? null},
      ${owner?.kind ?? null}, ${owner?.id ?? null}, ${owner?.name ?? null},
      NULL, ${after ? JSON.stringify(after) : null}::text::jsonb)`;
}
