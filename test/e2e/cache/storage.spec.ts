import { CLOCK } from '../../../src/http/clock.js';
import { createTestDatabase } from '../../support/database.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { ManualClock } from '../../support/manual-clock.js';
import type { ScriptedAnswer } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { CacheBench, held } from './cache-bench.js';

/** An answer of one word, so often that it has this many bytes. */
function long(bytes: number): ScriptedAnswer {
  return {
    run: (response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ text: 'word '.repeat(bytes / 5) }));
    },
  };
}

describe('what is kept', () => {
  let bench: CacheBench;
  beforeAll(async () => {
    // A tenth of it is what one answer may take: its text, and its body in base64.
    bench = await CacheBench.start({ CACHE_MAX_MB: '1' });
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.gateway.admin('DELETE', 'cache');
    await bench.renew();
  });

  it('is given until it expires', async () => {
    await bench.ask();
    await bench.stored();
    await bench.database.query(`UPDATE cached_answer SET expires_at = now() + interval '1 minute'`);
    expect(await bench.caches({})).toEqual(['hit']);
    await bench.database.query('UPDATE cached_answer SET expires_at = now()');
    expect(await bench.caches({}, {})).toEqual(['miss', 'hit']);
  });

  it.each(['not json', '{}', '{"result": {"text": 7}}', ''])(
    'is a miss, and replaced, where it is damaged: %s',
    async (bytes) => {
      await bench.ask();
      await bench.stored();
      await bench.database.query('UPDATE cached_answer SET answer = $1', [Buffer.from(bytes)]);
      expect(await bench.caches({}, {})).toEqual(['miss', 'hit']);
    },
  );

  it('is no answer that is too large alone', async () => {
    bench.simulator.respondWith(long(100_000));
    expect(await bench.caches({}, {})).toEqual(['miss', 'miss']);
    expect(await bench.stored()).toBe(1);
  });

  it('is never more than the largest size for long, and what was not used for longest goes', async () => {
    const askLong = async (names: string): Promise<void> => {
      for (let index = 0; index < 15; index += 1) {
        bench.simulator.respondWith(long(20_000));
        await bench.ask({ fields: { prompt: `${names} ${index}` } });
      }
    };
    await bench.caches({ fields: { prompt: 'used' } }, { fields: { prompt: 'unused' } });
    await askLong('early');
    await bench.stored();
    await bench.database.query(`UPDATE cached_answer SET used_at = used_at - interval '1 hour'`);
    expect(await bench.caches({ fields: { prompt: 'used' } })).toEqual(['hit']);
    await askLong('late');
    await until(async () => (await bench.gateway.admin('GET', 'cache')).body.bytes <= 1_048_576);
    expect(await bench.stored()).toBeGreaterThan(15);
    const fields = { cache: '{"no-store": true}' };
    expect(
      await bench.caches(
        { fields: { ...fields, prompt: 'used' } },
        { fields: { ...fields, prompt: 'unused' } },
        { fields: { ...fields, prompt: 'late 0' } },
      ),
    ).toEqual(['hit', 'miss', 'hit']);
  });
});

