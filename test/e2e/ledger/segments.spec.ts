import { newRequestId } from '../../../src/http/request-id.js';
import { encodeLog } from '../../../src/ledger/entry/ledger-record.js';
import { LedgerRepository } from '../../../src/ledger/writer/ledger.repository.js';
import { makeWav } from '../../support/audio.js';
import { logEntry } from '../../support/log-entries.js';
import { answer, eventStream } from '../../support/simulator-answers.js';
import { type Asked, CacheBench, type Seen } from '../cache/cache-bench.js';

const WAV = makeWav({ durationSeconds: 2, toneHz: 440 });
const TEXT = 'Thanks for calling. Hi, I have a question.';
const [FIRST, SECOND] = ['Thanks for calling.', 'Hi, I have a question.'];
const timed = [
  { start: 0, end: 1.5, text: FIRST },
  { start: 1.75, end: 2, text: ` ${SECOND}` },
];
const verbose = { task: 'transcribe', language: 'english', duration: 2, text: TEXT, segments: timed };
const VERBOSE = { fields: { response_format: 'verbose_json' } };
const DIARIZED = { fields: { model: 'diarize', response_format: 'diarized_json' } };
const turns = timed.map(({ start, end, text }, index) => ({
  type: 'transcript.text.segment',
  id: `seg_${index}`,
  start,
  end,
  text: text.trim(),
  speaker: 'AB'[index],
}));
const done = { type: 'transcript.text.done', text: TEXT };
/** As the log tells them. */
const SEGMENTS = [
  { start_seconds: 0, end_seconds: 1.5, speaker: null, text: FIRST },
  { start_seconds: 1.75, end_seconds: 2, speaker: null, text: SECOND },
];
const TURNS = SEGMENTS.map((it, index) => ({ ...it, speaker: 'AB'[index] }));

let bench: CacheBench;
beforeAll(async () => {
  bench = await CacheBench.start({ STORE_TRANSCRIPTS: 'true' });
});
afterAll(() => bench.close());
beforeEach(() => bench.renew());

/** What the log of a request has beside its transcript. */
async function keptOf(seen: Seen) {
  expect(seen.status).toBe(200);
  const { transcript, segments, segments_missing } = await bench.row(seen);
  return { transcript, segments, segments_missing };
}

async function ask(scripted: ReturnType<typeof answer>, asked: Asked = VERBOSE): Promise<Seen> {
  bench.simulator.respondWith(scripted);
  return await bench.ask({ audio: WAV, ...asked });
}

/** Whatever the table has of a request. */
async function storedOf({ id }: Pick<Seen, 'id'>): Promise<unknown> {
  await bench.gateway.logs(`request_id=${id}`);
  return (await bench.database.query('SELECT segments FROM transcript WHERE request_id = $1', [id])).rows;
}

