import { MASTER_KEY } from '../../support/gateway.js';
import { answer, eventStream } from '../../support/simulator-answers.js';
import { asked, ChatBench, heard } from '../chat/chat-bench.js';
import { type Asked, CacheBench } from '../cache/cache-bench.js';

const CARD = '4111 1111 1111 1111';
const TEXT = `My card is ${CARD}, and I am ada@example.org. Thank you.`;
const MASKED = 'My card is [PAYMENT_CARD], and I am [EMAIL]. Thank you.';
const REDACTION = { kinds: ['payment_card', 'email'], patterns: [], in: 'answer' };
const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

const words = TEXT.split(' ').map((word, index) => ({ word, start: index, end: index + 1 }));
const segment = (text: string, start: number, end: number) => ({
  id: start,
  seek: 0,
  start,
  end,
  text,
  tokens: [4111, 1111],
  temperature: 0,
  avg_logprob: -0.1,
  compression_ratio: 1,
  no_speech_prob: 0,
});
const verbose = {
  task: 'transcribe',
  language: 'english',
  duration: 14,
  text: TEXT,
  words,
  segments: [segment('My card is 4111 1111', 0, 5), segment(' 1111 1111, and I am ada@example.org. Thank you.', 5, 14)],
  x_unmasked: TEXT,
};
const subtitles = `00:00:00,000 --> 00:00:05,000\nMy card is 4111 1111\n\n2\n00:00:05,000 --> 00:00:14,000\n1111 1111, and I am ada@example.org. Thank you.\n\n`;
const diarized = {
  task: 'transcribe',
  duration: 14,
  text: TEXT,
  segments: [
    { type: 'transcript.text.segment', id: 'seg_1', start: 0, end: 5, text: 'My card is 4111 1111', speaker: 'A' },
    {
      type: 'transcript.text.segment',
      id: 'seg_2',
      start: 5,
      end: 14,
      text: '1111 1111, and I am ada@example.org. Thank you.',
      speaker: 'B',
    },
  ],
};
const usage = { type: 'tokens', input_tokens: 1, output_tokens: 1, total_tokens: 2 };
const done = { type: 'transcript.text.done', text: TEXT, usage, logprobs: [{ token: CARD, logprob: 0, bytes: [] }] };
const deltas = (TEXT.match(/.{1,3}/gs) ?? []).map((delta) => ({ type: 'transcript.text.delta', delta }));

let bench: CacheBench;
beforeAll(async () => {
  bench = await CacheBench.start({ RAW_EXCHANGES: 'true', STORE_TRANSCRIPTS: 'true' });
  const { url } = bench.simulator;
  await bench.gateway.createModel('tts', url, { upstream_model: 'tts-1', api_key: 'sk-simulator-0123456789abcdef' });
});
afterAll(() => bench.close());
beforeEach(() => bench.renew({ redaction: REDACTION }));

interface Event {
  readonly type: string;
  readonly delta?: string;
  readonly text?: string;
}

function eventsIn(text: string): readonly Event[] {
  return text
    .split('\n\n')
    .filter((it) => it.startsWith('data: {'))
    .map((it) => JSON.parse(it.slice('data: '.length)) as Event);
}

