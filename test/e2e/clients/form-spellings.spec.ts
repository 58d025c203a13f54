import { ClientBench, fieldsOf, RECORDING, RECORDING_SECONDS } from '../../support/client-bench.js';
import { type FormPart, postForm } from '../../support/client-form.js';
import { diarizedAnswer, jsonAnswers, SPOKEN } from '../../support/simulator-fixtures.js';

/** A part is `name=value`; the file stands where `file` does, and comes last where it is not named. */
interface SpellingCase {
  readonly title: string;
  readonly model: string;
  readonly parts: readonly string[];
  /** The fields that must reach the provider beside `model` and `response_format`. */
  readonly upstream: Readonly<Record<string, readonly string[]>>;
  /** Default: json. */
  readonly format?: string;
}

type Spelling = Omit<SpellingCase, 'model'>;

const GRANULARITIES = 'timestamp_granularities';
const both = { [`${GRANULARITIES}[]`]: ['word', 'segment'] };
const word = { [`${GRANULARITIES}[]`]: ['word'] };
const vad = { 'chunking_strategy[type]': ['server_vad'], 'chunking_strategy[threshold]': ['0.4'] };
const references = ['data:audio/wav;base64,UklGRg==', 'data:audio/wav;base64,UklGRh=='];

const arrays: readonly Spelling[] = [
  { title: 'x[] once', parts: [`${GRANULARITIES}[]=word`], upstream: word },
  { title: 'x[] repeated', parts: [`${GRANULARITIES}[]=word`, `${GRANULARITIES}[]=segment`], upstream: both },
  { title: 'x once', parts: [`${GRANULARITIES}=word`], upstream: word },
  { title: 'x repeated', parts: [`${GRANULARITIES}=word`, `${GRANULARITIES}=segment`], upstream: both },
  { title: 'x[0], x[1]', parts: [`${GRANULARITIES}[0]=word`, `${GRANULARITIES}[1]=segment`], upstream: both },
  { title: 'x and x[] mixed', parts: [`${GRANULARITIES}=word`, `${GRANULARITIES}[]=segment`], upstream: both },
  { title: 'x as JSON', parts: [`${GRANULARITIES}=["word", "segment"]`], upstream: both },
  { title: 'x[] as JSON', parts: [`${GRANULARITIES}[]=["word"]`], upstream: word },
  { title: 'the same value twice', parts: [`${GRANULARITIES}[]=word`, `${GRANULARITIES}[]=word`], upstream: word },
  { title: 'an empty x', parts: [`${GRANULARITIES}=`], upstream: {} },
  { title: 'an empty JSON array', parts: [`${GRANULARITIES}=[]`], upstream: {} },
].map((it) => ({ ...it, parts: ['response_format=verbose_json', ...it.parts], format: 'verbose_json' }));

const otherArrays: readonly SpellingCase[] = [
  {
    title: 'keywords and languages, repeated without brackets',
    model: 'gpt-transcribe',
    parts: ['keywords=a, b', 'languages=en', 'keywords=[c', 'languages=de'],
    upstream: { 'keywords[]': ['a, b', '[c'], 'languages[]': ['en', 'de'] },
  },
  {
    title: 'keywords as JSON, beyond ASCII',
    model: 'gpt-transcribe',
    parts: ['keywords=["Ohrmuschel", "耳"]'],
    upstream: { 'keywords[]': ['Ohrmuschel', '耳'] },
  },
  {
    title: 'one keyword that only begins like JSON',
    model: 'gpt-transcribe',
    parts: ['keywords=[sic]'],
    upstream: { 'keywords[]': ['[sic]'] },
  },
  {
    title: 'include without brackets',
    model: 'gpt-4o-transcribe',
    parts: ['include=logprobs'],
    upstream: { 'include[]': ['logprobs'] },
  },
  {
    title: 'speakers as JSON',
    model: 'gpt-4o-transcribe-diarize',
    format: 'diarized_json',
    parts: [
      'response_format=diarized_json',
      'chunking_strategy=auto',
      'known_speaker_names=["agent", "A, B"]',
      `known_speaker_references=${JSON.stringify(references)}`,
    ],
    upstream: {
      chunking_strategy: ['auto'],
      'known_speaker_names[]': ['agent', 'A, B'],
      'known_speaker_references[]': references,
    },
  },
];

const strategies: readonly Spelling[] = [
  { title: 'auto', parts: ['chunking_strategy=auto'], upstream: { chunking_strategy: ['auto'] } },
  { title: 'auto as JSON', parts: ['chunking_strategy="auto"'], upstream: { chunking_strategy: ['auto'] } },
  { title: 'null', parts: ['chunking_strategy=null'], upstream: {} },
  { title: 'empty', parts: ['chunking_strategy='], upstream: {} },
  {
    title: 'a JSON object',
    parts: ['chunking_strategy={"type":"server_vad","threshold":0.4}'],
    upstream: vad,
  },
  {
    title: 'bracketed keys',
    parts: ['chunking_strategy[type]=server_vad', 'chunking_strategy[threshold]=0.4'],
    upstream: vad,
  },
  {
    title: 'bracketed keys in another order, around the file',
    parts: ['chunking_strategy[threshold]=0.4', 'file', 'chunking_strategy[type]=server_vad'],
    upstream: vad,
  },
];

