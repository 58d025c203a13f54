import { z } from 'zod';
import { previewSecret } from '../domain/secret-preview.js';
import { SecretBoxError, type SecretBox } from '../models/credentials/secret-box.js';

/** Where an alert is sent, and by what it is signed: what is sealed in the database. */
const targetSchema = z.object({
  url: z.string(),
  secret: z.string(),
  /** The secret before; null = there is none. */
  previous: z.string().nullable(),
});
export type AlertTarget = z.infer<typeof targetSchema>;

/** A target as it is stored, with what may be shown of it. */
export interface SealedTarget {
  readonly ciphertext: Uint8Array<ArrayBuffer>;
  readonly urlPreview: string;
  readonly preview: string;
}

export function sealTarget(box: Pick<SecretBox, 'seal'>, target: AlertTarget): SealedTarget {
  return {
    ciphertext: box.seal(JSON.stringify(target)).ciphertext,
    urlPreview: previewUrl(target.url),
    preview: previewSecret(target.secret),
  };
}

/** @throws SecretBoxError, whose message has nothing of what is in the box */
export function openTarget(box: Pick<SecretBox, 'open'>, ciphertext: Uint8Array): AlertTarget {
  const text = box.open(ciphertext);
  try {
    return targetSchema.parse(JSON.parse(text));
  } catch {
    throw new SecretBoxError('the stored URL and secret of an alert are not understood');
  }
}

/** The host, and the end where there is enough to spare: the path of Slack's URLs is all that they ask of a sender. */
export function previewUrl(url: string): string {
  const { origin, pathname, search } = new URL(url);
  const rest = `${pathname}${search}`;
  if (rest === '/') return `${origin}/`;
  return `${origin}/${previewSecret(rest)}`;
}
