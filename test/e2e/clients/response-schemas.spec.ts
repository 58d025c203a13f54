import { createParser } from 'eventsource-parser';
import { ClientBench, RECORDING } from '../../support/client-bench.js';
import { type FormPart, postForm } from '../../support/client-form.js';
import { loadSpec, type Spec } from '../../support/specs.js';

interface AnswerCase {
  readonly endpoint: 'transcriptions' | 'translations';
  readonly model: string;
  /** Pairs of a field and its value, beside `model` and `file`. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly schema: string;
  /** What must be there although the schema leaves it open. */
  readonly present: readonly string[];
}

const words = ['timestamp_granularities[]', 'word'] as const;
const segments = ['timestamp_granularities[]', 'segment'] as const;
const format = (name: string) => ['response_format', name] as const;

const JSON_SCHEMA = 'CreateTranscriptionResponseJson';
const VERBOSE_SCHEMA = 'CreateTranscriptionResponseVerboseJson';
const DIARIZED_SCHEMA = 'CreateTranscriptionResponseDiarizedJson';

/** Whisper's formats, from the provider and made by the gateway, must look the same. */
const transcriptions: readonly AnswerCase[] = ['whisper-1', 'sandbox'].flatMap((model) =>
  [
    { fields: [], schema: JSON_SCHEMA, present: ['usage'] },
    { fields: [format('verbose_json')], schema: VERBOSE_SCHEMA, present: ['task', 'segments', 'usage'] },
    { fields: [format('verbose_json'), words], schema: VERBOSE_SCHEMA, present: ['task', 'words', 'usage'] },
    { fields: [format('verbose_json'), segments], schema: VERBOSE_SCHEMA, present: ['task', 'segments', 'usage'] },
    {
      fields: [format('verbose_json'), words, segments],
      schema: VERBOSE_SCHEMA,
      present: ['task', 'words', 'segments', 'usage'],
    },
  ].map((it) => ({ endpoint: 'transcriptions' as const, model, ...it })),
);

const translations: readonly AnswerCase[] = ['whisper-1', 'sandbox'].flatMap((model) => [
  { endpoint: 'translations', model, fields: [], schema: 'CreateTranslationResponseJson', present: [] },
  {
    endpoint: 'translations',
    model,
    fields: [format('verbose_json')],
    schema: 'CreateTranslationResponseVerboseJson',
    present: ['task', 'segments'],
  },
]);

const others: readonly AnswerCase[] = [
  ...['gpt-4o-transcribe', 'sandbox'].map((model) => ({
    endpoint: 'transcriptions' as const,
    model,
    fields: [['include[]', 'logprobs'] as const],
    schema: JSON_SCHEMA,
    present: ['logprobs', 'usage'],
  })),
  ...['gpt-4o-transcribe-diarize', 'sandbox'].map((model) => ({
    endpoint: 'transcriptions' as const,
    model,
    fields: [format('diarized_json')],
    schema: DIARIZED_SCHEMA,
    present: ['usage'],
  })),
  {
    endpoint: 'transcriptions',
    model: 'gpt-transcribe',
    fields: [['keywords[]', 'Auricle']],
    schema: JSON_SCHEMA,
    present: ['languages', 'usage'],
  },
  // Made from `diarized_json`, the only answer of this model that has times.
  {
    endpoint: 'transcriptions',
    model: 'gpt-4o-transcribe-diarize',
    fields: [format('verbose_json')],
    schema: VERBOSE_SCHEMA,
    present: ['task', 'segments', 'usage'],
  },
];

/** The schemas of the events by their `type`. */
const EVENT_SCHEMAS: Readonly<Record<string, string>> = {
  'transcript.text.delta': 'TranscriptTextDeltaEvent',
  'transcript.text.segment': 'TranscriptTextSegmentEvent',
  'transcript.text.done': 'TranscriptTextDoneEvent',
};

const streams: readonly Pick<AnswerCase, 'model' | 'fields'>[] = [
  { model: 'gpt-4o-transcribe', fields: [] },
  { model: 'gpt-4o-transcribe', fields: [['include[]', 'logprobs']] },
  { model: 'gpt-4o-transcribe-diarize', fields: [format('diarized_json')] },
  { model: 'whisper-1', fields: [] },
  { model: 'whisper-1', fields: [format('text')] },
  { model: 'sandbox', fields: [] },
  { model: 'sandbox', fields: [['include[]', 'logprobs']] },
  { model: 'sandbox', fields: [format('diarized_json')] },
];

const document = loadSpec('openai-audio.yml');