const orders: readonly Spelling[] = [
  {
    title: 'the file first',
    parts: ['file', 'model=whisper-1', 'language=en', 'response_format=json'],
    upstream: { language: ['en'] },
  },
  {
    title: 'the file in the middle',
    parts: ['language=en', 'file', 'response_format=json', 'model=whisper-1'],
    upstream: { language: ['en'] },
  },
  {
    title: 'the file last',
    parts: ['response_format=json', 'language=en', 'model=whisper-1', 'file'],
    upstream: { language: ['en'] },
  },
  {
    title: 'empty optional fields, as a browser form sends them',
    parts: ['language=', 'prompt=', 'temperature=', 'response_format=', 'stream=', 'file'],
    upstream: {},
  },
];

describe('a form in every spelling', () => {
  let bench: ClientBench;

  beforeAll(async () => {
    bench = await ClientBench.start();
  });
  afterAll(async () => {
    await bench.close();
  });

  describe.each([
    { kind: 'arrays', cases: [...withModel('whisper-1', arrays), ...otherArrays] },
    { kind: 'chunking_strategy', cases: withModel('gpt-4o-transcribe', strategies) },
    { kind: 'the order of parts', cases: withModel('whisper-1', orders) },
  ])('$kind', ({ cases }) => {
    it.each(cases)('$title', async ({ model, parts, upstream, format = 'json' }) => {
      const response = await post(toParts(model, parts));
      expect({ status: response.status, body: await response.json() }).toMatchObject({
        status: 200,
        body: { text: format === 'diarized_json' ? diarizedAnswer.text : SPOKEN },
      });
      const arrived = bench.upstream.lastRequest;
      expect(fieldsOf(arrived)).toEqual({ model: [model], response_format: [format], ...upstream });
      expect(arrived.file?.bytes.equals(RECORDING)).toBe(true);
    });
  });

  describe('booleans', () => {
    it.each(['true', 'True', 'TRUE', '1'])('stream=%s is a stream', async (value) => {
      const response = await post(toParts('gpt-4o-transcribe', [`stream=${value}`]));
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(await response.text()).toMatch(/\n\ndata: \[DONE\]\n\n$/);
      expect(bench.upstream.lastRequest.value('stream')).toBe('true');
    });

    it.each(['false', 'False', '0', 'null', ''])('stream=%s is none', async (value) => {
      const response = await post(toParts('gpt-4o-transcribe', [`stream=${value}`]));
      expect(await response.json()).toEqual(jsonAnswers.gpt4o);
      expect(bench.upstream.lastRequest.keys).not.toContain('stream');
    });
  });

  describe('the file', () => {
    it.each([
      { claim: 'no MIME type', type: undefined, filename: 'speech.wav', arrives: 'speech.wav' },
      { claim: 'octets', type: 'application/octet-stream', filename: 'speech.wav', arrives: 'speech.wav' },
      { claim: 'another MIME type', type: 'video/mp4', filename: 'speech.mp4', arrives: 'speech.wav' },
      { claim: 'text', type: 'text/plain; charset=utf-8', filename: 'speech', arrives: 'speech.wav' },
      { claim: 'an alias with parameters', type: 'AUDIO/X-WAV; rate=16000', filename: 'A.WAV', arrives: 'A.wav' },
      { claim: 'no type at all', type: 'nonsense', filename: 'blob', arrives: 'blob.wav' },
      { claim: 'a path', type: 'audio/wav', filename: '../../etc/speech.wav', arrives: 'speech.wav' },
    ])('$claim: $type', async ({ type, filename, arrives }) => {
      const file: FormPart = { name: 'file', bytes: RECORDING, filename, type };
      const response = await post([file, { name: 'model', value: 'whisper-1' }]);
      expect(await response.json()).toEqual(jsonAnswers.whisper);
      const arrived = bench.upstream.lastRequest.file;
      expect(arrived).toMatchObject({ filename: arrives, mediaType: 'audio/wav' });
      expect(arrived?.bytes.equals(RECORDING)).toBe(true);
    });

    it.each([
      { title: 'first', parts: ['file', 'model=whisper-1'] },
      { title: 'last', parts: ['model=whisper-1', 'file'] },
    ])('$title in a body without Content-Length', async ({ parts }) => {
      const response = await post(toParts('whisper-1', parts), { chunked: true });
      expect(await response.json()).toEqual(jsonAnswers.whisper);
      expect(bench.upstream.lastRequest.file?.bytes.equals(RECORDING)).toBe(true);
      const row = await bench.row(response.headers.get('x-request-id'));
      expect(row).toMatchObject({ audio_bytes: RECORDING.length, audio_seconds: RECORDING_SECONDS });
    });
  });

  async function post(parts: readonly FormPart[], options?: { chunked: boolean }): Promise<Response> {
    return await postForm(`${bench.baseUrl}/audio/transcriptions`, bench.key.key, parts, options);
  }
});

function withModel(model: string, cases: readonly Spelling[]): readonly SpellingCase[] {
  return cases.map((it) => ({ model, ...it }));
}

function toParts(model: string, parts: readonly string[]): FormPart[] {
  const named = parts.some((it) => it.startsWith('model=')) ? parts : [`model=${model}`, ...parts];
  const complete = named.includes('file') ? named : [...named, 'file'];
  return complete.map((part) => {
    if (part === 'file') return { name: 'file', bytes: RECORDING, filename: 'speech.wav', type: 'audio/wav' };
    const [name = '', ...value] = part.split('=');
    return { name, value: value.join('=') };
  });
}
