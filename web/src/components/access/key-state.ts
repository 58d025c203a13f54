import type { Schemas } from '../../api/client';
import type { Tone } from '../badge';
import { formatAgo } from '../../format/time';

/** Whether a key is taken, in a word and a colour. */
export function keyState(
  { blocked, expires_at }: Pick<Schemas['Key'], 'blocked' | 'expires_at'>,
  now: Date,
): { words: string; tone: Tone } {
  if (blocked) return { words: 'blocked', tone: 'bad' };
  if (expires_at === null) return { words: 'active', tone: 'good' };
  if (new Date(expires_at) <= now) return { words: 'expired', tone: 'bad' };
  return { words: `expires ${formatAgo(expires_at, now)}`, tone: isSoon(expires_at, now) ? 'warn' : 'good' };
}

const SOON_MS = 7 * 86_400_000;

function isSoon(instant: string, now: Date): boolean {
  return new Date(instant).getTime() - now.getTime() < SOON_MS;
}
