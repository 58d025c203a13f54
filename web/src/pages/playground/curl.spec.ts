import { curlOf } from './curl';

const nothing = { keepsTranscripts: true, zeroRetention: false };

it('is the request of a column, with a place for the key', () => {
  const wish = { model: 'whisper', response_format: 'srt', prompt: "it's a test" };
  expect(
    curlOf('https://gw.example', wish, { filename: 'meeting 1.m4a' }, { ...nothing, keepsTranscripts: false }),
  ).toBe(
    [
      'curl https://gw.example/v1/audio/transcriptions',
      '-H "Authorization: Bearer $AURICLE_KEY"',
      "-H 'x-litellm-enable-message-redaction: true'",
      "-F 'file=@meeting 1.m4a'",
      '--form-string model=whisper',
      '--form-string response_format=srt',
      String.raw`--form-string 'prompt=it'\''s a test'`,
    ].join(' \\\n  '),
  );
});

it('quotes a name that curl would read', () => {
  expect(curlOf('https://gw.example', { model: 'a' }, { filename: 'a;type=x".wav' }, nothing)).toContain(
    String.raw`-F 'file=@"a;type=x\".wav"'`,
  );
});

it('sends an address, a translation and a stream as such', () => {
  const wish = { model: 'a', task: 'translate', stream: 'true' };
  const text = curlOf('https://gw.example', wish, { address: 'https://x.example/a?b=1&c' }, nothing);
  expect(text).toContain('/v1/audio/translations');
  expect(text).toContain("--form-string 'url=https://x.example/a?b=1&c'");
  expect(text).toContain('--form-string stream=true');
  expect(text).toMatch(/-N$/);
});
