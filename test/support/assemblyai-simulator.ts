import { completedJob, deletedJob, JOB_ID, unfinishedJob, UPLOAD_URL } from './assemblyai-fixtures.js';
import { answer, type ScriptedAnswer } from './simulator-answers.js';
import type { RecordedRequest } from './simulator-request.js';
import { type SimulatorBehaviour, SimulatorServer } from './simulator-server.js';

/** The key that the simulated AssemblyAI takes. */
export const ASSEMBLYAI_KEY = '0123456789abcdef0123456789abcdef';

/** AssemblyAI: strict about requests, scriptable in its answers; a job is done at the second look. */
export class AssemblyAiSimulator extends SimulatorServer {
  /**
   * Starts on a free port.
   * @param complete what it has heard when a job is done
   */
  static start(complete: typeof completedJob = completedJob): Promise<AssemblyAiSimulator> {
    return new AssemblyAiSimulator(new AssemblyAiBehaviour(complete)).listen();
  }

  /** The body of the job that was submitted last. */
  get submitted(): Readonly<Record<string, unknown>> {
    const request = this.requests.findLast((it) => endpointOf(it) === 'submit');
    if (!request) throw new Error('the simulator has received no job');
    return bodyOf(request);
  }

  /** The requests so far, in short. */
  get steps(): readonly string[] {
    return this.requests.map((it) => endpointOf(it) ?? `${it.method} ${it.path}`);
  }
}

type Endpoint = 'upload' | 'submit' | 'look' | 'delete';

/** What a request wants; undefined = AssemblyAI has no such endpoint. */
export function endpointOf(request: RecordedRequest): Endpoint | undefined {
  const endpoints: Readonly<Record<string, Endpoint>> = {
    'POST /v2/upload': 'upload',
    'POST /v2/transcript': 'submit',
    'GET /v2/transcript/:id': 'look',
    'DELETE /v2/transcript/:id': 'delete',
  };
  const id = jobIdOf(request);
  return endpoints[`${request.method} ${id === undefined ? request.path : '/v2/transcript/:id'}`];
}

/** The job that a request is about. */
export function jobIdOf({ path }: RecordedRequest): string | undefined {
  return /^\/v2\/transcript\/([\da-f-]{36})$/.exec(path)?.[1];
}

/** The first job is `JOB_ID`, the others count on. */
function jobId(index: number): string {
  return JOB_ID.slice(0, -4) + (parseInt(JOB_ID.slice(-4), 16) + index).toString(16).padStart(4, '0');
}

interface Job {
  readonly submitted: Readonly<Record<string, unknown>>;
  readonly looks: number;
}

class AssemblyAiBehaviour implements SimulatorBehaviour {
  private readonly jobs = new Map<string, Job>();

  constructor(private readonly complete: typeof completedJob) {}

  refuse(request: RecordedRequest): ScriptedAnswer | undefined {
    const endpoint = endpointOf(request);
    if (request.headers.authorization !== ASSEMBLYAI_KEY) {
      return refusal(401, 'Authentication error, API token missing/invalid');
    }
    const id = jobIdOf(request);
    // A test may have scripted the answer that promised the first job.
    const isKnown = id === undefined || id === JOB_ID || this.jobs.has(id);
    if (!endpoint || !isKnown) return refusal(404, 'Not found');
    const isJob = endpoint === 'submit';
    if (!isJob && endpoint !== 'upload') {
      return request.rawBody.length > 0 ? refusal(400, 'There is a body') : undefined;
    }
    const type = isJob ? 'application/json' : 'application/octet-stream';
    if (request.headers['content-type'] !== type) return refusal(400, `The content type must be ${type}`);
    const broken = isJob && rules.find((rule) => rule.broken(bodyOf(request)));
    return broken ? refusal(400, broken.message) : undefined;
  }

  answer(request: RecordedRequest): ScriptedAnswer {
    switch (endpointOf(request)) {
      case 'upload':
        return answer(200, { upload_url: UPLOAD_URL });
      case 'submit':
        return answer(200, this.submit(bodyOf(request)));
      case 'delete':
        return answer(200, deletedJob());
      default:
        return answer(200, this.look(jobIdOf(request) ?? ''));
    }
  }

  private submit(submitted: Job['submitted']): object {
    const id = jobId(this.jobs.size);
    this.jobs.set(id, { submitted, looks: 0 });
    return unfinishedJob('queued', submitted, id);
  }

  private look(id: string): object {
    const { submitted, looks } = this.jobs.get(id) ?? { submitted: {}, looks: 0 };
    this.jobs.set(id, { submitted, looks: looks + 1 });
    return looks > 0 ? this.complete(submitted, id) : unfinishedJob('processing', submitted, id);
  }
}

interface JobRule {
  readonly message: string;
  broken(job: Readonly<Record<string, unknown>>): boolean;
}

/** Of the specification, what a transcription may send; a strict reader of the rest is the contract test. */
const FIELDS = [
  'audio_url',
  'speech_models',
  'language_code',
  'language_detection',
  'language_detection_options',
  'prompt',
  'temperature',
  'keyterms_prompt',
  'speaker_labels',
  'speakers_expected',
  'speaker_options',
  'multichannel',
  'language_codes',
  'domain',
  'custom_spelling',
  'entity_detection',
  'sentiment_analysis',
  'auto_chapters',
  'auto_highlights',
  'content_safety',
  'content_safety_confidence',
  'iab_categories',
  'summarization',
  'summary_model',
  'summary_type',
  'punctuate',
  'format_text',
  'disfluencies',
  'filter_profanity',
  'remove_audio_tags',
  'redact_pii',
  'redact_pii_policies',
  'redact_pii_sub',
  'audio_start_from',
  'audio_end_at',
  'speech_threshold',
  'language_confidence_threshold',
];

const MODELS = ['assemblyai-stt-3-7', 'universal-3-5-pro', 'universal-3-pro', 'universal-2'];

/** What AssemblyAI's documentation says in prose about fields and models. */
const rules: readonly JobRule[] = [
  { message: 'Invalid endpoint schema, please refer to documentation', broken: (job) => unknownFields(job).length > 0 },
  {
    message: `"speech_models" must be a non-empty list containing one or more of: ${MODELS.join(', ')}`,
    broken: ({ speech_models: models }) =>
      !Array.isArray(models) ||
      models.length === 0 ||
      models.some((it: unknown) => !MODELS.some((name) => name === it)),
  },
  { message: '"audio_url" must be a URL', broken: ({ audio_url: url }) => !URL.canParse(String(url)) },
  {
    message: 'language_code and language_detection cannot be used together',
    broken: (job) => 'language_code' in job && 'language_detection' in job,
  },
  {
    message: '"prompt" and "temperature" need a Universal-3 model',
    broken: (job) =>
      ('prompt' in job || 'temperature' in job) &&
      JSON.stringify(job.speech_models) === JSON.stringify(['universal-2']),
  },
];

function unknownFields(job: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(job).filter((it) => !FIELDS.includes(it));
}

function bodyOf(request: RecordedRequest): Readonly<Record<string, unknown>> {
  const body: unknown = JSON.parse(request.rawBody.toString());
  if (typeof body !== 'object' || body === null) throw new Error('the body is no JSON object');
  return Object.fromEntries(Object.entries(body));
}

function refusal(status: number, error: string): ScriptedAnswer {
  return answer(status, { error });
}
