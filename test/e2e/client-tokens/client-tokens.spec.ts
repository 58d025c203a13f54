import { createHash } from 'node:crypto';
import { CLOCK } from '../../../src/http/clock.js';
import { makeWav } from '../../support/audio.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { ManualClock } from '../../support/manual-clock.js';
import { LedgerBench } from '../ledger/ledger-bench.js';

let bench: LedgerBench;
let gateway: TestGateway;
/** Decides how long what is known of keys and tokens is kept. */
let clock: ManualClock;
beforeAll(async () => {
  clock = new ManualClock();
  bench = await LedgerBench.start({}, [{ provide: CLOCK, useValue: clock }]);
  ({ gateway } = bench);
});
afterAll(() => bench.close());

/** What was answered. */
interface Answer {
  readonly status: number;
  // Tests read what they expect; the schemas are checked elsewhere.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

async function call(
  method: string,
  path: string,
  key: string,
  body?: unknown,
  { url }: { url: string } = gateway,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const ask = (key: string, body?: unknown) => call('POST', '/v1/client_tokens', key, body);

async function tokenOf(key: string, body?: unknown): Promise<string> {
  const { status, body: answered } = await ask(key, body);
  if (status !== 201) throw new Error(JSON.stringify(answered));
  return answered.token;
}

const modelsOf = (token: string, at?: TestGateway) => call('GET', '/v1/models', token, undefined, at);

async function expectEnded(token: string, code: string, at?: TestGateway): Promise<void> {
  expect(await modelsOf(token, at)).toMatchObject({
    status: 401,
    body: { error: { type: 'invalid_request_error', code } },
  });
}

describe('POST /v1/client_tokens', () => {
  it('makes a token of ten minutes for whoever sends a key and nothing else', async () => {
    const { key } = await gateway.createKey();
    const before = Date.now();
    const { status, body } = await ask(key);
    expect([status, body]).toEqual([
      201,
      {
        object: 'client_token',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        token: expect.stringMatching(/^ct-aur-[A-Za-z0-9_-]{43}$/),
        expires_at: expect.any(String),
        models: null,
        max_audio_seconds: null,
        created_at: expect.any(String),
      },
    ]);
    const lasts = new Date(body.expires_at).getTime() - before;
    expect(lasts).toBeGreaterThanOrEqual(600_000);
    expect(lasts).toBeLessThan(660_000);
    expect(body.expires_at > body.created_at).toBe(true);
  });

  it('keeps what was asked for', async () => {
    const { key } = await gateway.createKey();
    const { body } = await ask(key, { expires_in_seconds: 7200, models: ['whisper'], max_audio_seconds: 12.5 });
    expect(body).toMatchObject({ models: ['whisper'], max_audio_seconds: 12.5 });
  });

  it.each([
    [{ expires_in_seconds: 9 }, 'expires_in_seconds'],
    [{ expires_in_seconds: 7201 }, 'expires_in_seconds'],
    [{ expires_in_seconds: 60.5 }, 'expires_in_seconds'],
    [{ expires_in_seconds: '60' }, 'expires_in_seconds'],
    [{ max_audio_seconds: 0 }, 'max_audio_seconds'],
    [{ max_audio_seconds: -5 }, 'max_audio_seconds'],
    [{ max_audio_seconds: 86_401 }, 'max_audio_seconds'],
    [{ max_audio_seconds: 1e308 }, 'max_audio_seconds'],
    [{ models: [] }, 'models'],
    [{ models: ['whisper', 'no-such'] }, 'models.1'],
    [{ models: ['a\0b'] }, 'models.0'],
    [{ key: 'sk-aur-x' }, 'key'],
    [[], null],
    [null, null],
    ['text', null],
  ])('refuses %j', async (body, param) => {
    const { key } = await gateway.createKey();
    const answer = await ask(key, body);
    expect([answer.status, answer.body.error.param]).toEqual([400, param]);
  });

  it('refuses a model that the key may not use like one that is not there', async () => {
    const { key } = await gateway.createKey({ models: ['whisper'] });
    const words = async (name: string) => {
      const { status, body } = await ask(key, { models: [name] });
      return [status, String(body.error.message).replaceAll(name, 'NAME')];
    };
    expect(await words('gpt4o')).toEqual(await words('no-such'));
  });

  it('is not for the master key, which is nobody in the ledger', async () => {
    expect(await ask(MASTER_KEY)).toMatchObject({ status: 403, body: { error: { code: 'key_required' } } });
  });

  it('stores hashes only', async () => {
    const { key } = await gateway.createKey();
    const token = await tokenOf(key);
    const { rows } = await bench.database.query('SELECT * FROM client_token ORDER BY id DESC LIMIT 1');
    expect(rows[0]).toMatchObject({ hash: createHash('sha256').update(token).digest('hex') });
    expect(JSON.stringify(rows)).not.toContain(token.slice(7));
    expect(JSON.stringify(rows)).not.toContain(key.slice(7));
  });
});

describe('a client token', () => {
  it('transcribes in the name of its key, which is billed', async () => {
    const { key, id } = await gateway.createKey({ name: 'of-a-page' });
    const token = await tokenOf(key);
    const answered = await bench.transcribe(token);
    expect(answered.status).toBe(200);
    expect((await gateway.admin('GET', `logs/${answered.id}`)).body).toMatchObject({
      key_id: id,
      key_name: 'of-a-page',
      status: 'success',
    });
    expect(await bench.spendOf(id)).toBe(900_000n);
  });

  it.each(['api-key', 'x-api-key', 'x-litellm-api-key', 'x-portkey-api-key', 'x-bf-vk'])(
    'may be sent as %s, as a key may',
    async (header) => {
      const token = await tokenOf((await gateway.createKey()).key);
      const { status } = await fetch(`${gateway.url}/v1/models`, { headers: { [header]: token } });
      expect(status).toBe(200);
    },
  );

  it('sees and uses what both it and its key may', async () => {
    const { key, id } = await gateway.createKey({ models: ['whisper', 'gpt4o'] });
    const token = await tokenOf(key, { models: ['whisper'] });
    const names = async () => (await modelsOf(token)).body.data.map((it: { id: string }) => it.id);
    expect(await names()).toEqual(['whisper']);
    expect((await bench.transcribe(token)).status).toBe(200);
    for (const model of ['gpt4o', 'openai/gpt-4o-transcribe', 'sandbox']) {
      expect([model, (await bench.transcribe(token, { model })).status]).toEqual([model, 404]);
    }
    const fallback = await bench.transcribe(token, { model: 'whisper', fallbacks: 'gpt4o' });
    expect((await gateway.admin('GET', `logs/${fallback.id}`)).body.plan.candidates).toHaveLength(1);
    await gateway.admin('PATCH', `keys/${id}`, { models: ['gpt4o'] });
    expect(await names()).toEqual([]);
  });

  it('opens chats, also in writing, unless it is limited to seconds of audio', async () => {
    const { key } = await gateway.createKey();
    const chat = { model: 'sandbox-chat', messages: [{ role: 'user', content: 'Hello' }] };
    await gateway.createModel('sandbox-chat', '', {
      provider: 'sandbox',
      upstream_model: 'sandbox',
      api_base: null,
      api_key: null,
      mode: 'chat',
    });
    const limited = (await ask(key, { max_audio_seconds: 60 })).body.token;
    expect(await call('POST', '/v1/chat/completions', limited, chat)).toMatchObject({
      status: 403,
      body: { error: { code: 'client_token_not_allowed' } },
    });
    expect((await call('POST', '/v1/chat/completions', await tokenOf(key), chat)).status).toBe(200);
  });

  it('makes no tokens, tells nothing of its key and manages nothing', async () => {
    const token = await tokenOf((await gateway.createKey()).key);
    for (const [method, path] of [
      ['POST', '/v1/client_tokens'],
      ['DELETE', '/v1/client_tokens/019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a'],
      ['GET', '/key/info'],
      ['GET', '/model/info'],
      ['GET', '/health'],
    ] as const) {
      expect([path, await call(method, path, token)]).toMatchObject([
        path,
        { status: 403, body: { error: { code: 'client_token_not_allowed' } } },
      ]);
    }
    const form = new FormData();
    form.append('model', 'whisper');
    form.append('file', new File([Uint8Array.from(makeWav({ durationSeconds: 1, toneHz: 440 }))], 'speech.wav'));
    const { status, headers } = await fetch(`${gateway.url}/litellm/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
    expect([status, headers.has('x-litellm-response-cost'), headers.get('x-litellm-key-spend')]).toEqual([
      200,
      true,
      null,
    ]);
    for (const path of ['/admin/v1/keys', '/admin/v1/logs', '/key/list', '/spend/logs']) {
      expect([path, (await call('GET', path, token)).status]).toEqual([path, 401]);
    }
  });

  it('expires', async () => {
    const token = await tokenOf((await gateway.createKey()).key);
    await bench.database.query(`UPDATE client_token SET expires_at = now() - interval '1 second'`);
    await expectEnded(token, 'token_expired');
  });

  it.each([
    ['is blocked', (id: string) => gateway.admin('PATCH', `keys/${id}`, { blocked: true }), 'key_blocked'],
    [
      'expires',
      (id: string) => gateway.admin('PATCH', `keys/${id}`, { expires_at: '2020-01-01T00:00:00Z' }),
      'key_expired',
    ],
    ['is deleted', (id: string) => gateway.admin('DELETE', `keys/${id}`), 'invalid_api_key'],
    ['gets another secret', (id: string) => gateway.admin('POST', `keys/${id}/rotate`), 'invalid_api_key'],
  ])('ends at once when its key %s, and within ten seconds on another gateway', async (_, end, code) => {
    await using other = await secondGateway();
    const { key, id } = await gateway.createKey();
    const token = await tokenOf(key);
    for (const at of [gateway, other]) expect((await modelsOf(token, at)).status).toBe(200);
    await end(id);
    await expectEnded(token, code);
    clock.advance(10_001);
    await expectEnded(token, code, other);
  });

  it('does not come back with a secret that its key had before', async () => {
    const { id } = await gateway.createKey();
    const chosen = (key: string) =>
      call('POST', '/key/regenerate', MASTER_KEY, { key: id, new_key: key }).then(({ status }) => status);
    expect(await chosen('sk-chosen-by-somebody-1')).toBe(200);
    const token = await tokenOf('sk-chosen-by-somebody-1');
    expect(await chosen('sk-chosen-by-somebody-2')).toBe(200);
    await expectEnded(token, 'invalid_api_key');
    // Another key gets the secret that the first one had.
    const { key: other } = await gateway.createKey();
    expect(
      await call('POST', '/key/regenerate', MASTER_KEY, { key: other, new_key: 'sk-chosen-by-somebody-1' }),
    ).toMatchObject({ status: 200 });
    await expectEnded(token, 'invalid_api_key');
  });

  it('is known to another gateway on the same database, and to the next one', async () => {
    const token = await tokenOf((await gateway.createKey()).key);
    await using other = await secondGateway();
    expect((await modelsOf(token, other)).status).toBe(200);
  });

  it('can be revoked by its key, and by no other', async () => {
    const [own, foreign] = [await gateway.createKey(), await gateway.createKey()];
    const { body } = await ask(own.key);
    const revoke = (key: string) => call('DELETE', `/v1/client_tokens/${body.id}`, key);
    expect((await modelsOf(body.token)).status).toBe(200);
    expect(await revoke(foreign.key)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    expect((await modelsOf(body.token)).status).toBe(200);
    expect(await revoke(own.key)).toEqual({
      status: 200,
      body: { id: body.id, object: 'client_token', deleted: true },
    });
    await expectEnded(body.token, 'invalid_api_key');
    expect((await revoke(own.key)).status).toBe(404);
  });

  it('leaves nothing behind an hour after its end', async () => {
    const { key } = await gateway.createKey();
    await ask(key);
    await bench.database.query(`UPDATE client_token SET expires_at = now() - interval '61 minutes'`);
    await ask(key);
    const { rows } = await bench.database.query('SELECT count(*)::int AS count FROM client_token');
    expect(rows).toEqual([{ count: 1 }]);
  });

  it('is nothing that can be guessed from a key, a hash or a part of it', async () => {
    const { key } = await gateway.createKey();
    const token = await tokenOf(key);
    const hash = createHash('sha256').update(token).digest('hex');
    for (const wrong of [hash, `ct-aur-${hash}`, token.slice(0, -1), `${token}x`, 'ct-aur-', key.replace('sk', 'ct')]) {
      await expectEnded(wrong, 'invalid_api_key');
    }
  });
});

describe('the client tokens of a key', () => {
  const tokensOf = (key: string, query = '') => gateway.admin('GET', `keys/${key}/client_tokens${query}`);
  const idsOf = async (key: string) => (await tokensOf(key)).body.data.map(({ id }: { readonly id: string }) => id);

  it('are told to administrators page by page, newest first, without their secrets', async () => {
    const { key, id } = await gateway.createKey({ name: 'of-many-pages' });
    const first = (await ask(key, { max_audio_seconds: 60, models: ['whisper'] })).body;
    const second = (await ask(key)).body;
    await ask((await gateway.createKey()).key);
    await bench.transcribe(first.token);
    const page = await tokensOf('of-many-pages', '?limit=1');
    const { token: _, ...told } = second;
    expect(page).toMatchObject({ status: 200, body: { has_more: true, next_cursor: second.id } });
    expect(page.body.data).toEqual([{ ...told, used_audio_seconds: null }]);
    const rest = (await tokensOf(id, `?limit=1&cursor=${second.id}`)).body;
    expect([rest.has_more, rest.data]).toEqual([
      false,
      [expect.objectContaining({ id: first.id, models: ['whisper'], max_audio_seconds: 60 })],
    ]);
    expect(rest.data[0].used_audio_seconds).toBeGreaterThan(0);
    expect(JSON.stringify([page.body, rest])).not.toMatch(/ct-aur-|hash/);
  });

  it('are those that open something', async () => {
    const { key, id } = await gateway.createKey();
    const expired = (await ask(key)).body;
    await bench.database.query(`UPDATE client_token SET expires_at = now() - interval '1 second' WHERE id = $1`, [
      expired.id,
    ]);
    const before = (await ask(key)).body;
    expect(await idsOf(id)).toEqual([before.id]);
    const rotated = (await gateway.admin('POST', `keys/${id}/rotate`, { grace_seconds: 60 })).body;
    const since = (await ask(rotated.key)).body;
    expect(await idsOf(id)).toEqual([since.id, before.id]);
    await gateway.admin('POST', `keys/${id}/rotate`, { grace_seconds: 0 });
    expect(await idsOf(id)).toEqual([]);
  });

  it('can be revoked one by one and all together, also on another gateway', async () => {
    await using other = await secondGateway();
    const { key, id } = await gateway.createKey();
    const [first, second, third] = [(await ask(key)).body, (await ask(key)).body, (await ask(key)).body];
    const foreign = (await ask((await gateway.createKey()).key)).body;
    for (const { token } of [first, second, third]) expect((await modelsOf(token, other)).status).toBe(200);
    expect(await gateway.admin('DELETE', `keys/${id}/client_tokens/${foreign.id}`)).toMatchObject({
      status: 404,
      body: { error: { param: 'id', code: 'not_found' } },
    });
    expect(await gateway.admin('DELETE', `keys/${id}/client_tokens/${second.id}`)).toMatchObject({
      status: 200,
      body: { id: second.id, object: 'client_token', deleted: true },
    });
    await expectEnded(second.token, 'invalid_api_key');
    expect(await idsOf(id)).toEqual([third.id, first.id]);
    const all = () => gateway.admin('DELETE', `keys/${id}/client_tokens`);
    expect(await all()).toMatchObject({ status: 200, body: { object: 'client_tokens', deleted: 2 } });
    for (const { token } of [first, third]) await expectEnded(token, 'invalid_api_key');
    clock.advance(10_001);
    for (const { token } of [first, second, third]) await expectEnded(token, 'invalid_api_key', other);
    expect((await all()).body.deleted).toBe(0);
    expect((await modelsOf(foreign.token)).status).toBe(200);
    const { body } = await gateway.admin('GET', `audit?subject=${id}&kind=client_token`);
    expect(body.data).toMatchObject([
      { action: 'delete', owner_kind: 'key', owner_id: id, subject_id: null, after: { deleted: 2 } },
      { action: 'delete', owner_kind: 'key', owner_id: id, subject_id: second.id },
    ]);
  });

  it('of other teams are not there for a team admin', async () => {
    await gateway.admin('POST', 'teams', { name: 'tokens-newsroom' });
    const admin = (
      await gateway.admin('POST', 'admin_keys', { name: 'tokens-lead', role: 'team_admin', teams: ['tokens-newsroom'] })
    ).body;
    const [own, other] = [await gateway.createKey({ team: 'tokens-newsroom' }), await gateway.createKey()];
    const { id } = (await ask(other.key)).body;
    const statusOf = async (method: string, path: string) =>
      (await call(method, `/admin/v1/keys/${path}`, admin.key)).status;
    expect(await statusOf('GET', `${own.id}/client_tokens`)).toBe(200);
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['DELETE', `/${id}`],
    ] as const) {
      expect(await statusOf(method, `${other.id}/client_tokens${path}`)).toBe(404);
    }
    expect(await idsOf(other.id)).toEqual([id]);
  });
});

/** Another gateway on the same database, whose time is the same. */
async function secondGateway(): Promise<TestGateway & AsyncDisposable> {
  const other = await startTestGateway({ DATABASE_URL: gateway.databaseUrl }, [{ provide: CLOCK, useValue: clock }]);
  return { ...other, [Symbol.asyncDispose]: () => other.close() };
}
