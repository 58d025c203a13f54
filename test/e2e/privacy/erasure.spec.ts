import { until } from '../../support/upload-server.js';
import { type Asked, CacheBench, type Seen } from '../cache/cache-bench.js';

let bench: CacheBench;
beforeAll(async () => {
  bench = await CacheBench.start();
});
afterAll(() => bench.close());
beforeEach(() => bench.renew());

const erase = (user: string) => bench.gateway.admin('POST', 'logs/erase', { user });

/** A request that is answered, with its log as it is then. */
async function said(asked: Asked = {}): Promise<Seen> {
  const seen = await bench.ask(asked);
  expect(seen.status).toBe(200);
  expect((await bench.row(seen)).transcript).toEqual(expect.any(String));
  return seen;
}

/** The status of a call by an admin key with that role. */
async function statusBy(fields: object, method: string, path: string, body?: object): Promise<number> {
  const name = `admin-${Math.random()}`;
  const { body: made } = await bench.gateway.admin('POST', 'admin_keys', { name, ...fields });
  const answer = await fetch(`${bench.gateway.url}/admin/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${made.key}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  return answer.status;
}

describe('without transcripts', () => {
  it.each([
    ['its key', { privacy: { keep_transcripts: false } }, {}],
    ['its client', {}, { 'x-litellm-enable-message-redaction': 'true' }],
  ])('a log of %s has none, and neither has the cache', async (_, fields, headers) => {
    await bench.renew(fields);
    const first = await bench.ask({ headers });
    const again = await bench.ask({ headers });
    expect([first.status, first.cache, again.cache]).toEqual([200, null, null]);
    expect(bench.calls).toBe(2);
    expect(await bench.row(first)).toMatchObject({ transcript: null, status: 'success', cost_usd: expect.any(Number) });
  });

  it('an answer of before is not given again', async () => {
    await said();
    expect((await bench.ask()).cache).toBe('hit');
    await bench.gateway.admin('PATCH', `keys/${bench.key.id}`, { privacy: { keep_transcripts: false } });
    expect((await bench.ask()).cache).toBeNull();
  });

  it('cached answers live no longer than transcripts', async () => {
    await bench.renew({ privacy: { transcript_retention_days: 1 } });
    const { id } = await bench.ask({ headers: { 'x-auricle-cache': 'ttl=604800' } });
    await bench.stored();
    const { rows } = await bench.database.query(
      `SELECT expires_at <= now() + interval '1 day' AS "isSoon" FROM cached_answer WHERE request_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ isSoon: true }]);
  });
});

describe('a transcript', () => {
  it('is deleted with the cached copies of the answer, and the log stays', async () => {
    const first = await said();
    const again = await bench.ask();
    expect(again.cache).toBe('hit');
    const path = `logs/${again.id}/transcript`;
    const deleted = await bench.gateway.admin('DELETE', path);
    expect([deleted.status, deleted.body]).toEqual([200, { id: again.id, object: 'transcript', deleted: true }]);
    expect(await bench.row(again)).toMatchObject({ transcript: null, status: 'success' });
    expect((await bench.row(first)).transcript).toEqual(expect.any(String));
    expect((await bench.ask()).cache).toBe('miss');
    // There is nothing more to delete.
    expect((await bench.gateway.admin('DELETE', path)).status).toBe(200);
  });

  it.each([
    ['019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a', 404],
    ['nothing', 400],
  ])('of %s is not there', async (id, status) => {
    expect((await bench.gateway.admin('DELETE', `logs/${id}/transcript`)).status).toBe(status);
  });

  it('is deleted by administrators of its team, and of no other', async () => {
    const suffix = Math.random().toString(36).slice(2);
    for (const name of ['ours', 'theirs']) await bench.gateway.admin('POST', 'teams', { name: name + suffix });
    await bench.renew({ team: `ours${suffix}` });
    const { id } = await said();
    const by = (team: string) =>
      statusBy({ role: 'team_admin', teams: [team + suffix] }, 'DELETE', `logs/${id}/transcript`);
    expect(await by('theirs')).toBe(404);
    expect((await bench.row({ id })).transcript).toEqual(expect.any(String));
    expect(await by('ours')).toBe(200);
    expect((await bench.row({ id })).transcript).toBeNull();
    expect(await statusBy({ role: 'viewer' }, 'DELETE', `logs/${id}/transcript`)).toBe(403);
    for (const role of ['viewer', 'team_admin']) {
      const teams = role === 'team_admin' ? [`ours${suffix}`] : [];
      expect(await statusBy({ role, teams }, 'POST', 'logs/erase', { user: 'x' })).toBe(403);
    }
  });
});