describe('the segments of a log', () => {
  it.each<[string, ReturnType<typeof answer>, Asked, object]>([
    ['are those of a whole answer', answer(200, verbose), VERBOSE, { segments: SEGMENTS, segments_missing: null }],
    [
      'are made of words where there are only words',
      answer(200, {
        ...verbose,
        segments: undefined,
        words: TEXT.split(' ').map((word, index) => ({ word, start: index / 4, end: index / 4 + 0.25 })),
      }),
      { fields: { response_format: 'verbose_json', 'timestamp_granularities[]': 'word' } },
      {
        segments: [
          { start_seconds: 0, end_seconds: 0.75, speaker: null, text: FIRST },
          { start_seconds: 0.75, end_seconds: 2, speaker: null, text: SECOND },
        ],
      },
    ],
    [
      'are the cues of subtitles',
      answer(200, `1\n00:00:00,000 --> 00:00:01,500\n${FIRST}\n\n2\n00:00:01,750 --> 00:00:02,000\n${SECOND}\n`, {
        'content-type': 'text/plain; charset=utf-8',
      }),
      { fields: { response_format: 'srt' } },
      { segments: SEGMENTS },
    ],
    [
      'tell speakers apart',
      answer(200, { ...verbose, text: `A: ${FIRST}\nB: ${SECOND}`, segments: turns }),
      DIARIZED,
      { segments: TURNS },
    ],
    [
      'are those of a stream',
      eventStream([...turns, done]),
      { fields: { ...DIARIZED.fields, stream: 'true' } },
      { transcript: TEXT, segments: TURNS },
    ],
    [
      'have times that can be true, whatever the provider says',
      eventStream([
        { ...turns[0], start: -5, end: 1e300 },
        { ...turns[1], start: 1.75, end: 0.5 },
        '{"type":"transcript.text.segment","text":"Not this.","start":1e999,"end":"x","speaker":"C"}',
        done,
      ]),
      { fields: { ...DIARIZED.fields, stream: 'true' } },
      {
        segments: [
          { text: FIRST, speaker: 'A' },
          { text: SECOND, speaker: 'B', start_seconds: expect.any(Number) },
        ],
      },
    ],
    [
      'are not known where nothing tells a time',
      answer(200, { text: TEXT }),
      {},
      { transcript: TEXT, segments: null, segments_missing: 'no_times' },
    ],
    [
      'are not known of a stream without any',
      eventStream([{ type: 'transcript.text.delta', delta: TEXT }, done]),
      { fields: { model: 'gpt4o', stream: 'true' } },
      { transcript: TEXT, segments: null, segments_missing: 'no_times' },
    ],
  ])('%s', async (_, scripted, asked, kept) => {
    expect(await keptOf(await ask(scripted, asked))).toMatchObject(kept);
  });

  it('come with an answer of the cache as well', async () => {
    expect((await ask(answer(200, verbose))).cache).toBe('miss');
    const again = await bench.ask({ audio: WAV, ...VERBOSE });
    expect([again.cache, await keptOf(again)]).toEqual([
      'hit',
      { transcript: TEXT, segments: SEGMENTS, segments_missing: null },
    ]);
    const streamed = await bench.ask({ audio: WAV, fields: { stream: 'true' } });
    expect([streamed.cache, (await keptOf(streamed)).segments]).toEqual(['hit', SEGMENTS]);
  });

  it('are in no list and no export', async () => {
    const { id } = await ask(answer(200, verbose));
    const [row] = await bench.gateway.logs(`request_id=${id}`);
    expect(row).toMatchObject({ transcript: TEXT });
    expect(row).not.toHaveProperty('segments');
    expect((await bench.gateway.admin('GET', `logs?request_id=${id}&fields=segments`)).status).toBe(400);
  });
});

describe('no segment is kept', () => {
  const NOTHING = { transcript: null, segments: null, segments_missing: 'not_kept' };

  it.each<[string, Record<string, unknown>, Record<string, string>]>([
    ['where the key keeps no transcripts', { privacy: { keep_transcripts: false } }, {}],
    ['where the key keeps nothing', { privacy: { zero_retention: true } }, {}],
    ['where the client wants no words kept', {}, { 'x-litellm-enable-message-redaction': 'true' }],
    ['where the client wants nothing kept', {}, { 'x-auricle-zero-retention': 'true' }],
  ])('%s', async (_, fields, headers) => {
    await bench.renew(fields);
    const { body } = await bench.gateway.admin('GET', 'models/whisper');
    const [{ id }] = body.deployments;
    await bench.gateway.admin('PATCH', `deployments/${id}`, { routing: { zero_retention: true } });
    const seen = await ask(answer(200, verbose), { ...VERBOSE, headers });
    expect(await keptOf(seen)).toEqual(NOTHING);
    expect(await storedOf(seen)).toEqual([]);
  });

  it.each([
    ['when the transcript is deleted', ({ id }: Seen) => bench.gateway.admin('DELETE', `logs/${id}/transcript`)],
    ['when its user is erased', () => bench.gateway.admin('POST', 'logs/erase', { user: 'alice' })],
  ])('%s', async (_, remove) => {
    const seen = await ask(answer(200, verbose), { ...VERBOSE, headers: { 'x-auricle-user': 'alice' } });
    expect(await storedOf(seen)).toEqual([
      {
        segments: [
          [0, 1.5, 19],
          [1.75, 2, 23],
        ],
      },
    ]);
    expect((await remove(seen)).status).toBe(200);
    expect(await storedOf(seen)).toEqual([]);
    expect(await keptOf(seen)).toEqual(NOTHING);
  });
});

