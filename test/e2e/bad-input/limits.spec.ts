import { MASTER_KEY } from '../../support/gateway.js';
import { END_OF_FORM, MULTIPART, multipart, partHead, RawHttp } from '../../support/raw-http.js';
import { until } from '../../support/upload-server.js';
import { AUDIO, audioFile, Bench, form } from './bench.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start({
    UPLOAD_MEMORY_MB: '4',
    MAX_CONCURRENT_REQUESTS: '2',
    MAX_WRONG_KEYS_PER_MINUTE: '3',
    TRUSTED_PROXIES: '127.0.0.1',
  });
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

/** A request with a key from the address that a proxy says it comes from. */
async function ask(key: string, from: string, path = '/v1/models'): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': from };
  return await fetch(bench.gateway.url + path, { headers });
}

describe('MAX_CONCURRENT_REQUESTS', () => {
  it('refuses one request more, and serves the next when one has ended', async () => {
    const uploads = await Promise.all(
      ['a', 'b'].map(async (name) => {
        const client = await RawHttp.connect(bench.gateway.url);
        const body = multipart([{ name: 'model', value: 'whisper' }]);
        const file = Buffer.concat([partHead({ name: 'file', filename: `${name}.wav` }), AUDIO]);
        client.head('POST /v1/audio/transcriptions', {
          authorization: `Bearer ${bench.key.key}`,
          'content-type': MULTIPART,
          'content-length': String(body.length + file.length + 2 + END_OF_FORM.length),
          expect: '100-continue',
        });
        // The body is wanted, so the request is being served.
        await client.receive('100 Continue');
        client.write(Buffer.concat([body, file]));
        return client;
      }),
    );
    const refused = await bench.send(form({ model: 'whisper', file: audioFile() }));
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ error: { type: 'server_error', code: 'gateway_overloaded' } });
    expect((await ask(bench.key.key, '192.0.2.1')).status).toBe(200);
    for (const client of uploads) {
      client.write(`\r\n${END_OF_FORM}`);
      expect((await client.answer()).status).toBe(200);
      client.destroy();
      await client.closed;
    }
    await bench.expectAftermath(2);
  });
});

describe('MAX_WRONG_KEYS_PER_MINUTE', () => {
  it('refuses who sends too many, late, and nobody else', async () => {
    for (const key of ['one', 'two', 'two']) expect((await ask(key, '192.0.2.7')).status).toBe(401);
    let settled = false;
    const refusal = ask('four', '192.0.2.7').finally(() => (settled = true));
    // Others are served meanwhile: who has a valid key, and who comes from elsewhere.
    expect((await ask(bench.key.key, '192.0.2.7')).status).toBe(200);
    expect((await ask(MASTER_KEY, '192.0.2.7', '/admin/v1/keys')).status).toBe(200);
    expect((await ask('four', '192.0.2.8')).status).toBe(401);
    expect(settled).toBe(false);
    await until(() => {
      bench.clock.advance(1000);
      return settled;
    });
    const answer = await refusal;
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({
      error: { type: 'rate_limit_exceeded', code: 'too_many_wrong_keys', param: null },
    });
    bench.clock.advance(60_000);
    expect((await ask('five', '192.0.2.7')).status).toBe(401);
  });

  it('counts wrong master keys, and a network of IPv6 as one client', async () => {
    for (const host of ['1', '2', '3']) {
      expect((await ask('wrong', `2001:db8::${host}`, '/admin/v1/keys')).status).toBe(401);
    }
    let settled = false;
    const refusal = ask('wrong', '2001:DB8:0:0:9::1').finally(() => (settled = true));
    expect((await ask('wrong', '2001:db8:0:1::1')).status).toBe(401);
    await until(() => {
      bench.clock.advance(1000);
      return settled;
    });
    expect((await refusal).status).toBe(429);
  });

  it('knows a key at once that was issued after it had been wrong for others', async () => {
    expect((await ask('sk-aur-wrong', '192.0.2.9')).status).toBe(401);
    const { key } = await bench.gateway.createKey();
    expect((await ask(key, '192.0.2.9')).status).toBe(200);
  });
});

describe('TRUSTED_PROXIES', () => {
  it('decides whose address is in the ledger', async () => {
    const answer = await fetch(bench.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${bench.key.key}`, 'x-forwarded-for': '203.0.113.9, 198.51.100.7' },
      body: form({ model: 'whisper', file: audioFile() }),
    });
    expect(answer.status).toBe(200);
    expect(await bench.row()).toMatchObject({ client_ip: '198.51.100.7' });
  });
});