// The specification is not ours to publish; `loadSpec` says when its absence is an error.
(document ? describe : describe.skip)("answers keep to OpenAI's specification", () => {
  let bench: ClientBench;
  const spec = (): Spec => {
    if (!document) throw new Error('there is no specification');
    return document;
  };

  beforeAll(async () => {
    bench = await ClientBench.start();
  });
  afterAll(async () => {
    await bench.close();
  });

  it.each([...transcriptions, ...translations, ...others])(
    '$endpoint of $model, $fields',
    async ({ endpoint, model, fields, schema, present }) => {
      const response = await post(endpoint, model, fields);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      const body = await jsonOf(response);
      expect(errorsOf(schema, body)).toEqual([]);
      expect(Object.keys(body)).toEqual(expect.arrayContaining([...present]));
    },
  );

  it.each([...transcriptions, ...translations])(
    'granularities of $endpoint of $model, $fields, are those asked for',
    async ({ endpoint, model, fields, present }) => {
      const body = await jsonOf(await post(endpoint, model, fields));
      expect('words' in body).toBe(present.includes('words'));
      expect('segments' in body).toBe(present.includes('segments'));
    },
  );

  it.each(streams)('events of $model, $fields', async ({ model, fields }) => {
    const response = await post('transcriptions', model, [...fields, ['stream', 'true']]);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const data = dataOf(await response.text());
    expect(data.at(-1)).toBe('[DONE]');
    const events = data.slice(0, -1).map((it): { type: string } => JSON.parse(it));
    for (const event of events) {
      expect(errorsOf(EVENT_SCHEMAS[event.type] ?? `no schema for ${event.type}`, withoutSeconds(event))).toEqual([]);
    }
    // OpenAI's own plain text reports none.
    const reported = !(model === 'whisper-1' && fields.some(([, value]) => value === 'text'));
    expect(events.some((event) => 'usage' in event)).toBe(reported);
    const types = events.map(({ type }) => type);
    const diarized = fields.some(([, value]) => value === 'diarized_json');
    expect(types.filter((it) => it === 'transcript.text.done')).toHaveLength(1);
    expect(types.at(-1)).toBe('transcript.text.done');
    expect(types.includes('transcript.text.delta')).toBe(true);
    expect(types.includes('transcript.text.segment')).toBe(diarized);
  });

  it('lists and models', async () => {
    const headers = { authorization: `Bearer ${bench.key.key}` };
    const list = await jsonOf(await fetch(`${bench.baseUrl}/models`, { headers }));
    expect(errorsOf('ListModelsResponse', list)).toEqual([]);
    const model = await jsonOf(await fetch(`${bench.baseUrl}/models/whisper-1`, { headers }));
    expect(errorsOf('Model', model)).toEqual([]);
    expect(list['data']).toContainEqual(model);
  });

  it.each([
    { title: 'no key', key: '', fields: [] },
    { title: 'no such model', fields: [['model', 'no-such-model']] },
    { title: 'a wrong value', fields: [format('mp3')] },
    { title: "the provider's failure", fields: [['model', 'sandbox-error']] },
    { title: "the provider's rate limit", fields: [['model', 'sandbox-rate-limited']] },
  ] as { title: string; key?: string; fields: [string, string][] }[])('an error: $title', async ({ key, fields }) => {
    const response = await postForm(`${bench.baseUrl}/audio/transcriptions`, key ?? bench.key.key, [
      ...fields.map(([name, value]) => ({ name, value })),
      ...(fields.some(([name]) => name === 'model') ? [] : [{ name: 'model', value: 'sandbox' }]),
      recording,
    ]);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const body = await jsonOf(response);
    expect(errorsOf('ErrorResponse', body)).toEqual([]);
    expect(Object.keys(Object(body['error'])).toSorted()).toEqual(['code', 'message', 'param', 'type']);
  });

  const recording: FormPart = { name: 'file', bytes: RECORDING, filename: 'speech.wav', type: 'audio/wav' };

  async function post(endpoint: string, model: string, fields: AnswerCase['fields']): Promise<Response> {
    const parts = [['model', model] as const, ...fields].map(([name, value]) => ({ name, value }));
    return await postForm(`${bench.baseUrl}/audio/${endpoint}`, bench.key.key, [...parts, recording]);
  }

  /** What is wrong with a body, in words. */
  function errorsOf(schema: string, body: unknown): string[] {
    const validate = spec().validator(schema);
    validate(body);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }
});

async function jsonOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  return Object.fromEntries(Object.entries(Object(await response.json())));
}

/**
 * An event as OpenAI's schema knows it, which has only tokens as `usage`. Where a provider bills by time ours has its
 * seconds instead of nothing; their form is that of the other answers.
 */
function withoutSeconds(event: { type: string; usage?: { type: string; seconds?: number } }): object {
  const { usage, ...rest } = event;
  if (usage?.type !== 'duration') return event;
  expect(usage).toEqual({ type: 'duration', seconds: expect.any(Number) });
  return rest;
}

/** The payloads of an event stream. */
function dataOf(text: string): string[] {
  const data: string[] = [];
  createParser({ onEvent: (event) => data.push(event.data) }).feed(text);
  return data;
}
