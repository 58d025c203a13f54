import { SecretBox, SecretBoxError } from '../models/credentials/secret-box.js';
import { openTarget, previewUrl, sealTarget } from './alert-target.js';

it.each([
  ['https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnop', 'https://hooks.slack.com/...mnop'],
  ['https://hooks.example.com:8443/?token=0123456789abcdef', 'https://hooks.example.com:8443/...cdef'],
  ['http://10.0.0.7/hook', 'http://10.0.0.7/...'],
  ['http://10.0.0.7', 'http://10.0.0.7/'],
])('shows of %s no more than its host and its end', (url, preview) => {
  expect(previewUrl(url)).toBe(preview);
});

it('keeps the URL and the secrets sealed', () => {
  const box = new SecretBox({ encryptionKey: Buffer.alloc(32, 1) });
  const target = { url: 'https://a.example/0123456789abcdef', secret: 'whsec_0123456789abcdef', previous: null };
  const sealed = sealTarget(box, target);
  expect(Buffer.from(sealed.ciphertext).toString('latin1')).not.toContain('whsec_');
  expect(sealed).toMatchObject({ urlPreview: 'https://a.example/...cdef', preview: '...cdef' });
  expect(openTarget(box, sealed.ciphertext)).toEqual(target);
  const other = new SecretBox({ encryptionKey: Buffer.alloc(32, 2) });
  expect(() => openTarget(other, sealed.ciphertext)).toThrow(SecretBoxError);
  const foreign = box.seal('sk-a-secret-of-somebody-else').ciphertext;
  expect(() => openTarget(box, foreign)).toThrow('the stored URL and secret of an alert are not understood');
});