describe('an answer with masks', () => {
  it.each<[string, Asked, ReturnType<typeof answer>]>([
    ['json', {}, answer(200, { text: TEXT, logprobs: done.logprobs, x_unmasked: TEXT })],
    ['text', { fields: { response_format: 'text' } }, answer(200, TEXT, PLAIN)],
    ['srt', { fields: { response_format: 'srt' } }, answer(200, `1\n${subtitles}`, PLAIN)],
    [
      'vtt',
      { fields: { response_format: 'vtt' } },
      answer(200, `WEBVTT\n\n${subtitles.replaceAll(/^2\n/gm, '').replaceAll(/(\d\d),(\d{3})/g, '$1.$2')}`, PLAIN),
    ],
    [
      'verbose_json',
      { fields: { response_format: 'verbose_json', 'timestamp_granularities[]': ['word', 'segment'] } },
      answer(200, verbose),
    ],
    ['diarized_json', { fields: { model: 'diarize', response_format: 'diarized_json' } }, answer(200, diarized)],
    [
      'a stream',
      { fields: { model: 'gpt4o', stream: 'true' } },
      eventStream([...deltas, { type: 'x', text: TEXT }, done]),
    ],
    [
      'a stream of speakers',
      { fields: { model: 'diarize', response_format: 'diarized_json', stream: 'true' } },
      eventStream([...deltas, ...diarized.segments, done]),
    ],
    ['a stream that is made', { fields: { model: 'whisper', stream: 'true' } }, answer(200, { text: TEXT })],
    [
      'with logprobs',
      { fields: { model: 'gpt4o', 'include[]': 'logprobs' } },
      answer(200, { text: TEXT, logprobs: done.logprobs }),
    ],
    ['by the door of Bifrost', { path: '/litellm/v1/audio/transcriptions' }, answer(200, { text: TEXT })],
  ])('has no more in it than masks: %s', async (_, request, scripted) => {
    bench.simulator.respondWith(scripted);
    const seen = await bench.ask(request);
    expect(seen.status).toBe(200);
    expect(seen.text).not.toMatch(/4111|1111|ada@/);
    expect(seen.text).toContain('[PAYMENT_CARD]');
    const row = await bench.row(seen);
    expect(row.transcript).toBe(MASKED);
    expect(row.warnings).toContain('masked: 1 email, 1 payment_card');
  });

  it('says the same in its text, segments, words and events', async () => {
    bench.simulator.respondWith(answer(200, verbose));
    const fields = { response_format: 'verbose_json', 'timestamp_granularities[]': ['word', 'segment'] };
    const seen = await bench.ask({ fields });
    expect(JSON.parse(seen.text)).toMatchObject({
      text: MASKED,
      segments: [
        { id: 0, text: 'My card is [PAYMENT_CARD]', tokens: [] },
        { id: 1, text: ' , and I am [EMAIL]. Thank you.' },
      ],
      words: [
        { word: 'My' },
        { word: 'card' },
        { word: 'is' },
        { word: '[PAYMENT_CARD],', start: 3, end: 7 },
        { word: 'and' },
        { word: 'I' },
        { word: 'am' },
        { word: '[EMAIL].', start: 10, end: 11 },
        { word: 'Thank' },
        { word: 'you.' },
      ],
    });
    expect(seen.headers.get('x-auricle-warning')).toContain(
      'left out, because it cannot be masked: tokens, x_unmasked',
    );

    bench.simulator.respondWith(eventStream([...deltas, done]));
    const events = eventsIn((await bench.ask({ fields: { model: 'gpt4o', stream: 'true' } })).text);
    expect(events.map(({ delta = '' }) => delta).join('')).toBe(MASKED);
    expect(events.filter(({ delta }) => delta !== undefined).length).toBeGreaterThan(5);
    expect(events.at(-1)).toMatchObject({ type: 'transcript.text.done', text: MASKED, usage });
    expect(events.at(-1)).not.toHaveProperty('logprobs');

    bench.simulator.respondWith(eventStream([...deltas, ...diarized.segments, done]));
    const spoken = eventsIn(
      (await bench.ask({ fields: { model: 'diarize', response_format: 'diarized_json', stream: 'true' } })).text,
    );
    expect(spoken.map(({ delta = '' }) => delta).join('')).toBe(MASKED);
    expect(spoken.flatMap((it) => (it.type === 'transcript.text.segment' ? [it.text] : []))).toEqual([
      'My card is [PAYMENT_CARD]',
      ', and I am [EMAIL]. Thank you.',
    ]);
  });

  it('does not show what went over the wire', async () => {
    bench.simulator.respondWith(answer(200, { text: TEXT }));
    const seen = await bench.ask({
      path: '/openai/v1/audio/transcriptions',
      headers: { 'x-bf-vk': bench.key.key },
    });
    expect(seen.text).not.toMatch(/1111|raw_response/);
  });

  it('is not changed where only what is stored has masks', async () => {
    await bench.renew({ redaction: { ...REDACTION, in: 'transcript' } });
    const body = JSON.stringify({ text: TEXT, x_own: 1 });
    bench.simulator.respondWith(answer(200, body, { 'content-type': 'application/json' }));
    const seen = await bench.ask();
    expect(seen.text).toBe(body);
    expect((await bench.row(seen)).transcript).toBe(MASKED);
  });
});

