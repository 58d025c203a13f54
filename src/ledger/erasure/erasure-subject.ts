import { createHash } from 'node:crypto';

/** Whose logs are meant: those that were made for a user, or with a key. */
export type Subject = { readonly endUser: string } | { readonly keyId: string };

/** What was forgotten: all of a subject, or the words of one request. */
export type Forgotten = Subject | { readonly requestId: string };

/** What is stored of it: the name of a user is itself what is to be forgotten. */
export function nameOf(forgotten: Forgotten): string {
  if ('requestId' in forgotten) return `request:${forgotten.requestId}`;
  if ('keyId' in forgotten) return `key:${forgotten.keyId}`;
  return `user:${createHash('sha256').update(forgotten.endUser).digest('hex')}`;
}
