import { asked, ChatBench, heard } from './chat-bench.js';

let bench: ChatBench;
beforeAll(async () => {
  bench = await ChatBench.start();
});
afterAll(() => bench.close());

/** Parts in which there may be sound that the gateway does not look into. */
const PARTS = [
  { type: 'video_url', video_url: { url: 'https://a.example/b.mp4' } },
  { type: 'file', file: { filename: 'a.mp3', file_data: 'data:audio/mpeg;base64,AAAA' } },
  { type: 'file', file: { file_id: 'file-1' } },
];

const question = (part: object) => ({ role: 'user', content: [{ type: 'text', text: 'What is said?' }, part] });

async function ask(key: string, messages: readonly object[]): Promise<{ status: number; body: unknown }> {
  const answer = await bench.post({ model: 'own', messages }, { headers: { authorization: `Bearer ${key}` } });
  return { status: answer.status, body: await answer.json() };
}

const refused = (param: string | null) => ({
  status: 403,
  body: { error: { param, code: 'unknown_audio_length' } },
});

describe.each(PARTS)('a $type of a chat', (part) => {
  it.each([{ audio_seconds_per_day: 100 }, { max_audio_seconds: 100 }])(
    'is as a recording of unknown length where %j limits a key, beside recordings too',
    async (limits) => {
      const { key } = await bench.gateway.createKey({ limits });
      const calls = bench.plain.requests.length;
      expect(await ask(key, [question(part)])).toMatchObject(refused('messages[0].content[1]'));
      expect(await ask(key, [heard(), question(part)])).toMatchObject(refused('messages[1].content[1]'));
      expect(bench.plain.requests).toHaveLength(calls);
      expect((await ask(key, [asked])).status).toBe(200);
    },
  );

  it('is so where a budget limits the audio', async () => {
    const { key } = await bench.gateway.createKey({ budgets: [{ limit_audio_seconds: 100, period: 'day' }] });
    expect(await ask(key, [question(part)])).toMatchObject(refused(null));
    expect((await ask(key, [asked])).status).toBe(200);
  });

  it('passes as it is where nothing limits audio', async () => {
    const { key } = await bench.gateway.createKey({ limits: { requests_per_minute: 100 } });
    expect((await ask(key, [question(part)])).status).toBe(200);
    expect(bench.plain.lastBody).toMatchObject({ messages: [{ content: [{ type: 'text' }, part] }] });
  });
});

it('is let in while anything is left, where the operator says so', async () => {
  const lenient = await ChatBench.start({ BUDGET_UNKNOWN_COST: 'allow' });
  try {
    const { key } = await lenient.gateway.createKey({ limits: { audio_seconds_per_day: 2 } });
    const post = (messages: readonly object[]) =>
      lenient.post({ model: 'own', messages }, { headers: { authorization: `Bearer ${key}` } });
    const [part] = PARTS;
    if (!part) throw new Error('there are none');
    expect((await post([question(part)])).status).toBe(200);
    // A little was taken, which is all that is known.
    expect((await post([heard()])).status).toBe(429);
  } finally {
    await lenient.close();
  }
});
