import { z } from 'zod';
import { exportFormats } from '../http/admin/export.js';
import { pageQuerySchema, pageSchema } from '../http/admin/list.js';
import { repeatable } from '../http/admin/query-values.js';
import { sentTimeSchema, timeSchema } from '../http/admin/time.js';

/** Who can have changed something; `database` = somebody who was connected to it without a gateway. */
export const actorKinds = ['master_key', 'admin_key', 'oidc', 'file', 'job', 'database'] as const;

const MAX_TEXT = 500;
const time = sentTimeSchema.transform((text) => new Date(text));
const text = z.string().min(1, 'must not be empty').max(MAX_TEXT);

/** What audit events can be narrowed by, as query parameters. All of them hold at once; of the values of one any will do. */
export const auditFilterSchema = z.strictObject({
  from: time.optional().meta({ description: 'Only events at or after this time', example: '2026-11-20T00:00:00Z' }),
  to: time.optional().meta({ description: 'Only events before this time', example: '2026-11-21T00:00:00Z' }),
  actor_kind: repeatable(z.enum(actorKinds)).meta({ description: 'What changed it', example: ['admin_key'] }),
  actor: repeatable(text).meta({
    description:
      'Id or name of the admin key or of the person; name of the job, or of the role in the database; path of the file',
    example: ['ada'],
  }),
  kind: repeatable(text).meta({ description: 'What kind of thing was changed', example: ['key'] }),
  action: repeatable(text).meta({ description: '`create`, `update`, `delete`, `reset`', example: ['update'] }),
  subject: repeatable(text).meta({
    description: 'Id or name, now or before, of what was changed, or of what that belongs to',
    example: ['podcast-app'],
  }),
  request_id: repeatable(z.uuid('must be a request id')).meta({
    description: 'As in the `x-request-id` header of the answer to the change',
  }),
});
export type AuditFilter = z.output<typeof auditFilterSchema>;

/** Query parameters of `GET /admin/v1/audit`. */
export const auditQuerySchema = auditFilterSchema.extend(pageQuerySchema.shape);
export type AuditQuery = z.output<typeof auditQuerySchema>;

/** Query parameters of `GET /admin/v1/audit/export`. */
export const auditExportQuerySchema = auditFilterSchema.extend({
  format: z.enum(exportFormats).default('ndjson').meta({
    description:
      'CSV (RFC 4180, UTF-8) with a header line, or one JSON object a line. In CSV, objects are JSON, and text that a spreadsheet would take for a formula begins with an apostrophe',
    example: 'csv',
  }),
  cursor: pageQuerySchema.shape.cursor.meta({
    description:
      'Goes on after this event: the id of the last whole line that has come. CSV then has no header line, so that both parts can be joined',
  }),
});
export type AuditExportQuery = z.output<typeof auditExportQuerySchema>;

const values = z.record(z.string(), z.unknown()).nullable();

/** An audit event on the wire. */
export const auditEventSchema = z
  .object({
    object: z.literal('audit_event'),
    id: z.uuid().meta({ description: 'UUIDv7: events sort as they came' }),
    created_at: timeSchema,
    actor_kind: z.string().meta({
      description:
        '`master_key`, `admin_key`, `oidc`: a person who has signed in by OpenID Connect, `file`, `job`, or `database`: somebody without a gateway',
      example: 'admin_key',
    }),
    actor_id: z.uuid().nullable().meta({ description: 'Of the admin key, or of the person' }),
    actor_name: z.string().meta({
      description: 'Of the admin key or the person, then; of the job or the role in the database; path of the file',
      example: 'ada',
    }),
    client_ip: z.string().nullable().meta({ description: 'From where; null = from within', example: '192.0.2.1' }),
    request_id: z.uuid().nullable().meta({ description: 'The request that did it, which may have several events' }),
    session_id: z.uuid().nullable().meta({
      description: 'The session of the dashboard that it was done by; null = by a key, or by nobody who signs in',
    }),
    action: z.string().meta({ description: '`create`, `update`, `delete`, `reset`', example: 'update' }),
    kind: z.string().meta({ description: 'What kind of thing was changed', example: 'key' }),
    subject_id: z.string().nullable().meta({ description: 'Its id, where it has one' }),
    subject_name: z.string().nullable().meta({ description: 'Its name since', example: 'podcast-app' }),
    owner_kind: z
      .string()
      .nullable()
      .meta({ description: 'What it belongs to: a budget to a `key`, a deployment to a `model`', example: 'team' }),
    owner_id: z.string().nullable(),
    owner_name: z.string().nullable().meta({ example: 'newsroom' }),
    before: values.meta({
      description: 'Of an update what has changed, as it was; of a deletion everything. Never a secret',
      example: { blocked: false },
    }),
    after: values.meta({
      description: 'Of an update what has changed, as it is since; of what was made everything. Never a secret',
      example: { blocked: true },
    }),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEventView = z.output<typeof auditEventSchema>;

/** Answer of `GET /admin/v1/audit`. */
export const auditPageSchema = pageSchema(auditEventSchema).meta({ id: 'AuditEventPage' });
