import { z } from 'zod';
import { pageSchema } from '../../http/admin/list.js';
import { timeSchema } from '../../http/admin/time.js';
import type { ClientTokenRow, CountedClientToken } from './client-tokens.repository.js';

/** The shortest and the longest life of a token, in seconds: those of the client secrets of OpenAI's Realtime API. */
const LIFE_SECONDS = { min: 10, max: 7200, default: 600 } as const;
/** A day of audio is more than a page sends in the longest life of a token. */
const MAX_AUDIO_SECONDS = 86_400;

const maxAudioSeconds = z.number().min(1).max(MAX_AUDIO_SECONDS).nullable().meta({
  description: 'Seconds of audio that may be processed in all, to the millisecond; null = any',
  example: 300,
});
const models = z
  .array(z.string().min(1).max(200))
  .min(1, 'must name at least one model, or be null for all of the key')
  .max(100)
  .nullable()
  .meta({
    description:
      'Public models that the token may use, with `*` for any run of characters; null = all that the key may',
    example: ['whisper-1'],
  });

/** Body of `POST /v1/client_tokens`, all of which may be left out. */
export const createClientTokenSchema = z
  .strictObject({
    expires_in_seconds: z
      .int()
      .min(LIFE_SECONDS.min)
      .max(LIFE_SECONDS.max)
      .default(LIFE_SECONDS.default)
      .meta({ description: 'How long the token lives', example: 600 }),
    models: models.default(null),
    max_audio_seconds: maxAudioSeconds.default(null),
  })
  .prefault({})
  .meta({ id: 'CreateClientToken' });
export type CreateClientToken = z.infer<typeof createClientTokenSchema>;

/** What is told of every token. */
const token = z.object({
  object: z.literal('client_token'),
  id: z.uuid().meta({ example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' }),
  expires_at: timeSchema,
  models,
  max_audio_seconds: maxAudioSeconds,
  created_at: timeSchema,
});

/** Answer of `POST /v1/client_tokens`: the only time that the token is shown. */
export const createdClientTokenSchema = token
  .extend({
    token: z.string().meta({ description: 'To be sent as a key is, shown this once', example: 'ct-aur-3kZ0wq...' }),
  })
  .meta({ id: 'CreatedClientToken' });
export type CreatedClientToken = z.infer<typeof createdClientTokenSchema>;

/** A token of a key, as administrators see it. */
export const listedClientTokenSchema = token
  .extend({
    used_audio_seconds: z.number().nullable().meta({
      description: 'Of `max_audio_seconds`, with what is under way; null = it has no limit, and nothing is counted',
      example: 12.5,
    }),
  })
  .meta({ id: 'ListedClientToken' });
export type ListedClientToken = z.infer<typeof listedClientTokenSchema>;

/** Answer of `GET /admin/v1/keys/{key}/client_tokens`. */
export const clientTokenPageSchema = pageSchema(listedClientTokenSchema).meta({ id: 'ClientTokenPage' });

/** Answer of `DELETE /admin/v1/keys/{key}/client_tokens`. */
export const revokedClientTokensSchema = z
  .object({
    object: z.literal('client_tokens'),
    deleted: z.int().meta({ description: 'How many there were, with those that had just expired', example: 3 }),
  })
  .meta({ id: 'RevokedClientTokens' });
export type RevokedClientTokens = z.infer<typeof revokedClientTokensSchema>;

/** The wire form of a token that has just been made. */
export function presentClientToken(row: ClientTokenRow, secret: string): CreatedClientToken {
  return { ...present(row), token: secret };
}

/** The wire form of a token in a list. */
export function presentListedToken(row: CountedClientToken): ListedClientToken {
  return { ...present(row), used_audio_seconds: row.maxAudioMs === null ? null : row.usedAudioMs / 1000 };
}

function present(row: ClientTokenRow): z.infer<typeof token> {
  return {
    object: 'client_token',
    id: row.id,
    expires_at: row.expiresAt.toISOString(),
    models: row.models === null ? null : [...row.models],
    max_audio_seconds: row.maxAudioMs === null ? null : row.maxAudioMs / 1000,
    created_at: row.createdAt.toISOString(),
  };
}
