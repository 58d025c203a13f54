import { answer } from '../../test/support/simulator-answers.js';
import { SimulatorServer } from '../../test/support/simulator-server.js';
import { ProviderError } from '../domain/errors.js';
import type { Lookup } from './provider-addresses.js';
import { ProviderHttp } from './provider-http.js';

const never = new AbortController().signal;

let upstream: SimulatorServer;
let http: ProviderHttp | undefined;
beforeEach(async () => {
  const close = { connection: 'close' };
  upstream = await new SimulatorServer({ refuse: () => undefined, answer: () => answer(200, {}, close) }).listen();
});
afterEach(async () => {
  await http?.onModuleDestroy();
  await upstream.close();
});

/** A name server that says these addresses, one list after the other, and the last for ever. */
function saying(...answers: string[][]): Lookup {
  let asked = 0;
  return (_, __, callback) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
}

/** What becomes of a call of a name, or of an address. */
async function call(resolve: Lookup, options: { host?: string; allowPrivate?: boolean; scheme?: string } = {}) {
  const { host = 'stt.example', allowPrivate = true, scheme = 'http' } = options;
  http ??= new ProviderHttp({ resolve, addresses: { allowPrivate } });
  const { port } = new URL(upstream.origin);
  try {
    return (await http.request({ url: `${scheme}://${host}:${port}/v1/x?key=k`, signal: never })).status;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return `${error.reason}: ${error.message.replace(port, 'PORT')}`;
  }
}
afterEach(() => {
  http = undefined;
});

const FORBIDDEN = 'was not called: api_base must not lead to link-local addresses or cloud metadata';
const PRIVATE = 'was not called: api_base must not lead to private addresses: ALLOW_PRIVATE_API_BASES is off';

describe('where providers are called', () => {
  it('is decided anew for every connection: a name that changes its address gains nothing', async () => {
    const resolve = saying(['127.0.0.1'], ['169.254.169.254'], ['127.0.0.1']);
    expect(await call(resolve)).toBe(200);
    // Nothing of what the name resolves to is told.
    expect(await call(resolve)).toBe(`misconfigured: stt.example:PORT ${FORBIDDEN}`);
    expect(await call(resolve)).toBe(200);
    expect(upstream.requests).toHaveLength(2);
  });

  it.each([
    ['only one of its addresses', ['127.0.0.1', '169.254.169.254']],
    ['another one', ['fd00:ec2::254', '127.0.0.1']],
    ['an IPv4 address as IPv6', ['::ffff:169.254.169.254']],
    ['NAT64', ['64:ff9b::a9fe:a9fe']],
    ['this machine', ['0.0.0.0']],
  ])('is nowhere where %s is forbidden', async (_, addresses) => {
    expect(await call(saying(addresses))).toBe(`misconfigured: stt.example:PORT ${FORBIDDEN}`);
    expect(await call(saying(addresses), { scheme: 'https' })).toBe(`misconfigured: stt.example:PORT ${FORBIDDEN}`);
    expect(upstream.requests).toEqual([]);
  });

  it.each(['169.254.169.254', '2852039166', '0.0.0.0', '[::]', '[::ffff:169.254.169.254]', '[fe80::1]'])(
    'holds for addresses, which nobody looks up: %s',
    async (host) => {
      const told = await call(saying(['127.0.0.1']), { host });
      expect(told).toContain(FORBIDDEN);
      expect(upstream.requests).toEqual([]);
    },
  );

  it('is the public internet alone where the operator wants it', async () => {
    expect(await call(saying(['127.0.0.1']), { allowPrivate: false })).toBe(
      `misconfigured: stt.example:PORT ${PRIVATE}`,
    );
    expect(await call(saying(['8.8.8.8']), { allowPrivate: false, host: '127.0.0.1' })).toContain(PRIVATE);
    expect(await call(saying(['8.8.8.8']), { allowPrivate: false, host: '[::1]' })).toContain(PRIVATE);
    expect(upstream.requests).toEqual([]);
  });

  it('is not where a proxy would be', async () => {
    process.env['HTTP_PROXY'] = 'http://169.254.169.254:80';
    try {
      expect(await call(saying(['127.0.0.1']))).toBe(200);
    } finally {
      delete process.env['HTTP_PROXY'];
    }
  });

  it('says that a name is not known as before', async () => {
    const failure = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    expect(await call((_, __, callback) => callback(failure, []))).toBe(
      'unavailable: no complete answer from stt.example:PORT (ENOTFOUND)',
    );
  });
});