describe('who wants masks', () => {
  it('is the key, its team and the gateway together', async () => {
    const { gateway } = bench;
    await gateway.admin('POST', 'teams', { name: 'masks', redaction: { kinds: ['email'], in: 'transcript' } });
    await bench.renew({
      team: 'masks',
      redaction: { patterns: [{ name: 'thanks', pattern: '(?i)thank you' }], in: 'transcript' },
    });
    const transcriptOf = async (key?: string) => {
      bench.simulator.respondWith(answer(200, { text: TEXT }));
      const seen = await bench.ask({ key, headers: { 'x-auricle-cache': 'no-store' } });
      return [(JSON.parse(seen.text) as { text: string }).text, (await bench.row(seen)).transcript];
    };
    expect(await transcriptOf()).toEqual([TEXT, `My card is ${CARD}, and I am [EMAIL]. [THANKS].`]);
    const shown = await gateway.admin('PATCH', 'gateway', { redaction: { kinds: ['payment_card'], in: 'answer' } });
    expect(shown.body.redaction).toEqual({ kinds: ['payment_card'], patterns: [], in: 'answer' });
    const all = 'My card is [PAYMENT_CARD], and I am [EMAIL]. [THANKS].';
    expect(await transcriptOf()).toEqual([all, all]);
    const ofMaster = `My card is [PAYMENT_CARD], and I am ada@example.org. Thank you.`;
    expect(await transcriptOf(MASTER_KEY)).toEqual([ofMaster, ofMaster]);
    expect((await gateway.admin('PATCH', 'gateway', { redaction: null })).body.redaction).toBeNull();
    await gateway.admin('PATCH', 'teams/masks', { redaction: null });
    await gateway.admin('PATCH', `keys/${bench.key.id}`, { redaction: null });
    expect(await transcriptOf()).toEqual([TEXT, TEXT]);
  });

  it.each([
    [{ kinds: ['names'], in: 'answer' }, 'redaction.kinds.0'],
    [{ kinds: ['email'] }, 'redaction.in'],
    [{ kinds: [], in: 'answer' }, 'redaction'],
    [{ patterns: [{ name: 'a', pattern: 'x*' }], in: 'answer' }, 'redaction.patterns.0.pattern'],
    [{ patterns: [{ name: 'a', pattern: '(?=x)' }], in: 'answer' }, 'redaction.patterns.0.pattern'],
    [{ patterns: [{ name: 'email', pattern: 'x' }], in: 'answer' }, 'redaction.patterns.0.name'],
    [
      { patterns: Array.from({ length: 11 }, (_, at) => ({ name: `a${at}`, pattern: 'x' })), in: 'answer' },
      'redaction.patterns',
    ],
  ])('is refused what is no redaction: %j', async (redaction, param) => {
    for (const path of [`keys/${bench.key.id}`, 'gateway']) {
      const { status, body } = await bench.gateway.admin('PATCH', path, { redaction });
      expect([status, body.error.param]).toEqual([400, param]);
    }
  });

  it('is not served where this version does not understand what is stored', async () => {
    const { gateway, database } = bench;
    const future = `'{"kinds": ["names"], "in": "answer"}'`;
    await database.query(`UPDATE virtual_key SET redaction = ${future} WHERE id = $1`, [bench.key.id]);
    await gateway.admin('PATCH', `keys/${bench.key.id}`, { tags: ['read-again'] });
    expect((await bench.ask()).status).toBe(401);
    await gateway.admin('PATCH', `keys/${bench.key.id}`, { redaction: REDACTION });
    expect((await bench.ask()).status).toBe(200);

    await gateway.admin('POST', 'teams', { name: 'future' });
    await database.query(`UPDATE team SET redaction = ${future} WHERE name = 'future'`);
    await gateway.admin('PATCH', `keys/${bench.key.id}`, { team: 'future' });
    expect((await bench.ask()).status).toBe(401);
    await gateway.admin('PATCH', `keys/${bench.key.id}`, { team: null });

    await gateway.admin('PATCH', 'gateway', { redaction: null });
    await database.query(`UPDATE gateway_setting SET redaction = ${future}`);
    const refused = await bench.ask();
    expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('redaction_not_understood')]);
    await gateway.admin('PATCH', 'gateway', { redaction: null });
    expect((await bench.ask()).status).toBe(200);
  });
});

