import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SECRETS } from '../../config/config.module.js';
import type { EncryptionKeys } from '../../config/secrets.js';
import { previewSecret } from '../../domain/secret-preview.js';

const VERSION = 1;
const KEY_ID_BYTES = 4;
/** Version and key id: what tells whether a box is of the current key. */
export const HEADER_BYTES = 1 + KEY_ID_BYTES;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Thrown when a stored secret cannot be opened: its encryption key is not known here, or the row was tampered with. */
export class SecretBoxError extends Error {
  override readonly name: string = 'SecretBoxError';
}

/** Thrown for a box of a key that is neither the current one nor one before it. */
export class UnknownKeyError extends SecretBoxError {
  override readonly name = 'UnknownKeyError';
}

/** The sealed form of a secret, with what may be shown of it. */
export interface SealedSecret {
  /** The box. */
  readonly ciphertext: Uint8Array<ArrayBuffer>;
  readonly preview: string;
}

/**
 * Encrypts provider secrets at rest with AES-256-GCM. Layout of a box: version (1 byte), key id (4), nonce (12),
 * tag (16), ciphertext. The key id is the start of the key's SHA-256, so that a changed key is told from a damaged row, and
 * the key of each box is known while boxes of several keys stand beside each other.
 */
@Injectable()
export class SecretBox {
  private readonly key: Buffer;
  private readonly keysByHeader: ReadonlyMap<string, Buffer>;
  /** How every box begins that this one seals. */
  readonly header: Buffer;

  constructor(@Inject(SECRETS) { encryptionKey, previousEncryptionKeys = [] }: EncryptionKeys) {
    this.key = encryptionKey;
    this.header = headerOf(encryptionKey);
    // The current key comes last, and so wins.
    this.keysByHeader = new Map(
      [...previousEncryptionKeys, encryptionKey].map((key) => [headerOf(key).toString('hex'), key]),
    );
  }

  /** Never the same bytes twice. */
  seal(secret: string): SealedSecret {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(this.header);
    const encrypted = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    const box = Buffer.concat([this.header, nonce, cipher.getAuthTag(), encrypted]);
    return { ciphertext: Uint8Array.from(box), preview: previewSecret(secret) };
  }

  /** @throws SecretBoxError, of a key that is not known here UnknownKeyError */
  open(box: Uint8Array): string {
    const bytes = Buffer.from(box);
    const header = bytes.subarray(0, HEADER_BYTES);
    if (header[0] !== VERSION) throw new SecretBoxError('the stored secret has an unknown format');
    const key = this.keysByHeader.get(header.toString('hex'));
    if (!key) throw new UnknownKeyError('the stored secret was encrypted with another ENCRYPTION_KEY');
    const nonce = bytes.subarray(header.length, header.length + NONCE_BYTES);
    const tag = bytes.subarray(header.length + NONCE_BYTES, header.length + NONCE_BYTES + TAG_BYTES);
    const ciphertext = bytes.subarray(header.length + NONCE_BYTES + TAG_BYTES);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(header).setAuthTag(tag);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new SecretBoxError('the stored secret is damaged', { cause });
    }
  }
}

/** How the boxes of a key begin. */
export function headerOf(key: Buffer): Buffer {
  const keyId = createHash('sha256').update(key).digest().subarray(0, KEY_ID_BYTES);
  return Buffer.concat([Buffer.from([VERSION]), keyId]);
}
