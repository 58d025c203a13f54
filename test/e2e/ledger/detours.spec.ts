import { errorAnswer, hang, type ScriptedAnswer } from '../../support/simulator-answers.js';
import { storedLog } from '../../support/stored-log.js';
import { asked, ChatBench, heard } from '../chat/chat-bench.js';
import { RoutingBench } from '../routing/routing-bench.js';
import { TranslationBench } from '../translations/translation-bench.js';

const failed = (): ScriptedAnswer => errorAnswer(500, { message: 'no' });
const nothing = { retries: 0, fallbacks: 0, rescued: false, translated: false };

/** What the row says that a request took beside one attempt, and whether its model is one of ours. */
async function detoursOf(databaseUrl: string, response: Pick<Response, 'headers'>) {
  const row = await storedLog(databaseUrl, response.headers.get('x-request-id') ?? '');
  const { retries, fallbacks, rescued, translated, model_known } = row;
  return { retries, fallbacks, rescued, translated, model_known };
}

describe('what a request took beside one attempt', () => {
  let bench: RoutingBench;
  beforeAll(async () => {
    bench = await RoutingBench.start({ MAX_RETRIES: '1' });
  });
  afterAll(async () => bench.close());
  afterEach(async () => {
    await bench.expectAftermath();
    await bench.clear();
  });
  const took = async (...told: Parameters<RoutingBench['send']>) => {
    const { response } = await bench.send(...told);
    return { status: response.status, ...(await detoursOf(bench.gateway.databaseUrl, response)) };
  };

  it('is nothing where the first answers', async () => {
    await bench.createModel('main', { a: {} }, { fallbacks: ['spare'] });
    await bench.createModel('spare', { b: {} });
    expect(await took()).toEqual({ status: 200, model_known: true, ...nothing });
  });

  it('is a retry, by which it was rescued', async () => {
    await bench.createModel('main', { a: {} });
    await bench.script({ a: [failed()] });
    expect(await took()).toMatchObject({ ...nothing, retries: 1, rescued: true });
  });

  it('is another deployment, which is neither a retry nor a fallback', async () => {
    await bench.createModel('main', { a: {}, b: {} }, { max_retries: 0 });
    await bench.script({ a: [failed()] });
    expect(await took()).toMatchObject({ ...nothing, rescued: true });
  });

  it('is a retry and two fallbacks', async () => {
    await bench.createModel('main', { a: {} });
    await bench.createModel('second', { b: {} }, { max_retries: 0 });
    await bench.createModel('third', { c: {} });
    await bench.script({ a: [failed(), failed()], b: [failed(), failed()] });
    const expected = { ...nothing, retries: 1, fallbacks: 2, rescued: true };
    expect(await took({ fallbacks: ['second', 'third'] })).toMatchObject(expected);
  });

  it('is in vain where nobody answers', async () => {
    await bench.createModel('main', { a: {} });
    await bench.script({ a: [failed(), failed()] });
    expect(await took()).toEqual({ status: 502, model_known: true, ...nothing, retries: 1 });
  });

  it('is a hedge, which has rescued nothing', async () => {
    await bench.createModel('main', { a: {}, b: {} }, { hedging: true });
    for (let count = 0; count < 20; count += 1) await bench.send();
    await bench.script({ a: [hang()] });
    const arrival = (await bench.simulator('a')).nextRequest();
    bench.sleep = async () => void (await arrival);
    const { response, row, tried } = await bench.send();
    expect(tried.split(' ').toSorted()).toEqual(['a:aborted', 'b:success']);
    const hedged = row.attempts.map((it: { outcome: string; hedge: boolean }) => [it.outcome, it.hedge]);
    expect(new Map(hedged)).toEqual(
      new Map([
        ['aborted', false],
        ['success', true],
      ]),
    );
    expect(await detoursOf(bench.gateway.databaseUrl, response)).toMatchObject(nothing);
  });

  it('is nothing where an answer lacks something and nobody has a better one', async () => {
    await bench.createModel('main', { a: {} }, { max_retries: 0 });
    await bench.script({
      a: [
        { run: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"text":"a"}') },
      ],
    });
    expect(await took({ response_format: 'srt' })).toMatchObject({ status: 200, ...nothing });
  });

  it('is nothing where the answer comes from the cache', async () => {
    await bench.createModel('main', { a: {} });
    const wish = { headers: { 'x-auricle-cache': 'ttl=600' } };
    await bench.send({}, wish);
    expect((await bench.send({}, wish)).row).toMatchObject({ cache: 'hit', attempts: [] });
    expect(await took({}, wish)).toEqual({ status: 200, model_known: true, ...nothing });
  });

  describe('by targets of the client', () => {
    const config = (...models: string[]) => ({
      headers: {
        'x-portkey-config': JSON.stringify({
          strategy: { mode: 'fallback' },
          targets: models.map((model) => ({ override_params: { model }, retry: { attempts: 1 } })),
        }),
      },
    });

    it('is counted over all targets', async () => {
      await bench.createModel('main', { a: {} });
      await bench.createModel('second', { b: {} });
      await bench.script({ a: [failed(), failed()], b: [failed()] });
      const expected = { ...nothing, retries: 2, fallbacks: 1, rescued: true, model_known: true };
      expect(await took({}, config('main', 'second'))).toMatchObject(expected);
    });

    it('is no retry where two targets are the same', async () => {
      await bench.createModel('main', { a: {} }, { max_retries: 0 });
      await bench.script({ a: [failed()] });
      const targets = [{ override_params: { model: 'main' } }, { override_params: { model: 'main' } }];
      const headers = { 'x-portkey-config': JSON.stringify({ strategy: { mode: 'fallback' }, targets }) };
      expect(await took({}, { headers })).toMatchObject({ ...nothing, rescued: true });
    });
  });

  describe('knows of the model', () => {
    beforeEach(async () => {
      await bench.createModel('main', { a: {} });
    });
    const knows = async (...told: Parameters<RoutingBench['send']>) => {
      const { status, model_known } = await took(...told);
      return [status, model_known];
    };
    const single = { headers: { 'x-portkey-config': JSON.stringify({ override_params: { model: 'main' } }) } };

    it('that it is there, although the request is refused after that', async () => {
      expect(await knows({ response_format: 'diarized_json' })).toEqual([400, true]);
    });
    it('nothing before the body has been understood', async () =>
      expect(await knows({ temperature: 'x' })).toEqual([400, false]));
    it('that it is invented', async () => expect(await knows({ model: 'invented' })).toEqual([404, false]));
    it('that it is for others', async () => {
      await bench.createModel('other', { b: {} });
      const key = await bench.createKey({ models: ['other'] });
      expect(await knows({}, { key })).toEqual([404, false]);
    });
    it('that it is there, although targets have models of their own', async () =>
      expect(await knows({}, single)).toEqual([200, true]));
    it('that it is invented, although targets have models of their own', async () => {
      expect(await knows({ model: 'invented' }, single)).toEqual([200, false]);
    });
  });
});

