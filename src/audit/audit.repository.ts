import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { noteChange, type AuditNote } from '../database/audit-note.js';
import { PrismaService } from '../database/prisma.service.js';
import type { ReadOnlyPool } from '../database/read-only-pool.js';
import { SqlValues } from '../database/sql-values.js';
import { firstIdAt } from '../http/request-id.js';
import type { AuditFilter } from './audit-event.schema.js';

/** Injection token of the audit's own {@link ReadOnlyPool}. */
export const AUDIT_POOL = Symbol('AUDIT_POOL');

/** Arbitrary, but for ever: with it one gateway at a time forgets events. The class of our locks is that of the ledger's. */
const RETENTION_LOCK = [7_270_737, 12] as const;

const text = z.string().nullable();
/** Of somebody who has written an event by hand it may be anything. */
const values = z.record(z.string(), z.unknown()).nullable().catch(null);
const eventRows = z.array(
  z.object({
    id: z.string(),
    created_at: z.date(),
    actor_kind: z.string(),
    actor_id: text,
    actor_name: z.string(),
    client_ip: text,
    request_id: text,
    session_id: text,
    action: z.string(),
    kind: z.string(),
    subject_id: text,
    subject_name: text,
    owner_kind: text,
    owner_id: text,
    owner_name: text,
    before: values,
    after: values,
  }),
);
const forgottenRows = z.tuple([z.object({ forgotten: z.int().nullable() })]);

/** A stored event. */
export type AuditEventRow = z.output<typeof eventRows>[number];

/** Audit events in PostgreSQL, where triggers write most of them. */
@Injectable()
export class AuditRepository {
  constructor(
    private readonly prisma: PrismaService,
    @Inject(AUDIT_POOL) private readonly pool: Pick<ReadOnlyPool, 'read'>,
  ) {}

  /** Up to `limit` events, newest first. */
  async list(
    filter: AuditFilter,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<AuditEventRow[]> {
    const values = new SqlValues();
    const conditions = conditionsOf(filter, values);
    if (cursor !== undefined) conditions.push(`id < ${values.add(cursor)}::uuid`);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const sql = `SELECT * FROM audit_event ${where} ORDER BY id DESC LIMIT ${values.add(limit)}::int`;
    return eventRows.parse(await this.pool.read((ask) => ask(sql, values.all)));
  }

  /** Writes an event of what changes no row. */
  async note(note: AuditNote): Promise<void> {
    await this.prisma.ask(() => this.prisma.change((transaction) => noteChange(transaction, note)));
  }

  /**
   * Deletes the oldest events that are more than so many days old, `most` at most.
   * @returns how many they were; null while another gateway is at it
   */
  async forget(days: number, most: number): Promise<number | null> {
    const [type, lock] = RETENTION_LOCK;
    const rows = await this.prisma.ask(() =>
      this.prisma.change(
        (transaction) => transaction.$queryRaw`
          SELECT CASE WHEN pg_try_advisory_xact_lock(${type}::int, ${lock}::int)
            THEN forget_audit_events(${days}::int, ${most}::int) END AS forgotten`,
      ),
    );
    return forgottenRows.parse(rows)[0].forgotten;
  }
}

/** Columns that are compared with the values of a parameter of the same name. */
const compared = [
  ['actor_kind', 'text'],
  ['kind', 'text'],
  ['action', 'text'],
  ['request_id', 'uuid'],
] as const satisfies readonly (readonly [keyof AuditFilter, string])[];

function conditionsOf(filter: AuditFilter, values: SqlValues): string[] {
  const { from, to, actor, subject } = filter;
  return [
    // An id begins with its time.
    ...(from ? [`id >= ${values.add(firstIdAt(from))}::uuid`] : []),
    ...(to ? [`id < ${values.add(firstIdAt(to))}::uuid`] : []),
    ...compared.flatMap(([column, type]) => {
      const wanted = filter[column];
      return wanted ? [`${column} = ANY(${values.add(wanted)}::${type}[])`] : [];
    }),
    ...(actor ? [anyOf(actor, ['actor_id::text'], ['actor_name'], values)] : []),
    ...(subject
      ? [anyOf(subject, ['subject_id', 'owner_id'], ['subject_name', 'owner_name', `before ->> 'name'`], values)]
      : []),
  ];
}

/** Of so many characters of names there are indexes: the migration audit_names. */
const INDEXED_CHARACTERS = 200;

/** What is an id is looked for among ids, and everything else among names. */
function anyOf(wanted: readonly string[], ids: readonly string[], names: readonly string[], values: SqlValues): string {
  const isId = (text: string) => z.uuid().safeParse(text).success;
  const wantedIds = wanted.filter(isId).map((id) => id.toLowerCase());
  const wantedNames = wanted.filter((text) => !isId(text));
  const among = (list: readonly string[]) => `ANY(${values.add(list)}::text[])`;
  const sought: string[] = [];
  if (wantedIds.length > 0) {
    const found = among(wantedIds);
    sought.push(...ids.map((id) => `${id} = ${found}`));
  }
  if (wantedNames.length > 0) {
    const found = among(wantedNames);
    const begun = among(wantedNames.map((name) => [...name].slice(0, INDEXED_CHARACTERS).join('')));
    sought.push(...names.map((name) => `(left(${name}, ${INDEXED_CHARACTERS}) = ${begun} AND ${name} = ${found})`));
  }
  return `(${sought.join(' OR ')})`;
}
