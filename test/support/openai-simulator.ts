import { answerSpeech, refuseSpeech } from './openai-speech-simulator.js';
import { answer, errorAnswer, eventStream, type ScriptedAnswer } from './simulator-answers.js';
import {
  diarizedAnswer,
  jsonAnswers,
  srtAnswer,
  streamEvents,
  textAnswer,
  verboseAnswer,
  vttAnswer,
} from './simulator-fixtures.js';
import { anyWhisper, openAiProfile, type SimulatedModel, type SimulatorProfile } from './simulator-profiles.js';
import type { RecordedRequest } from './simulator-request.js';
import { type SimulatorBehaviour, SimulatorServer } from './simulator-server.js';

/** The key that the simulated provider takes. */
export const SIMULATOR_KEY = 'sk-simulator-0123456789abcdef';

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

/** A provider that speaks OpenAI's audio protocol: strict about requests, scriptable in its answers. */
export class OpenAiSimulator extends SimulatorServer {
  /** Starts on a free port. */
  static start(profile: SimulatorProfile = openAiProfile): Promise<OpenAiSimulator> {
    return new OpenAiSimulator(new OpenAiBehaviour(profile)).listen();
  }

  /** The base URL to give to a client. */
  get url(): string {
    return `${this.origin}/v1`;
  }
}

/** What OpenAI says to requests; also of those who speak its protocol behind other doors. */
export class OpenAiBehaviour implements SimulatorBehaviour {
  constructor(private readonly profile: SimulatorProfile) {}

  refuse(request: RecordedRequest): ScriptedAnswer | undefined {
    const endpoint = endpointOf(request);
    if (!endpoint) return errorAnswer(404, { message: `Unknown request URL: ${request.method} ${request.path}.` });
    const wrongKey = this.refuseCredential(request);
    if (endpoint === 'speech') return wrongKey ?? refuseSpeech(request, this.profile.speech ?? {});
    return (
      wrongKey ??
      refuseForm(request, this.profile.takesUrls ?? false) ??
      this.refuseFields(request, endpoint) ??
      this.refuseModel(request, endpoint)
    );
  }

  answer(request: RecordedRequest): ScriptedAnswer {
    if (endpointOf(request) === 'speech') return answerSpeech(request);
    const model = this.modelOf(request) ?? anyWhisper;
    return answerOf(request, model, model.kind !== 'whisper' || this.profile.whispersStream === true);
  }

  private modelOf(request: RecordedRequest): SimulatedModel | undefined {
    const name = request.value('model') ?? '';
    return this.profile.models ? this.profile.models[name] : anyWhisper;
  }

  private refuseCredential({ headers }: RecordedRequest): ScriptedAnswer | undefined {
    const { authorization } = headers;
    if (authorization === undefined) {
      return this.profile.needsApiKey ? errorAnswer(401, { message: "You didn't provide an API key." }) : undefined;
    }
    if (authorization === `Bearer ${SIMULATOR_KEY}`) return undefined;
    const message = `Incorrect API key provided: ${authorization.slice('Bearer '.length)}.`;
    return errorAnswer(401, { message, code: 'invalid_api_key' });
  }

