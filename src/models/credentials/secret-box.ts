import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SECRETS } from '../../config/config.module.js';
import type { Secrets } from '../../config/secrets.js';
import { previewSecret } from '../../domain/secret-preview.js';

const VERSION = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Thrown when a stored secret cannot be opened: the encryption key has changed, or the row was tampered with. */
export class SecretBoxError extends Error {
  override readonly name = 'SecretBoxError';
}

/** The sealed form of a secret, with what may be shown of it. */
export interface SealedSecret {
  /** The box. */
  readonly ciphertext: Uint8Array<ArrayBuffer>;
  readonly preview: string;
}

/**
 * Encrypts provider secrets at rest with AES-256-GCM. Layout of a box: version (1 byte), key id (4), nonce (12),
 * tag (16), ciphertext. The key id is the start of the key's SHA-256, so that a changed key is told from a damaged row.
 */
@Injectable()
export class SecretBox {
  private readonly key: Buffer;
  private readonly keyId: Buffer;

  constructor(@Inject(SECRETS) secrets: Pick<Secrets, 'encryptionKey'>) {
    this.key = secrets.encryptionKey;
    this.keyId = createHash('sha256').update(this.key).digest().subarray(0, KEY_ID_BYTES);
  }

  /** Never the same bytes twice. */
  seal(secret: string): SealedSecret {
    const nonce = randomBytes(NONCE_BYTES);
    const header = Buffer.concat([Buffer.from([VERSION]), this.keyId]);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(header);
    const encrypted = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    const box = Buffer.concat([header, nonce, cipher.getAuthTag(), encrypted]);
    return { ciphertext: Uint8Array.from(box), preview: previewSecret(secret) };
  }

  /** @throws SecretBoxError */
  open(box: Uint8Array): string {
    const bytes = Buffer.from(box);
    const header = bytes.subarray(0, 1 + KEY_ID_BYTES);
    if (header[0] !== VERSION) throw new SecretBoxError('the stored secret has an unknown format');
    if (!header.subarray(1).equals(this.keyId)) {
      throw new SecretBoxError('the stored secret was encrypted with another ENCRYPTION_KEY');
    }
    const nonce = bytes.subarray(header.length, header.length + NONCE_BYTES);
    const tag = bytes.subarray(header.length + NONCE_BYTES, header.length + NONCE_BYTES + TAG_BYTES);
    const ciphertext = bytes.subarray(header.length + NONCE_BYTES + TAG_BYTES);
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, nonce).setAAD(header).setAuthTag(tag);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new SecretBoxError('the stored secret is damaged', { cause });
    }
  }
}
