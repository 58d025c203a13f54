import { chooseTarget, followRedirect, parseRecordingUrl, type HostAddress } from './fetch-target.js';

const PUBLIC: HostAddress = { address: '93.184.216.34', family: 4 };

/** A name server that knows these names. */
function resolver(names: Record<string, readonly string[]>) {
  return async (hostname: string): Promise<readonly HostAddress[]> => {
    const addresses = names[hostname];
    if (!addresses) throw new Error('ENOTFOUND');
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
}

const resolve = resolver({
  'audio.example': ['93.184.216.34'],
  'inner.example': ['10.0.0.7'],
  'both.example': ['93.184.216.34', '127.0.0.1'],
  'six.example': ['::1'],
  'nothing.example': [],
});

describe('parseRecordingUrl', () => {
  it.each(['http://a.example/x.mp3', 'https://a.example:443/x.mp3?sig=1#t=3'])('reads %s', (text) => {
    expect(parseRecordingUrl(text).href).toBe(new URL(text).href);
  });

  it.each([
    'speech.mp3',
    'ftp://a.example/x.mp3',
    'file:///etc/passwd',
    'data:audio/wav;base64,UklGRg==',
    'http://',
    `https://a.example/${'x'.repeat(2048)}`,
  ])('refuses %p', (text) => {
    expect(() => parseRecordingUrl(text)).toThrow(/^Invalid 'url': it must be an http or https URL/);
  });

  it('refuses credentials', () => {
    expect(() => parseRecordingUrl('https://me:secret@a.example/')).toThrow(
      "Invalid 'url': it must not contain credentials",
    );
  });
});

describe('followRedirect', () => {
  it.each([
    ['http://a.example/1', '/2', 'http://a.example/2'],
    ['http://a.example/1', 'https://b.example/2', 'https://b.example/2'],
    ['https://a.example/1', '//b.example/2', 'https://b.example/2'],
  ])('leads from %s by %s to %s', (from, location, to) => {
    expect(followRedirect(new URL(from), location).href).toBe(to);
  });

  it.each([
    ['https://a.example/1', 'http://a.example/2', 'it leads from https to http'],
    ['https://a.example/1', 'file:///etc/passwd', 'it must be an http or https URL'],
    ['https://a.example/1', 'https://me:secret@a.example/', 'it must not contain credentials'],
    ['https://a.example/1', 'https://', 'it must be an http or https URL'],
  ])('refuses to go from %s to %s', (from, location, reason) => {
    expect(() => followRedirect(new URL(from), location)).toThrow(reason);
  });
});

describe('chooseTarget', () => {
  it('pins the address that the name has now', async () => {
    const url = new URL('https://audio.example/x.mp3');
    await expect(chooseTarget(url, [], resolve)).resolves.toEqual({ url, address: PUBLIC });
  });

  it.each([
    ['a public address', 'http://93.184.216.34/'],
    ['port 443 without TLS', 'http://audio.example:443/'],
  ])('takes %s', async (_, text) => {
    await expect(chooseTarget(new URL(text), [], resolve)).resolves.toMatchObject({ address: PUBLIC });
  });

  const REFUSED = "Invalid 'url': its host has no public address";
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://localhost/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:8.8.8.8]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://inner.example/',
    'http://both.example/',
    'http://six.example/',
    // Names that do not exist look like those of inner hosts, and the other way round.
    'http://nowhere.example/',
    'http://nothing.example/',
  ])('refuses %s', async (text) => {
    await expect(chooseTarget(new URL(text), [], resolve)).rejects.toMatchObject({
      status: 400,
      param: 'url',
      message: REFUSED,
    });
  });

  it('refuses other ports, before it asks anybody for the address', async () => {
    const asked: string[] = [];
    const choosing = chooseTarget(new URL('http://audio.example:8080/'), [], (name) => {
      asked.push(name);
      return Promise.resolve([PUBLIC]);
    });
    await expect(choosing).rejects.toThrow("Invalid 'url': only the ports 80 and 443 are fetched from");
    expect(asked).toEqual([]);
  });

  it.each([
    ['inner.example', 'http://inner.example/', true],
    ['inner.example', 'https://inner.example/', true],
    ['inner.example', 'http://inner.example:8080/', false],
    ['inner.example:8080', 'http://inner.example:8080/', true],
    ['inner.example:8080', 'http://inner.example/', false],
    ['inner.example:80', 'http://inner.example/', true],
    ['inner.example', 'http://evil.inner.example/', false],
    ['127.0.0.1:9000', 'http://127.0.0.1:9000/', true],
    ['127.0.0.1:9000', 'http://127.0.0.1/', false],
  ])('with %s allowed, %s is fetched: %s', async (allowed, text, expected) => {
    const choosing = chooseTarget(new URL(text), [allowed], resolve).then(
      () => true,
      () => false,
    );
    await expect(choosing).resolves.toBe(expected);
  });
});