describe('where words are masked', () => {
  const CARD = '4111 1111 1111 1111';
  const masked = {
    ...verbose,
    text: `My card is ${CARD}, and I am Ada. Thank you.`,
    segments: [
      { start: 0, end: 1, text: 'My card is 4111 1111', speaker: 'ada@example.org' },
      { start: 1, end: 2, text: ' 1111 1111, and I am Ada. Thank you.', speaker: 'B' },
    ],
  };
  const redaction = (where: string) => ({
    redaction: { kinds: ['payment_card', 'email'], patterns: [{ name: 'name', pattern: 'Ada' }], in: where },
  });

  it.each(['answer', 'transcript'])('segments have the same masks, those in the %s', async (where) => {
    await bench.renew(redaction(where));
    const seen = await ask(answer(200, masked));
    expect(await keptOf(seen)).toEqual({
      transcript: 'My card is [PAYMENT_CARD], and I am [NAME]. Thank you.',
      segments: [
        { start_seconds: 0, end_seconds: 1, speaker: '[EMAIL]', text: 'My card is [PAYMENT_CARD]' },
        { start_seconds: 1, end_seconds: 2, speaker: 'B', text: ', and I am [NAME]. Thank you.' },
      ],
      segments_missing: null,
    });
    expect(JSON.stringify(await storedOf(seen))).not.toMatch(/1111|ada/i);
  });

  it('so are those of a stream', async () => {
    await bench.renew(redaction('transcript'));
    const events = masked.segments.map((it) => ({ type: 'transcript.text.segment', id: 'seg', ...it }));
    const seen = await ask(eventStream([...events, { type: 'transcript.text.done', text: masked.text }]), {
      fields: { ...DIARIZED.fields, stream: 'true' },
    });
    expect(seen.text).toContain(CARD);
    expect((await keptOf(seen)).segments.map((it: { text: string }) => it.text)).toEqual([
      'My card is [PAYMENT_CARD]',
      ', and I am [NAME]. Thank you.',
    ]);
  });

  it('none is kept that says it otherwise than the transcript', async () => {
    await bench.renew(redaction('transcript'));
    const spelt = [{ start: 0, end: 2, text: 'Completely other words, and my card is four one one one.' }];
    expect(await keptOf(await ask(answer(200, { ...masked, segments: spelt })))).toMatchObject({
      segments: null,
      segments_missing: 'not_in_text',
    });
  });
});

describe('a transcript of another version', () => {
  const spoken = [{ text: TEXT, startSeconds: 0, endSeconds: 2 }];

  it('is read from a journal that has no segments, and from one that has more than this version knows', async () => {
    const repository = bench.gateway.app.get(LedgerRepository);
    const [before, after] = [newRequestId(), newRequestId()];
    const { segments: _, ...old } = JSON.parse(encodeLog(logEntry({ id: before, transcript: TEXT })).json);
    const newer = JSON.parse(encodeLog(logEntry({ id: after, transcript: TEXT, segments: spoken })).json);
    await repository.append([
      { id: before, json: JSON.stringify(old) },
      { id: after, json: JSON.stringify({ ...newer, of_the_future: [1] }) },
    ]);
    expect(await bench.row({ id: before })).toMatchObject({ transcript: TEXT, segments_missing: 'unknown' });
    expect(await bench.row({ id: after })).toMatchObject({ segments: [{ text: TEXT }], segments_missing: null });
  });

  it('stays what it is where the version before writes beside this one', async () => {
    const { id } = await ask(answer(200, verbose));
    await bench.gateway.logs(`request_id=${id}`);
    await bench.database.query('DELETE FROM transcript WHERE request_id = $1', [id]);
    await bench.database.query('INSERT INTO transcript (request_id, text) VALUES ($1, $2)', [id, TEXT]);
    expect(await bench.row({ id })).toMatchObject({ transcript: TEXT, segments: null, segments_missing: 'unknown' });
  });
});
