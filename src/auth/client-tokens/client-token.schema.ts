import { z } from 'zod';
import { timeSchema } from '../../http/admin/time.js';
import type { ClientTokenRow } from './client-tokens.repository.js';

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

/** Answer of `POST /v1/client_tokens`: the only time that the token is shown. */
export const createdClientTokenSchema = z
  .object({
    object: z.literal('client_token'),
    id: z.uuid().meta({ example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' }),
    token: z.string().meta({ description: 'To be sent as a key is, shown this once', example: 'ct-aur-3kZ0wq...' }),
    expires_at: timeSchema,
    models,
    max_audio_seconds: maxAudioSeconds,
    created_at: timeSchema,
  })
  .meta({ id: 'CreatedClientToken' });
export type CreatedClientToken = z.infer<typeof createdClientTokenSchema>;

/** The wire form of a token that has just been made. */
export function presentClientToken(row: ClientTokenRow, token: string): CreatedClientToken {
  return {
    object: 'client_token',
    id: row.id,
    token,
    expires_at: row.expiresAt.toISOString(),
    models: row.models === null ? null : [...row.models],
    max_audio_seconds: row.maxAudioMs === null ? null : row.maxAudioMs / 1000,
    created_at: row.createdAt.toISOString(),
  };
}
