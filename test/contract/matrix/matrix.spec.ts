import { transcriptionTasks } from '../../../src/domain/transcription.js';
import { offersOf, type Outcome, outcomeOf, type Question, questions, questionsOf } from '../../docs/format-matrix.js';
import { allProviders } from '../../support/all-providers.js';
import { endpointOf } from '../../support/assemblyai-simulator.js';
import { makeWav } from '../../support/audio.js';
import { OpenAiSimulator } from '../../support/openai-simulator.js';
import { SPOKEN } from '../../support/simulator-fixtures.js';
import { streamingServerProfile } from '../../support/simulator-profiles.js';
import type { SimulatorServer } from '../../support/simulator-server.js';
import { type Answer, ProviderBench } from '../provider-bench.js';
import { judgeBytes, judgeRefusal, judgeStream, judgeWhole } from './judgement.js';
import { type Subject, subjectsOf } from './subjects.js';

// The tests are one for each line of the matrix, so the providers must be known before there are tests.
const adapters = allProviders.all();
const subjects = subjectsOf(adapters);

const RECORDING = makeWav({ durationSeconds: 2.5, toneHz: 440 });

/** Servers that stream although they run whisper. */
const STREAMING_SERVERS = ['speaches', 'localai'];

let bench: ProviderBench;
let streaming: SimulatorServer;
/** `<model> <task> <column> <stream>` of everything that was asked. */
const asked = new Set<string>();

beforeAll(async () => {
  bench = await ProviderBench.start();
  streaming = await OpenAiSimulator.start(streamingServerProfile);
  for (const subject of subjects) await bench.add({ ...subject, server: serverOf(subject) });
});
afterAll(async () => {
  await bench.close();
  await streaming.close();
});

describe('every adapter, task, format and stream', () => {
  it.each(subjects.flatMap((subject) => transcriptionTasks.map((task) => [subject.name, task, subject] as const)))(
    '%s, %s',
    async (_name, task, subject) => {
      const server = serverOf(subject);
      const before = uploadsTo(server);
      const asks = questionsOf(task).flatMap((question) =>
        (question.streams ? [false, true] : [false]).map((stream) => ({ question, stream })),
      );
      const judged = await Promise.all(
        asks.map(async ({ question, stream }) => {
          const complaints = await judge(subject, question, stream);
          return complaints.map((complaint) => `${question.heading}${stream ? ' as a stream' : ''}: ${complaint}`);
        }),
      );
      expect(judged.flat()).toEqual([]);
      // What is refused costs nothing, what is answered is paid once.
      const served = asks.filter(({ question }) => outcome(subject, question).mode !== 'refused');
      if (server) expect(uploadsTo(server) - before).toBe(served.length);
    },
  );

  it('leaves nothing out', () => {
    expect([...new Set(subjects.map(({ provider }) => provider))]).toEqual(adapters.map(({ provider }) => provider));
    for (const adapter of adapters) {
      // Every line of the document is the outcome of a model that was asked.
      const outcomes = subjects.filter((it) => it.provider === adapter.provider).map(promise);
      for (const { capabilities } of offersOf(adapter)) expect(outcomes).toContain(promiseOf(capabilities));
    }
    const perSubject = questions.length + questions.filter(({ streams }) => streams).length;
    expect(perSubject).toBe(2 * 6 * 2 + 2);
    expect(asked.size).toBe(subjects.length * perSubject);
  });

  it.each(subjects.map((subject) => [subject.name, subject] as const))('%s is what it stands for', (_name, subject) => {
    const { offer, upstreamModel, settings } = subject;
    const own = bench.adapterOf(subject.provider).capabilities(upstreamModel, settings);
    expect(promiseOf(own)).toBe(promiseOf(offer.capabilities));
  });
});

/** Asks one question and says what is wrong with the answer. */
async function judge(subject: Subject, question: Question, stream: boolean): Promise<string[]> {
  asked.add([subject.name, question.task, question.heading, stream].join(' '));
  const filename = `${asked.size}.wav`;
  const fields = { ...question.fields, ...(stream && { stream: 'true' }) };
  const answer = await bench.ask(question.task, subject.name, fields, { bytes: RECORDING, filename });
  const expected = outcome(subject, question);
  if (expected.mode === 'refused') return judgeRefusal(answer, expected, modelsThatCould(question));
  const expectation = { question, text: subject.provider === 'sandbox' ? undefined : SPOKEN };
  if (!stream) {
    return [
      ...(await judgeWhole(answer, expectation)),
      ...(expected.mode === 'native' ? await judgeOrigin(subject, answer, filename) : []),
    ];
  }
  const warning = answer.headers.get('x-auricle-warning') ?? '';
  if (expected.delivery === 'whole') {
    return [
      ...(warning.includes('stream was not applied') ? [] : [`warning ${warning}`]),
      ...(await judgeWhole(answer, expectation)),
      ...(expected.mode === 'native' ? await judgeOrigin(subject, answer, filename) : []),
    ];
  }
  const isRelayedAsSent = expected.mode === 'native' && expected.delivery === 'relayed';
  return [
    ...judgeStream(answer, await bench.rowOf(answer), expectation),
    ...(isRelayedAsSent ? await judgeOrigin(subject, answer, filename) : []),
  ];
}

async function judgeOrigin(subject: Subject, answer: Answer, filename: string): Promise<string[]> {
  const server = serverOf(subject);
  const upload = server?.requestOf(filename);
  return server && upload ? judgeBytes(answer, server, upload) : ['the provider was not asked'];
}

function outcome({ offer }: Subject, question: Question): Outcome {
  return outcomeOf(offer.capabilities, question);
}

/** Everything that the documents say of a model. */
function promise({ offer }: Subject): string {
  return promiseOf(offer.capabilities);
}

function promiseOf(capabilities: Subject['offer']['capabilities']): string {
  return JSON.stringify(questions.map((question) => outcomeOf(capabilities, question)));
}

function modelsThatCould(question: Question): readonly string[] {
  // The gateway offers the sandbox by itself.
  const sandbox = bench.adapterOf('sandbox');
  const rehearsals = sandbox.knownModels.filter(
    (model) => outcomeOf(sandbox.capabilities(model), question).mode !== 'refused',
  );
  return [
    ...subjects.filter((subject) => outcome(subject, question).mode !== 'refused').map(({ name }) => name),
    ...rehearsals,
  ];
}

function serverOf({ provider, settings }: Subject): SimulatorServer | undefined {
  return STREAMING_SERVERS.some((it) => it === settings?.['server']) ? streaming : bench.serverOf(provider);
}

/** How often a provider was sent something to transcribe. */
function uploadsTo(server: SimulatorServer | undefined): number {
  return server?.requests.filter((it) => (endpointOf(it) ?? 'submit') === 'submit').length ?? 0;
}