  private refuseFields(
    request: RecordedRequest,
    endpoint: 'transcriptions' | 'translations',
  ): ScriptedAnswer | undefined {
    const known = this.profile.fields?.[endpoint];
    const unknown = known && request.keys.find((it) => !known.includes(it) && it !== 'file' && it !== 'model');
    if (unknown) return refusal(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter');
    const repeated = request.keys.find((key, index) => !key.endsWith('[]') && request.keys.indexOf(key) !== index);
    return known && repeated ? refusal(`Repeated parameter: '${repeated}'.`, repeated) : undefined;
  }

  private refuseModel(request: RecordedRequest, endpoint: string): ScriptedAnswer | undefined {
    const name = request.value('model');
    if (name === undefined) return refusal('you must provide a model parameter');
    const model = this.modelOf(request);
    if (!model || (endpoint === 'translations' && !model.translates)) {
      const message = `The model \`${name}\` does not exist or you do not have access to it.`;
      return errorAnswer(404, { message, code: 'model_not_found' });
    }
    const broken = RULES.find((it) => it.broken(request, model));
    return broken && refusal(broken.message, broken.param, broken.code ?? 'invalid_value');
  }
}

interface ModelRule {
  readonly param: string;
  readonly message: string;
  readonly code?: string;
  broken(request: RecordedRequest, model: SimulatedModel): boolean;
}

/** What OpenAI's specification says in prose about fields and models. */
const RULES: readonly ModelRule[] = [
  {
    param: 'response_format',
    message: 'response_format is not compatible with this model.',
    code: 'unsupported_value',
    broken: (request, { formats }) => !formats.includes(request.value('response_format') ?? 'json'),
  },
  {
    param: 'chunking_strategy',
    message: 'chunking_strategy is required for diarization models',
    broken: (request, { kind }) =>
      kind === 'gpt4oDiarize' && !request.keys.some((it) => it.startsWith('chunking_strategy')),
  },
  {
    param: 'chunking_strategy',
    message: "chunking_strategy must be 'auto' or an object with a type.",
    broken: (request) =>
      (request.value('chunking_strategy') ?? 'auto') !== 'auto' ||
      (request.keys.some((it) => it.startsWith('chunking_strategy[')) &&
        request.value('chunking_strategy[type]') !== 'server_vad'),
  },
  {
    param: 'prompt',
    message: 'prompt is not supported for diarization models',
    broken: (request, { kind }) => kind === 'gpt4oDiarize' && request.value('prompt') !== undefined,
  },
  {
    param: 'include[]',
    message: "include[] must be 'logprobs', with response_format json and a model that supports it.",
    broken: (request, { kind }) =>
      request.values('include[]').length > 0 &&
      (kind !== 'gpt4o' ||
        request.values('include[]').some((it) => it !== 'logprobs') ||
        request.value('response_format') !== 'json'),
  },
  {
    param: 'timestamp_granularities[]',
    message: 'timestamp_granularities[] needs response_format verbose_json.',
    broken: (request) => {
      const values = request.values('timestamp_granularities[]');
      if (values.length === 0) return false;
      return (
        request.value('response_format') !== 'verbose_json' || values.some((it) => it !== 'word' && it !== 'segment')
      );
    },
  },
  {
    param: 'keywords[]',
    message: 'keywords[] and languages[] are not supported for this model.',
    broken: (request, { kind }) =>
      kind !== 'gptTranscribe' && [...request.values('keywords[]'), ...request.values('languages[]')].length > 0,
  },
  {
    param: 'known_speaker_names[]',
    message: 'known speakers need as many names as references, at most four, and a diarization model.',
    broken: (request, { kind }) => {
      const [names, references] = [
        request.values('known_speaker_names[]'),
        request.values('known_speaker_references[]'),
      ];
      return names.length !== references.length || names.length > 4 || (names.length > 0 && kind !== 'gpt4oDiarize');
    },
  },
  {
    param: 'temperature',
    message: 'temperature must be a number between 0 and 1.',
    broken: (request) => {
      const value = request.value('temperature');
      return value !== undefined && (value === '' || !(Number(value) >= 0 && Number(value) <= 1));
    },
  },
  {
    param: 'stream',
    message: 'stream must be true or false.',
    broken: (request) => !['true', 'false'].includes(request.value('stream') ?? 'false'),
  },
];

const EXTENSIONS = ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm'];

function refuseForm(request: RecordedRequest, takesUrls: boolean): ScriptedAnswer | undefined {
  if (!request.headers['content-type']?.startsWith('multipart/form-data; boundary=')) {
    return refusal('the body must be multipart/form-data');
  }
  const files = request.parts.filter((it) => it.file);
  const [part] = files;
  const url = takesUrls ? request.value('url') : undefined;
  if (url !== undefined) {
    return files.length === 0 && URL.canParse(url) ? undefined : refusal('send either a file or a url', 'url');
  }
  if (files.length !== 1 || part?.name !== 'file' || !part.file) return refusal('field required', 'file');
  const extension = part.file.filename.split('.').at(-1) ?? '';
  if (!EXTENSIONS.includes(extension) || !/^(?:audio|video)\//.test(part.file.mediaType)) {
    return refusal(`Invalid file format. Supported formats: [${EXTENSIONS.map((it) => `'${it}'`).join(', ')}]`);
  }
  return undefined;
}

function refusal(message: string, param: string | null = null, code: string | null = null): ScriptedAnswer {
  return errorAnswer(400, { message, param, code });
}

function endpointOf({ method, path }: RecordedRequest): 'transcriptions' | 'translations' | 'speech' | undefined {
  if (method !== 'POST') return undefined;
  if (path === '/v1/audio/speech') return 'speech';
  if (path === '/v1/audio/transcriptions') return 'transcriptions';
  return path === '/v1/audio/translations' ? 'translations' : undefined;
}

function answerOf(request: RecordedRequest, { kind }: SimulatedModel, streams: boolean): ScriptedAnswer {
  const task = request.path.endsWith('translations') ? 'translate' : 'transcribe';
  const format = request.value('response_format') ?? 'json';
  const withLogprobs = request.values('include[]').includes('logprobs');
  const headers = { 'x-request-id': 'req_simulated' };
  if (request.value('stream') === 'true' && streams) {
    return eventStream([...streamEvents(format === 'diarized_json', withLogprobs), '[DONE]']);
  }
  switch (format) {
    case 'verbose_json':
      return answer(200, verboseAnswer(task, request.values('timestamp_granularities[]')), headers);
    case 'diarized_json':
      return answer(200, diarizedAnswer, headers);
    case 'text':
      return answer(200, textAnswer, { ...headers, ...PLAIN });
    case 'srt':
      return answer(200, srtAnswer, { ...headers, ...PLAIN });
    case 'vtt':
      return answer(200, vttAnswer, { ...headers, ...PLAIN });
    default:
      return answer(200, jsonOf(kind, task, withLogprobs), headers);
  }
}

function jsonOf(kind: SimulatedModel['kind'], task: string, withLogprobs: boolean): object {
  if (task === 'translate') return jsonAnswers.translation;
  if (withLogprobs) return jsonAnswers.gpt4oWithLogprobs;
  return jsonAnswers[kind === 'gpt4oDiarize' ? 'gpt4o' : kind];
}
