import type { ResponseFormat } from '../../../src/domain/transcription.js';
import { outcomeOf, questionsOf } from '../../docs/format-matrix.js';
import { failedJob, unfinishedJob, UPLOAD_URL } from '../../support/assemblyai-fixtures.js';
import { allProviders, listPriceOf } from '../../support/all-providers.js';
import { makeWav } from '../../support/audio.js';
import { answer } from '../../support/simulator-answers.js';
import { type Subject, subjectsOf } from '../matrix/subjects.js';
import { ProviderBench } from '../provider-bench.js';

/** Unlike anything that a simulator reports, so that what was measured is not taken for what was billed. */
const MEASURED_SECONDS = 2.5;
const RECORDING = makeWav({ durationSeconds: MEASURED_SECONDS, toneHz: 440 });

/** Dollars by format; `stream` is `json` as a stream, `every` is every format that has no figure of its own. */
type Costs = Readonly<Partial<Record<ResponseFormat | 'stream', number>>> & { readonly every: number };

// 0.006 a minute: 9 s by its usage, 0.006 / 60 x 9; 2.5 s as measured where plain text reports none, 0.006 / 60 x 2.5.
const azureWhisper: Costs = { every: 0.0009, text: 0.00025, srt: 0.00025, vtt: 0.00025 };
// OpenAI counts whole seconds: 3 s for 2.5 s.
const whisper1: Costs = { every: 0.0009, text: 0.0003, srt: 0.0003, vtt: 0.0003 };
// (12 audio x 2.50 + 2 text x 2.50 + 45 output x 10) / 1,000,000 = 485 / 1,000,000; plain text: 0.006 / 60 x 2.5.
const gpt4o: Costs = { every: 0.000485, text: 0.00025 };
// (12 x 1.25 + 2 x 1.25 + 45 x 5) / 1,000,000 = 242.5 / 1,000,000; plain text: 0.003 / 60 x 2.5.
const gpt4oMini: Costs = { every: 0.0002425, text: 0.000125 };
// What comes from `diarized_json` reports 9 s instead of tokens: estimated, 0.006 / 60 x 9.
const gpt4oDiarize: Costs = { every: 0.0009, json: 0.000485, stream: 0.000485, text: 0.00025 };

/** By hand, for what the simulators report. */
const table: Readonly<Record<string, Costs>> = {
  // 0.0045 / 60 x 9; its stream reports tokens, which are not what it bills: 0.0045 / 60 x 2.5.
  'openai/gpt-transcribe': { every: 0.000675, stream: 0.0001875 },
  'openai/gpt-4o-transcribe': gpt4o,
  'openai/gpt-4o-mini-transcribe': gpt4oMini,
  'openai/gpt-4o-mini-transcribe-2025-03-20': gpt4oMini,
  'openai/gpt-4o-mini-transcribe-2025-12-15': gpt4oMini,
  'openai/gpt-4o-transcribe-diarize': gpt4oDiarize,
  'openai/whisper-1': whisper1,
  'azure/gpt-4o-transcribe-diarize': gpt4oDiarize,
  'azure/gpt-4o-mini-transcribe': gpt4oMini,
  'azure/gpt-4o-transcribe': gpt4o,
  'azure/gpt-transcribe': { every: 0.000675, stream: 0.0001875 },
  'azure/whisper': azureWhisper,
  // Shorter than ten seconds, reported or measured: 0.111 / 3600 x 10 = 1.11 / 3600.
  'groq/whisper-large-v3': { every: 0.000308333 },
  // 0.04 / 3600 x 10 = 0.4 / 3600.
  'groq/whisper-large-v3-turbo': { every: 0.000111111 },
  // It reports nothing: 0.0015 / 60 x 2.5.
  'fireworks/whisper-v3': { every: 0.0000625 },
  // 0.0009 / 60 x 2.5.
  'fireworks/whisper-v3-turbo': { every: 0.0000375 },
  // 9.5 s: 0.0043 / 60 x 9.5 = 0.04085 / 60 = 0.000680833, and half of it for the opt-out: 0.000340417. Speakers cost
  // 0.002 / 60 x 9.5 = 0.000316667 more.
  'deepgram/nova-3': { every: 0.00102125, diarized_json: 0.001337917 },
  // 0.0052 / 60 x 9.5 = 0.0494 / 60 = 0.000823333, and 0.000411667.
  'deepgram/nova-3-medical': { every: 0.001235, diarized_json: 0.001551667 },
  // As nova-3.
  'deepgram/nova-2': { every: 0.00102125, diarized_json: 0.001337917 },
  // 0.006 / 60 x 9.5, and half of it.
  'deepgram/whisper-large': { every: 0.001425, diarized_json: 0.001741667 },
  // 0.22 / 3600 x 9.5 = 2.09 / 3600 = 0.00058055...
  'elevenlabs/scribe_v2': { every: 0.000580556 },
  // 0.21 / 3600 x 9 = 1.89 / 3600; speakers cost 0.02 / 3600 x 9 more.
  'assemblyai/universal-3-5-pro': { every: 0.000525, diarized_json: 0.000575 },
  'assemblyai/universal-3-pro': { every: 0.000525, diarized_json: 0.000575 },
  'assemblyai/best': { every: 0.000525, diarized_json: 0.000575 },
  // 0.15 / 3600 x 9 = 1.35 / 3600.
  'assemblyai/universal-2': { every: 0.000375, diarized_json: 0.000425 },
  // 10 s of `prompt_audio_seconds`: 0.003 / 60 x 10.
  'mistral/voxtral-mini-latest': { every: 0.0005 },
  // 0.004 / 60 x 10 = 0.04 / 60 = 0.00066666...
  'mistral/voxtral-small-transcribe-3-0': { every: 0.000666667 },
  // 0.0035 / 60 x 10 = 0.035 / 60.
  'mistral/voxtral-mini-transcribe-3-0': { every: 0.000583333 },
  'mistral/voxtral-mini-2602': { every: 0.0005 },
  // 0.002 / 60 x 10 = 0.02 / 60.
  'mistral/voxtral-mini-2507': { every: 0.000333333 },
  // (290 audio x 2 + 40 output x 12) / 1,000,000 = 1060 / 1,000,000.
  'gemini/gemini-3.5-transcribe': { every: 0.00106 },
  // (288 audio x 1 + 12 text x 0.30 + (18 output + 4 thought) x 2.50) / 1,000,000 = (288 + 3.6 + 55) / 1,000,000.
  'gemini/gemini-2.5-flash': { every: 0.0003466 },
  // 288 x 0.30 + 12 x 0.10 + 22 x 0.40 millionths.
  'gemini/gemini-2.5-flash-lite': { every: 0.0000964 },
  // 300 x 1.25 + 22 x 10.
  'gemini/gemini-2.5-pro': { every: 0.000595 },
  // 288 x 1 + 12 x 0.50 + 22 x 3.
  'gemini/gemini-3-flash-preview': { every: 0.00036 },
  // 288 x 0.50 + 12 x 0.25 + 22 x 1.50.
  'gemini/gemini-3.1-flash-lite': { every: 0.00018 },
  // 300 x 0.30 + 22 x 2.50.
  'gemini/gemini-3.5-flash-lite': { every: 0.000145 },
  // 300 x 1.50 + 22 x 9.
  'gemini/gemini-3.5-flash': { every: 0.000648 },
  // 300 x 0.75 + 22 x 3.75.
  'gemini/gemini-3.8-flash': { every: 0.0003075 },
  // It reports nothing: 0.0015 / 60 x 2.5.
  'together/openai/whisper-large-v3': { every: 0.0000625 },
  // 9 s: 0.00045 / 60 x 9.
  'deepinfra/openai/whisper-large-v3': { every: 0.0000675 },
  // 0.0002 / 60 x 9.
  'deepinfra/openai/whisper-large-v3-turbo': { every: 0.00003 },
  // 0.001 / 60 x 9.
  'deepinfra/mistralai/Voxtral-Mini-3B-2507': { every: 0.00015 },
  // 8.47 s: 0.00051 / 60 x 8.47 = 0.0043197 / 60.
  'cloudflare/@cf/openai/whisper-large-v3-turbo': { every: 0.000071995 },
  // It reports nothing: 0.0052 / 60 x 2.5.
  'cloudflare/@cf/deepgram/nova-3': { every: 0.000216667 },
  // It reports nothing: 0.0005 / 60 x 2.5 = 0.00125 / 60.
  'cloudflare/@cf/openai/whisper': { every: 0.000020833 },
  'sandbox/sandbox': { every: 0 },
};

