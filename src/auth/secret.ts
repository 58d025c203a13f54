import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'sk-aur-';

/** A new virtual key: 256 random bits behind a prefix that secret scanners can recognise. */
export function generateKeySecret(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

/** What is stored of a key. Plain SHA-256 is enough, because 256 random bits cannot be guessed. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares in a time that does not depend on where the texts differ. */
export function sameSecret(left: string, right: string): boolean {
  return timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest());
}
