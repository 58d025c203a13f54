import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const KEY_PREFIX = 'sk-aur-';
/** No virtual key begins so, not even one that somebody has chosen. */
const ADMIN_KEY_PREFIX = `${KEY_PREFIX}admin-`;
/** No key begins so, not even one that somebody has chosen. */
const CLIENT_TOKEN_PREFIX = 'ct-aur-';

/** A new virtual key: 256 random bits behind a prefix that secret scanners can recognise. */
export function generateKeySecret(): string {
  return KEY_PREFIX + randomBytes(32).toString('base64url');
}

/** A new admin key, made as a virtual key is. */
export function generateAdminSecret(): string {
  return ADMIN_KEY_PREFIX + randomBytes(32).toString('base64url');
}

/** Whether a secret is an admin key by its looks. */
export function isAdminSecret(secret: string): boolean {
  return secret.startsWith(ADMIN_KEY_PREFIX);
}

/** A new client token, made as a key is. */
export function generateClientToken(): string {
  return CLIENT_TOKEN_PREFIX + randomBytes(32).toString('base64url');
}

/** Whether a secret is a client token by its looks. */
export function isClientToken(secret: string): boolean {
  return secret.startsWith(CLIENT_TOKEN_PREFIX);
}

/** Whether a secret is of our making by its looks, such as that of a key that has been deleted. */
export function isOurs(secret: string): boolean {
  return secret.startsWith(KEY_PREFIX) || isClientToken(secret);
}

/**
 * What is stored of a key. Plain SHA-256 is enough, because 256 random bits cannot be guessed. Who chooses a secret for a key
 * instead, which takes the master key, has to choose one as good.
 */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/**
 * What tells whether a text is this secret, in a time that does not depend on where they differ: to be made once for a secret that is
 * compared with often.
 */
export function secretTest(secret: string): (presented: string) => boolean {
  const digest = digestOf(secret);
  return (presented) => timingSafeEqual(digestOf(presented), digest);
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
