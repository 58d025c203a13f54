import { randomBytes } from 'node:crypto';
import { SecretBox, SecretBoxError, UnknownKeyError } from './secret-box.js';

const box = new SecretBox({ encryptionKey: randomBytes(32) });

describe('SecretBox', () => {
  it('opens what it sealed', () => {
    expect(box.open(box.seal('sk-proj-ünïcode').ciphertext)).toBe('sk-proj-ünïcode');
  });

  it('says what may be shown of it', () => {
    expect(box.seal('sk-proj-0123456789wxyz').preview).toBe('sk-proj-...wxyz');
  });

  it('never seals the same secret to the same bytes, nor leaves it readable', () => {
    const [first, second] = [box.seal('sk-very-secret'), box.seal('sk-very-secret')].map(({ ciphertext }) =>
      Buffer.from(ciphertext),
    );
    expect(first).not.toEqual(second);
    expect(first?.includes('sk-very-secret')).toBe(false);
  });

  it('tells another encryption key from damage', () => {
    const other = new SecretBox({ encryptionKey: randomBytes(32) });
    expect(() => other.open(box.seal('secret').ciphertext)).toThrow(/another ENCRYPTION_KEY/);
  });

  it('opens what a key before it has sealed, and seals with the current one', () => {
    const [before, current] = [randomBytes(32), randomBytes(32)];
    const old = new SecretBox({ encryptionKey: before });
    const both = new SecretBox({ encryptionKey: current, previousEncryptionKeys: [randomBytes(32), before] });
    expect(both.open(old.seal('secret').ciphertext)).toBe('secret');
    const sealed = both.seal('secret').ciphertext;
    expect(new SecretBox({ encryptionKey: current }).open(sealed)).toBe('secret');
    expect(Buffer.from(sealed).subarray(0, 5)).toEqual(both.header);
    expect(() => old.open(sealed)).toThrow(UnknownKeyError);
  });

  it.each([5, 17, 33])('notices a changed byte at %i', (position) => {
    const sealed = Buffer.from(box.seal('secret').ciphertext);
    sealed.writeUInt8(sealed.readUInt8(position) ^ 1, position);
    expect(() => box.open(sealed)).toThrow(/^the stored secret is damaged$/);
  });

  it.each([[Buffer.alloc(0)], [Buffer.from([9, 9, 9])]])('refuses what is no box', (bytes) => {
    expect(() => box.open(bytes)).toThrow(SecretBoxError);
  });
});
