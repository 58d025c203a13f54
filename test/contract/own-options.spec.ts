import { makeWav } from '../support/audio.js';
import { queryOf } from '../support/deepgram-simulator.js';
import type { RecordedRequest } from '../support/simulator-request.js';
import { type Answer, ProviderBench } from './provider-bench.js';

const RECORDING = { bytes: makeWav({ durationSeconds: 2, toneHz: 440 }), filename: 'speech.wav' };

/** Reads one field of what a provider has received. */
type Wire = (requests: readonly RecordedRequest[], name: string) => unknown;

const inJson: Wire = (requests, name) => {
  const jobs = requests.filter(({ headers }) => headers['content-type'] === 'application/json');
  const bodies = jobs.map(({ rawBody }): unknown => JSON.parse(rawBody.toString()));
  return bodies.map((body) => Reflect.get(Object(body), name)).find((it) => it !== undefined);
};
const inForm: Wire = (requests, name) => requests.flatMap((it) => it.values(name));
const inQuery: Wire = (requests, name) => requests.flatMap((it) => queryOf(it).getAll(name));

const voices = JSON.stringify({ Alice: 'UklGRg==', Bob: 'UklGRg==' });
const spelling = [{ from: ['oracle', 'orical'], to: 'Auricle' }];

interface Row {
  readonly model: string;
  readonly wire: Wire;
  /** What the option needs beside it. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Each as the client's form has it and as it must arrive. */
  readonly options: Readonly<Record<string, readonly [sent: string | readonly string[], arrives: unknown]>>;
}

/** Providers' own fields, with every form that each may have. */
const rows: readonly Row[] = [
  {
    model: 'assemblyai',
    wire: inJson,
    options: {
      multichannel: ['true', true],
      speaker_options: ['{"min_speakers_expected": 2}', { min_speakers_expected: 2 }],
      'language_codes[]': [
        ['en', 'es'],
        ['en', 'es'],
      ],
      domain: ['medical-v1', 'medical-v1'],
      entity_detection: ['True', true],
      sentiment_analysis: ['true', true],
      auto_chapters: ['true', true],
      content_safety: ['true', true],
      content_safety_confidence: ['60', 60],
      auto_highlights: ['false', false],
      iab_categories: ['true', true],
      summarization: ['true', true],
      summary_model: ['informative', 'informative'],
      summary_type: ['bullets', 'bullets'],
      custom_spelling: [JSON.stringify(spelling), spelling],
    },
  },
  {
    model: 'elevenlabs',
    wire: inForm,
    options: {
      secondary_language_codes: [
        ['en', 'es'],
        ['en', 'es'],
      ],
      numbers_format: ['digits', ['digits']],
      transcript_edit: ['Leave out "um".', ['Leave out "um".']],
    },
  },
  {
    model: 'mistral',
    wire: inForm,
    beside: { diarize: 'true' },
    options: {
      speaker_references: [voices, [voices]],
      'context_bias[]': [
        ['Auricle', 'Ada'],
        ['Auricle', 'Ada'],
      ],
    },
  },
  {
    model: 'deepgram',
    wire: inQuery,
    beside: { language: 'multi' },
    options: {
      'language_hint[]': [
        ['en-GB', 'es'],
        ['en-GB', 'es'],
      ],
    },
  },
];

const cases = rows
  .flatMap(({ options, ...row }) =>
    Object.entries(options).map(([name, [sent, arrives]]) => ({ ...row, name, sent, arrives })),
  )
  .map((it, index) => ({ ...it, index }));

let bench: ProviderBench;
/** Every case's answer; AssemblyAI's jobs take a while, so all are asked at once. */
let answers: readonly Answer[];
beforeAll(async () => {
  bench = await ProviderBench.start();
  await bench.add({ name: 'assemblyai', provider: 'assemblyai', upstreamModel: 'universal-3-5-pro' });
  await bench.add({ name: 'elevenlabs', provider: 'elevenlabs', upstreamModel: 'scribe_v3' });
  await bench.add({ name: 'mistral', provider: 'mistral', upstreamModel: 'voxtral-mini-latest' });
  await bench.add({ name: 'deepgram', provider: 'deepgram', upstreamModel: 'nova-3' });
  answers = await Promise.all(
    cases.map(({ model, beside, name, sent }) =>
      bench.ask('transcribe', model, { ...beside, [name]: sent }, RECORDING),
    ),
  );
});
afterAll(() => bench.close());

const requestsOf = (model: string): readonly RecordedRequest[] => bench.serverOf(model)?.requests ?? [];

// No field is in two cases of one provider, so that whatever has arrived of it is that of its case.
it.each(cases)('$model is sent $name as it wants it', ({ model, wire, name, arrives, index }) => {
  expect(answers[index]).toMatchObject({ status: 200 });
  expect(wire(requestsOf(model), name.replace('[]', ''))).toEqual(arrives);
});

it('has room for the voices of speakers', async () => {
  const long = JSON.stringify({ Alice: Buffer.alloc(300_000, 1).toString('base64') });
  const fields = { diarize: 'true', speaker_references: long };
  expect(await bench.ask('transcribe', 'mistral', fields, RECORDING)).toMatchObject({ status: 200 });
  expect(requestsOf('mistral').at(-1)?.values('speaker_references')).toEqual([long]);
});

it.each<[string, string, string]>([
  ['assemblyai', 'multichannel', 'yes'],
  ['assemblyai', 'speaker_options', 'two'],
  ['assemblyai', 'custom_spelling', '"Auricle"'],
  ['assemblyai', 'content_safety_confidence', '101'],
  ['elevenlabs', 'numbers_format', 'roman'],
  ['elevenlabs', 'transcript_edit', ''],
  ['mistral', 'speaker_references', 'Alice'],
  ['mistral', 'speaker_references', '["UklGRg=="]'],
  ['deepgram', 'language_hint', ''],
])('%s is not asked with an impossible %s: %j', async (model, name, value) => {
  const before = requestsOf(model).length;
  const { status, body } = await bench.ask('transcribe', model, { [name]: value }, RECORDING);
  expect([status, JSON.parse(body.toString())]).toMatchObject([400, { error: { param: name } }]);
  // What is uploaded before a job is made says nothing of the job.
  expect(
    requestsOf(model)
      .slice(before)
      .filter(({ path }) => path !== '/v2/upload'),
  ).toEqual([]);
});