describe('what is told of a user', () => {
  const facts = {
    'x-auricle-user': 'alice@example.org',
    'x-auricle-tags': 'of-alice',
    'x-auricle-metadata': '{"room": "of alice"}',
    'x-auricle-trace-id': 'trace-of-alice',
    'user-agent': 'alice/1.0',
  };

  it('is erased of requests for it, whoever has asked, and what it has cost stays', async () => {
    const mine = await said({ headers: facts });
    const others = await said({ fields: { language: 'en' }, headers: { 'x-auricle-user': 'bob' } });
    await fetch(`${bench.gateway.url}/v1/feedback`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bench.key.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ trace_id: 'trace-of-alice', value: 5, metadata: { _user: 'alice' } }),
    });
    const before = await bench.row(mine);
    const spend = (await bench.gateway.admin('GET', `keys/${bench.key.id}`)).body.spend_usd;
    const answer = await erase(' alice@example.org ');
    expect([answer.status, answer.body]).toEqual([
      200,
      { object: 'erasure', user: 'alice@example.org', key_ids: [], requests: 1, is_complete: true },
    ]);
    const after = await bench.row(mine);
    expect(JSON.stringify(after)).not.toMatch(/alice/);
    expect(after).toMatchObject({
      transcript: null,
      client_ip: null,
      cost_usd: before.cost_usd,
      latency_ms: before.latency_ms,
      model: before.model,
      key_id: bench.key.id,
      feedback: { score: 5, newest: [{ metadata: null }] },
    });
    expect((await bench.gateway.admin('GET', `keys/${bench.key.id}`)).body.spend_usd).toBe(spend);
    expect((await bench.row(others)).transcript).toEqual(expect.any(String));
    expect((await bench.ask({ headers: facts })).cache).toBe('miss');
    expect((await erase('alice@example.org')).body).toMatchObject({ requests: 1 });
    expect((await erase('alice@example.org')).body).toMatchObject({ requests: 0, is_complete: true });
  });

  it('is erased of all requests of its keys', async () => {
    await bench.renew({ user: 'carol' });
    const seen = await said({ headers: { 'x-auricle-user': 'somebody' } });
    expect((await erase('carol')).body).toMatchObject({ key_ids: [bench.key.id], requests: 1 });
    expect(await bench.row(seen)).toMatchObject({ transcript: null, end_user: null, key_id: bench.key.id });
  });

  it.each([[{}], [{ user: '' }], [{ user: 'x'.repeat(257) }], [{ user: 'x', keys: true }], [{ user: 'a\0b' }]])(
    'is not guessed: %j',
    async (body) => {
      expect((await bench.gateway.admin('POST', 'logs/erase', body)).status).toBe(400);
    },
  );
});

describe('an answer that is on its way into the cache', () => {
  /** Nothing gets into the cache while this lock is held. It waits before it locks its key, which logs need. */
  const LOCK = 4711;
  beforeAll(async () => {
    await bench.database.query(`
      CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM pg_advisory_xact_lock(${LOCK});
        RETURN NULL;
      END $$;
      CREATE TRIGGER waits BEFORE INSERT ON cached_answer FOR EACH STATEMENT EXECUTE FUNCTION wait_for_test()`);
  });
  afterAll(async () => {
    await bench.database.query('DROP TRIGGER waits ON cached_answer');
  });

  /** What the cache has in the end of an answer that is held up on its way into it while this is done. */
  async function keptAfter(meanwhile: (seen: Seen) => Promise<void>, asked: Asked = {}): Promise<number> {
    await bench.gateway.admin('DELETE', 'cache');
    await bench.database.query(`SELECT pg_advisory_lock(${LOCK})`);
    try {
      const seen = await said(asked);
      await until(async () => {
        const { rows } = await bench.database.query(
          `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCK} AND NOT granted`,
        );
        return rows.length > 0;
      });
      await meanwhile(seen);
    } finally {
      await bench.database.query(`SELECT pg_advisory_unlock(${LOCK})`);
    }
    return await bench.stored();
  }

  it('stays when nothing of it is erased', async () => {
    const other = await said({ fields: { language: 'en' } });
    const meanwhile = async (): Promise<void> => {
      await bench.gateway.admin('DELETE', `logs/${other.id}/transcript`);
      await erase('somebody else');
    };
    expect(await keptAfter(meanwhile, { headers: { 'x-auricle-user': 'dora' } })).toBe(1);
  });

  it('is not kept when its transcript is deleted meanwhile', async () => {
    const meanwhile = async ({ id }: Seen): Promise<void> => {
      expect((await bench.gateway.admin('DELETE', `logs/${id}/transcript`)).status).toBe(200);
    };
    expect(await keptAfter(meanwhile)).toBe(0);
  });

  it('is not kept when what is told of its user is erased meanwhile, named by the request or by its key', async () => {
    const meanwhile = async (): Promise<void> => {
      expect((await erase('erin')).body).toMatchObject({ is_complete: true });
    };
    expect(await keptAfter(meanwhile, { headers: { 'x-auricle-user': 'erin' } })).toBe(0);
    await bench.renew({ user: 'erin' });
    expect(await keptAfter(meanwhile)).toBe(0);
    // What is asked after that is another matter.
    expect(await keptAfter(async () => undefined, { headers: { 'x-auricle-user': 'erin' } })).toBe(1);
  });
});

describe('a privacy that is not understood', () => {
  const future = `'{"zero_retention": true, "of_the_future": 1}'::jsonb`;

  it('blocks its key, its team’s keys, and everybody', async () => {
    const { gateway, database } = bench;
    await database.query(`UPDATE virtual_key SET privacy = ${future} WHERE id = $1`, [bench.key.id]);
    await until(async () => (await bench.ask()).status === 401);
    await gateway.admin('PATCH', `keys/${bench.key.id}`, { privacy: null });
    expect((await bench.ask()).status).toBe(200);
    await gateway.admin('PATCH', 'gateway', { privacy: null });
    await database.query(`UPDATE gateway_setting SET privacy = ${future}`);
    await until(async () => (await bench.ask()).text.includes('privacy_not_understood'));
    await gateway.admin('PATCH', 'gateway', { privacy: null });
    expect((await bench.ask()).status).toBe(200);
  });

  it.each([
    [{ zero_retention: 'yes' }, 'privacy.zero_retention'],
    [{ log_retention_days: 0 }, 'privacy.log_retention_days'],
    [{ transcript_retention_days: 1.5 }, 'privacy.transcript_retention_days'],
    [{ keep_everything: true }, 'privacy.keep_everything'],
  ])('is refused: %j', async (privacy, param) => {
    for (const path of [`keys/${bench.key.id}`, 'gateway']) {
      const { status, body } = await bench.gateway.admin('PATCH', path, { privacy });
      expect([status, body.error.param]).toEqual([400, param]);
    }
  });
});