describe('a translation in two steps', () => {
  let bench: TranslationBench;
  beforeAll(async () => {
    bench = await TranslationBench.start({ MAX_RETRIES: '1', BACKOFF_BASE_MS: '1' });
  });
  afterAll(async () => bench.close());
  const took = async (fields: Record<string, string>) => {
    const response = await bench.translate(fields);
    const row = await bench.row(response);
    return {
      status: response.status,
      ...(await detoursOf(bench.gateway.databaseUrl, response)),
      attempts: row['attempts'],
    };
  };

  it('is one', async () => {
    expect(await took({ model: 'plain' })).toMatchObject({
      status: 200,
      ...nothing,
      translated: true,
      model_known: true,
    });
    expect(await took({ model: 'native' })).toMatchObject({ status: 200, ...nothing });
  });

  it('counts retries of both steps', async () => {
    bench.openai.respondWith(failed());
    bench.chat.respondWith(failed());
    const row = await took({ model: 'plain' });
    expect(row).toMatchObject({ status: 200, retries: 2, fallbacks: 0, rescued: true, translated: true });
    expect(row.attempts).toMatchObject([
      { outcome: 'unavailable', provider: 'openai' },
      { outcome: 'success', provider: 'openai' },
      { outcome: 'unavailable', provider: 'chat-translation', first_byte_ms: expect.any(Number) },
      { outcome: 'success', provider: 'chat-translation', started_ms: expect.any(Number) },
    ]);
  });

  it('counts a fallback that only transcribes as one fallback', async () => {
    bench.openai.respondWith(failed(), failed());
    const row = await took({ model: 'native', fallbacks: 'timed' });
    expect(row).toMatchObject({ status: 200, retries: 1, fallbacks: 1, rescued: true, translated: true });
  });
});

describe('a chat whose recordings are written down first', () => {
  let bench: ChatBench;
  beforeAll(async () => {
    bench = await ChatBench.start({ CHAT_MODEL: 'gpt-4o-mini', MAX_RETRIES: '1', BACKOFF_BASE_MS: '1' });
  });
  afterAll(async () => bench.close());

  it('has no fallback for it, and its retries are those of both steps', async () => {
    const ask = async (messages: readonly object[]) => {
      const response = await fetch(`${bench.gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bench.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'whisper', messages }),
      });
      await bench.gateway.row(response);
      return { status: response.status, ...(await detoursOf(bench.gateway.databaseUrl, response)) };
    };
    expect(await ask([heard(), asked])).toEqual({ status: 200, model_known: true, ...nothing });
    bench.whisper.respondWith(failed());
    bench.openai.respondWith(failed());
    expect(await ask([heard(), asked])).toEqual({
      status: 200,
      model_known: true,
      ...nothing,
      retries: 2,
      rescued: true,
    });
  });
});