const subjects = subjectsOf(allProviders.all()).filter(
  ({ provider, offer }) => listPriceOf(provider, offer.upstreamModel) !== undefined,
);

let bench: ProviderBench;
beforeAll(async () => {
  bench = await ProviderBench.start();
  for (const subject of subjects) await bench.add(subject);
});
afterAll(() => bench.close());

it('has a line for every listed model with a price, and no other', () => {
  expect(Object.keys(table).toSorted()).toEqual(subjects.map(({ name }) => name).toSorted());
});

it.each(subjects.map((subject) => [subject.name, subject] as const))('%s', async (name, subject) => {
  const costs = table[name];
  if (!costs) throw new Error('there is no line for the model');
  const formats = formatsOf(subject);
  // A figure for a format that the model cannot give would never be compared.
  const { every, ...own } = costs;
  expect(formats).toEqual(expect.arrayContaining(Object.keys(own)));
  const rows = await Promise.all(formats.map((format) => ask(subject, format)));
  expect(rows).toEqual(formats.map((format) => ({ format, status: 'success', cost_usd: costs[format] ?? every })));
});

// https://www.assemblyai.com/docs/faq/are-customers-charged-for-api-calls-that-result-in-errors
it.each([
  ['language_detection cannot be performed on files with no spoken audio.', 'success'],
  ['Audio duration is too long.', 'refused'],
  ['Something odd.', 'failure'],
])('assemblyai: a job that failed costs nothing: %s', async (error, status) => {
  bench
    .serverOf('assemblyai')
    ?.respondWith(
      answer(200, { upload_url: UPLOAD_URL }),
      answer(200, unfinishedJob('queued', {})),
      answer(200, failedJob(error)),
    );
  const sent = await bench.ask('transcribe', 'assemblyai/best', {}, { bytes: RECORDING, filename: 'speech.wav' });
  expect(await bench.rowOf(sent)).toMatchObject({ status, cost_usd: 0, cost_estimated: false });
});

/** What the model can give, natively or not; the columns of the table. */
function formatsOf({ offer }: Subject): readonly (ResponseFormat | 'stream')[] {
  const given = questionsOf('transcribe')
    .filter(({ streams }) => streams)
    .filter((question) => outcomeOf(offer.capabilities, question).mode !== 'refused');
  return [...given.map(({ format }) => format), 'stream'];
}

/** One request, and what the ledger says that it cost. */
async function ask({ name }: Subject, format: ResponseFormat | 'stream') {
  const [field, value] = format === 'stream' ? ['stream', 'true'] : ['response_format', format];
  const answer = await bench.ask('transcribe', name, { [field]: value }, { bytes: RECORDING, filename: 'speech.wav' });
  const { status, cost_usd } = await bench.rowOf(answer);
  return { format, status, cost_usd };
}
