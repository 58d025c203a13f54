import { answer, errorAnswer, eventStream, type ScriptedAnswer } from './simulator-answers.js';
import { jsonAnswers, srtAnswer, streamEvents, textAnswer, verboseAnswer, vttAnswer } from './simulator-fixtures.js';
import type { RecordedRequest } from './simulator-request.js';
import { type SimulatorBehaviour, SimulatorServer } from './simulator-server.js';

/** What one self-hosted server does with OpenAI's form; everything that is not named, it does as OpenAI. */
export interface SelfHosted {
  /** Formats that it answers. */
  readonly formats: readonly string[];
  /** Formats for which it gives `json`, whatever was asked for. */
  readonly ignores?: readonly string[];
  /** Granularities that it takes; by default both. */
  readonly granularities?: readonly string[];
  readonly streams?: 'yes' | 'refused' | 'ignored';
  readonly translates?: boolean;
  /** How it says what it does not take. */
  readonly refusal?: Refusal;
}

/** An error answer about a field, with a value that it does not take. */
export type Refusal = (field: string, value: string) => ScriptedAnswer;

/** OpenAI's envelope, and what FastAPI servers make of it in `detail`. */
export const refusals = {
  'an envelope': (field, value) => errorAnswer(400, { message: `${value} is not for this model`, param: field }),
  'an envelope without a param': (field, value) => errorAnswer(400, { message: `Unsupported ${field}: ${value}` }),
  'a text': (field, value) => answer(415, { detail: `${field} '${value}' is not supported` }),
  'an object': (field, value) => answer(422, { detail: { message: `Unsupported ${field}: ${value}` } }),
  'an object with an error': (field, value) =>
    answer(400, { detail: { error: { message: `Unsupported ${field}: ${value}`, type: 'invalid_request_error' } } }),
  'a list': (field) =>
    answer(422, { detail: [{ type: 'enum', loc: ['body', field], msg: "Input should be 'json'", input: '' }] }),
  'a server error': (field, value) => answer(500, { detail: `Unsupported ${field}: ${value}` }),
} satisfies Record<string, Refusal>;

/** A server of somebody's own, with all that makes such servers different from OpenAI. */
export class SelfHostedSimulator extends SimulatorServer {
  static start(server: SelfHosted): Promise<SelfHostedSimulator> {
    return new SelfHostedSimulator(new SelfHostedBehaviour(server)).listen();
  }

  /** The base URL to give to a client. */
  get url(): string {
    return `${this.origin}/v1`;
  }

  /** The formats that it was asked for so far, in turn. */
  get asked(): (string | undefined)[] {
    return this.requests.map((it) => it.value('response_format'));
  }
}

class SelfHostedBehaviour implements SimulatorBehaviour {
  constructor(private readonly server: SelfHosted) {}

  refuse(request: RecordedRequest): ScriptedAnswer | undefined {
    const { formats, ignores = [], granularities, streams, translates = true } = this.server;
    const { refusal = refusals['an envelope'] } = this.server;
    if (request.path.endsWith('/translations') && !translates) return answer(404, { detail: 'Not Found' });
    const format = formatOf(request);
    if (![...formats, ...ignores].includes(format)) return refusal('response_format', format);
    const refused = request.values('timestamp_granularities[]').find((it) => granularities?.includes(it) === false);
    if (refused !== undefined) return refusal('timestamp_granularities[]', refused);
    if (request.value('stream') === 'true' && streams === 'refused') return refusal('stream', 'true');
    return undefined;
  }

  answer(request: RecordedRequest): ScriptedAnswer {
    const format = formatOf(request);
    if (request.value('stream') === 'true' && this.server.streams === 'yes') {
      return eventStream([...streamEvents(false, false), '[DONE]']);
    }
    if (this.server.ignores?.includes(format)) return answer(200, jsonAnswers.whisper);
    const plain = { 'content-type': 'text/plain; charset=utf-8' };
    if (format === 'text') return answer(200, textAnswer, plain);
    if (format === 'srt') return answer(200, srtAnswer, plain);
    if (format === 'vtt') return answer(200, vttAnswer, plain);
    if (format === 'json') return answer(200, jsonAnswers.whisper);
    return answer(200, verboseAnswer('transcribe', request.values('timestamp_granularities[]')));
  }
}

function formatOf(request: RecordedRequest): string {
  return request.value('response_format') ?? 'json';
}