describe('erasing', () => {
  let bench: CacheBench;
  beforeAll(async () => {
    bench = await CacheBench.start();
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    await bench.gateway.admin('DELETE', 'cache');
    await bench.renew();
  });

  const erase = async (query: string) => (await bench.gateway.admin('DELETE', `cache?${query}`)).body;

  it('is of all, of a key, of a model, or of a request', async () => {
    const other = (await bench.gateway.createKey()).key;
    await bench.caches({}, { fields: { model: 'gpt4o' } }, { key: other });
    expect(await erase(`key_id=${bench.key.id}&model=gpt4o`)).toEqual({ object: 'cache', deleted: 1 });
    expect(await bench.caches({}, { key: other })).toEqual(['hit', 'hit']);
    expect(await erase(`key_id=${bench.key.id}`)).toEqual({ object: 'cache', deleted: 1 });
    expect(await bench.caches({ key: other })).toEqual(['hit']);
    expect(await erase('model=whisper')).toEqual({ object: 'cache', deleted: 1 });
    const first = await bench.ask();
    await bench.ask({ fields: { prompt: 'else' } });
    expect(await erase(`request_id=${first.id}`)).toEqual({ object: 'cache', deleted: 1 });
    expect(await bench.caches({}, { fields: { prompt: 'else' } })).toEqual(['miss', 'hit']);
    const again = await bench.ask();
    expect(await erase(`request_id=${again.id}`)).toEqual({ object: 'cache', deleted: 1 });
    expect(await erase('')).toEqual({ object: 'cache', deleted: 1 });
    expect(await erase('')).toEqual({ object: 'cache', deleted: 0 });
  });

  it.each(['key_id=1', 'request_id=x', 'model=', 'keys=all'])('refuses what it does not know: %s', async (query) => {
    await bench.ask();
    expect((await bench.gateway.admin('DELETE', `cache?${query}`)).status).toBe(400);
    expect(await bench.stored()).toBe(1);
  });

  it('is not for callers', async () => {
    const response = await fetch(`${bench.gateway.url}/admin/v1/cache`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${bench.key.key}` },
    });
    expect(response.status).toBe(401);
  });

  it.each([
    ['transcript', 'request_id', 0],
    ['transcript', 'request_id', 1],
    ['request_log', 'id', 0],
    ['request_log', 'id', 1],
  ])('is part of erasing a %s by %s, of the first request or of a hit (%i)', async (table, column, which) => {
    const asked = [await bench.ask(), await bench.ask()];
    await bench.ask({ fields: { prompt: 'else' } });
    await bench.gateway.logs();
    expect(await bench.stored()).toBe(2);
    await bench.database.query(`DELETE FROM ${table} WHERE ${column} = $1`, [asked[which]?.id]);
    expect(await bench.stored()).toBe(1);
    expect(await bench.caches({}, { fields: { prompt: 'else' } })).toEqual(['miss', 'hit']);
  });
});

describe('where no transcripts are kept', () => {
  it.each([
    ['nothing is cached', { STORE_TRANSCRIPTS: 'false' }, [null, null]],
    [
      'answers are cached where that is said',
      { STORE_TRANSCRIPTS: 'false', CACHE_TRANSCRIPTS: 'true' },
      ['miss', 'hit'],
    ],
    ['or not cached where it is said', { STORE_TRANSCRIPTS: 'true', CACHE_TRANSCRIPTS: 'false' }, [null, null]],
  ])('%s', async (_, environment, caches) => {
    const bench = await CacheBench.start(environment);
    expect(await bench.caches({}, {})).toEqual(caches);
    const isOn = caches[0] !== null;
    expect(await bench.stored()).toBe(isOn ? 1 : 0);
    const wishing = await bench.ask({ headers: { 'x-auricle-cache': 'ttl=600' } });
    expect(wishing.headers.get('x-auricle-warning')).toBe(
      isOn ? null : 'cache was not applied: no transcripts are kept here',
    );
    // The answer goes with the log, where there is no transcript.
    await bench.gateway.logs();
    await bench.database.query('DELETE FROM request_log');
    expect(await bench.stored()).toBe(0);
    await bench.close();
  });
});

it('serves every request while the database is frozen: equal ones at once by one call, and no second one waits', async () => {
  const database = await createTestDatabase();
  const proxy = await DatabaseProxy.start(database.url);
  const clock = new ManualClock();
  const bench = await CacheBench.start(
    { DATABASE_URL: proxy.url, DATABASE_TIMEOUT_SECONDS: '2', REQUEST_TIMEOUT_SECONDS: '62' },
    [{ provide: CLOCK, useValue: clock }],
  );
  await bench.gateway.heard();
  expect(await bench.caches({}, {})).toEqual(['miss', 'hit']);
  // Until an answer is stored, whoever asks is told it by this process.
  expect(await bench.stored()).toBe(1);
  proxy.freeze();
  const first = held(long(10));
  bench.simulator.respondWith(first.scripted);
  const arrived = bench.simulator.nextRequest();
  const asking = bench.ask();
  await arrived;
  const others = Array.from({ length: 20 }, () => bench.ask());
  // Each of them waits for the first, but no longer than half of its time.
  await until(() => clock.pendingIn(31_000) === others.length);
  first.release();
  const seen = [await asking, ...(await Promise.all(others))];
  expect(seen.map(({ status }) => status)).toEqual(seen.map(() => 200));
  expect(seen.filter(({ cache }) => cache === 'miss')).toHaveLength(1);
  expect(bench.calls).toBe(2);
  expect(await bench.caches({ fields: { prompt: 'else' } })).toEqual(['miss']);
  proxy.thaw();
  clock.advance(60_000);
  // A claim that was on its way when the database froze arrives now, and whoever meets it asks again every 250 ms.
  await until(async () => {
    const again = bench.ask();
    const pause = setInterval(() => clock.advance(250), 50);
    return (await again.finally(() => clearInterval(pause))).cache === 'hit';
  });
  await bench.close();
  await proxy.close();
  await database.drop();
});
