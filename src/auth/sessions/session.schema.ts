import { z } from 'zod';
import { adminRoles, permissionNames } from '../../domain/administrator.js';
import { pageSchema } from '../../http/admin/list.js';
import { timeSchema } from '../../http/admin/time.js';
import { sessionKinds } from './sessions.repository.js';

const MAX_KEY_LENGTH = 1000;

/** Body of `POST /admin/v1/session`. */
export const signInSchema = z
  .strictObject({
    key: z
      .string()
      .trim()
      .min(1)
      .max(MAX_KEY_LENGTH)
      .meta({ description: 'The master key, an admin key or a virtual key', example: 'sk-aur-admin-3kZ0wq...' }),
  })
  .meta({ id: 'SignIn' });
export type SignIn = z.infer<typeof signInSchema>;

const thing = z.object({ id: z.uuid().meta({ example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' }), name: z.string() });
const kind = z.enum(sessionKinds).meta({
  description: 'What it was opened with; `oidc`: by OpenID Connect',
  example: 'admin_key',
});
const name = z
  .string()
  .meta({ description: 'Of the key; `master key`; of a person as the issuer says it', example: 'ada' });
const role = z.enum(adminRoles).nullable().meta({
  description: 'null = a virtual key has none; in a list also: no rule of the issuer is for the person any more',
  example: 'viewer',
});
const expiresAt = timeSchema.meta({ description: 'When it ends at the latest' });
const idleExpiresAt = timeSchema.meta({ description: 'When it ends if nothing is done until then' });

/** The session of whoever asks. */
export const sessionSchema = z
  .object({
    kind,
    name,
    role,
    permissions: z.array(z.enum(permissionNames)).meta({ description: 'What it may do in the admin API', example: [] }),
    teams: z
      .array(thing)
      .nullable()
      .meta({ description: 'The teams of a `team_admin`; null = not narrowed to teams', example: null }),
    key: thing
      .nullable()
      .meta({ description: 'The virtual key; null = it is that of an administrator', example: null }),
    created_at: timeSchema,
    expires_at: expiresAt,
    idle_expires_at: idleExpiresAt,
    secure: z.boolean().meta({ description: 'Whether the cookie travels by TLS only', example: true }),
    may_use_audio: z
      .boolean()
      .meta({ description: 'Whether it opens the routes of audio and chat under `/v1`', example: true }),
  })
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof sessionSchema>;

/** A session in the list of them. */
export const listedSessionSchema = z
  .object({
    object: z.literal('session'),
    id: z.uuid().meta({ example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' }),
    kind,
    name,
    role,
    created_at: timeSchema,
    last_seen_at: timeSchema.meta({ description: 'When it was used last, to the minute' }),
    expires_at: expiresAt,
    idle_expires_at: idleExpiresAt,
    client_ip: z.string().meta({ description: 'From where it was opened', example: '192.0.2.1' }),
    user_agent: z.string().nullable().meta({ description: 'With which browser', example: 'Mozilla/5.0' }),
    current: z.boolean().meta({ description: 'Whether it is the one that asks', example: true }),
  })
  .meta({ id: 'ListedSession' });
export type ListedSession = z.infer<typeof listedSessionSchema>;

/** Query parameters of `DELETE /admin/v1/sessions`. */
export const endSessionsQuerySchema = z.strictObject({
  except: z.literal('current').meta({
    description: 'The session that asks goes on. Who asks with a key has none: all are ended',
    example: 'current',
  }),
});

/** Answer of `DELETE /admin/v1/sessions`. */
export const endedSessionsSchema = z
  .object({
    object: z.literal('sessions'),
    deleted: z
      .int()
      .meta({ description: 'How many there were, with those that had just ended by themselves', example: 3 }),
  })
  .meta({ id: 'EndedSessions' });
export type EndedSessions = z.infer<typeof endedSessionsSchema>;

/** Answer of `GET /admin/v1/sessions`. */
export const sessionPageSchema = pageSchema(listedSessionSchema).meta({ id: 'SessionPage' });
