import { SIMULATOR_KEY } from './openai-simulator.js';
import { answer, errorAnswer, type ScriptedAnswer } from './simulator-answers.js';
import { SPOKEN } from './simulator-fixtures.js';
import type { RecordedRequest } from './simulator-request.js';
import { type SimulatorBehaviour, SimulatorServer } from './simulator-server.js';

/** Together's audio endpoints, strict as its API reference. */
export class TogetherSimulator extends SimulatorServer {
  /** Starts on a free port. */
  static start(): Promise<TogetherSimulator> {
    return new TogetherSimulator(behaviour).listen();
  }

  /** The base URL to give to a client. */
  get url(): string {
    return `${this.origin}/v1`;
  }
}

const MODELS = ['openai/whisper-large-v3', 'mistralai/Voxtral-Mini-3B-2507', 'nvidia/parakeet-tdt-0.6b-v3'];

/** Field names, and whether a form may repeat them. */
const FIELDS: Readonly<Record<string, 'once' | 'repeated'>> = {
  model: 'once',
  file: 'once',
  language: 'once',
  prompt: 'once',
  response_format: 'once',
  temperature: 'once',
  timestamp_granularities: 'repeated',
  diarize: 'once',
  min_speakers: 'once',
  max_speakers: 'once',
};

const behaviour: SimulatorBehaviour = {
  refuse(request) {
    if (request.method !== 'POST' || !/^\/v1\/audio\/(?:transcriptions|translations)$/.test(request.path)) {
      return errorAnswer(404, { message: `No such route: ${request.method} ${request.path}` });
    }
    if (request.headers.authorization !== `Bearer ${SIMULATOR_KEY}`) {
      return errorAnswer(401, { message: 'Invalid API key provided', code: 'invalid_api_key' });
    }
    const problem = problemOf(request);
    return problem === undefined ? undefined : errorAnswer(400, { message: problem });
  },
  answer: answerOf,
};

function problemOf(request: RecordedRequest): string | undefined {
  const { keys } = request;
  const stranger = keys.find((key) => !Object.hasOwn(FIELDS, key));
  if (stranger !== undefined) return `Unknown parameter: ${stranger}`;
  const repeated = keys.find((key, index) => FIELDS[key] === 'once' && keys.indexOf(key) !== index);
  if (repeated !== undefined) return `Repeated parameter: ${repeated}`;
  if (!keys.includes('file')) return 'file is required';
  if (keys.indexOf('model') === -1 || keys.indexOf('model') > keys.indexOf('file')) return 'model must precede file';
  if (!MODELS.includes(request.value('model') ?? '')) return 'Unable to access model';
  if (!request.file && !/^https?:\/\//.test(request.value('file') ?? '')) return 'file must be a file or a URL';
  const wrong = RULES.find(([field, rule]) => request.values(field).some((value) => !rule.test(value)));
  return wrong && `Invalid value of ${wrong[0]}`;
}

const RULES: readonly (readonly [field: string, rule: RegExp])[] = [
  ['response_format', /^(?:json|verbose_json)$/],
  ['timestamp_granularities', /^(?:word|segment)$/],
  ['language', /^(?:auto|[a-z]{2})$/],
  ['temperature', /^(?:0(?:\.\d+)?|1(?:\.0+)?)$/],
  ['diarize', /^(?:true|false)$/],
  ['min_speakers', /^\d+$/],
  ['max_speakers', /^\d+$/],
];

function answerOf(request: RecordedRequest): ScriptedAnswer {
  if (request.value('response_format') !== 'verbose_json') return answer(200, { text: SPOKEN });
  const task = request.path.endsWith('translations') ? 'translate' : 'transcribe';
  const language = request.value('language') ?? 'en';
  return answer(200, {
    ...togetherVerbose(task, request.values('timestamp_granularities'), request.value('diarize') === 'true'),
    // What is said in the fixture is English whatever was asked for; only `auto` listens.
    language: language === 'auto' ? 'en' : language,
  });
}

const words = [
  { id: 0, word: 'The', start: 0, end: 0.24 },
  { id: 1, word: 'beach', start: 0.24, end: 0.58 },
];

const stretches = [
  { id: 0, start: 0, end: 3.3, text: 'The beach was a popular spot on a hot summer day.' },
  { id: 1, start: 3.4, end: 8.4, text: 'People were swimming.' },
];

/** Together's `verbose_json`: bare segments, words on demand, and speakers beside them when they were asked for. */
function togetherVerbose(task: string, granularities: readonly string[], diarize: boolean): object {
  return {
    task,
    duration: 8.47,
    text: SPOKEN,
    segments: stretches,
    ...(granularities.includes('word') && { words }),
    ...(diarize && {
      speaker_segments: [
        { ...stretches[0], speaker_id: 'SPEAKER_01', words: words.map((it) => ({ ...it, speaker_id: 'SPEAKER_01' })) },
        { ...stretches[1], speaker_id: 'SPEAKER_00', words: [] },
      ],
    }),
  };
}