it('masks what was to be said', async () => {
  const response = await fetch(`${bench.gateway.url}/v1/audio/speech`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bench.key.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'tts', input: TEXT, voice: 'alloy' }),
  });
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  expect((await bench.gateway.row(response)).transcript).toBe(MASKED);
});

describe('the cache', () => {
  it('never gives an answer with masks for one without, or the other way round', async () => {
    const { gateway, simulator } = bench;
    const change = (redaction: unknown) => gateway.admin('PATCH', `keys/${bench.key.id}`, { redaction });
    simulator.hear(() => answer(200, { text: TEXT }));
    const ask = async () => {
      const { cache, text } = await bench.ask();
      return [cache, (JSON.parse(text) as { text: string }).text];
    };
    expect([await ask(), await ask()]).toEqual([
      ['miss', MASKED],
      ['hit', MASKED],
    ]);
    await change(null);
    expect([await ask(), await ask()]).toEqual([
      ['miss', TEXT],
      ['hit', TEXT],
    ]);
    await change({ ...REDACTION, kinds: ['email'] });
    expect(await ask()).toEqual(['miss', `My card is ${CARD}, and I am [EMAIL]. Thank you.`]);
    await change({ ...REDACTION, in: 'transcript' });
    expect([await ask(), await ask()]).toEqual([
      [null, TEXT],
      [null, TEXT],
    ]);
    await change(REDACTION);
    expect(await ask()).toEqual(['hit', MASKED]);
  });
});

describe('a chat', () => {
  it('has masks in what is stored, and is refused with a recording where answers shall have them', async () => {
    const chats = await ChatBench.start();
    try {
      const chat = async (messages: readonly object[], redaction: unknown) => {
        const { key } = await chats.gateway.createKey({ redaction });
        const response = await fetch(`${chats.gateway.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model: 'gpt-audio', messages, modalities: ['text'] }),
        });
        const body = (await response.json()) as { error?: { code: string } };
        return { status: response.status, code: body.error?.code, row: await chats.gateway.row(response) };
      };
      const written = { role: 'user', content: 'I am ada@example.org' };
      const stored = { ...REDACTION, in: 'transcript' };
      expect((await chat([heard(), written], stored)).row.question).toContain('I am [EMAIL]');
      const long = { role: 'user', content: `${'one two, '.repeat(2000)}${CARD}${' and on'.repeat(2000)}` };
      expect((await chat([heard(), long], stored)).row.question).toBe(long.content.replace(CARD, '[PAYMENT_CARD]'));
      const video = { role: 'user', content: [{ type: 'video_url', video_url: { url: 'https://a.example/b.mp4' } }] };
      for (const message of [heard(), video]) {
        expect(await chat([asked, message], REDACTION)).toMatchObject({ status: 403, code: 'redaction_not_supported' });
      }
    } finally {
      await chats.close();
    }
  });
});
