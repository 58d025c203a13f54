import { createParser } from 'eventsource-parser';
import { parseJson, property } from '../../../src/providers/answer-body.js';
import type { Outcome, Question } from '../../docs/format-matrix.js';
import type { RecordedRequest } from '../../support/simulator-request.js';
import type { SimulatorServer } from '../../support/simulator-server.js';
import { loadSpec } from '../../support/specs.js';
import type { Answer } from '../provider-bench.js';
import { readSubtitles } from '../round-trip/subtitles.js';

/** A refusal as it must be. */
export type Refusal = Extract<Outcome, { mode: 'refused' }>;

/** An answer as it must be. */
export interface Expectation {
  readonly question: Question;
  /** What is said; absent = something. */
  readonly text?: string;
}

const document = loadSpec('openai-audio.yml');

/** OpenAI's schema of every answer in JSON. */
const SCHEMAS: Readonly<Record<string, string>> = {
  'transcribe json': 'CreateTranscriptionResponseJson',
  'transcribe verbose_json': 'CreateTranscriptionResponseVerboseJson',
  'transcribe diarized_json': 'CreateTranscriptionResponseDiarizedJson',
  'translate json': 'CreateTranslationResponseJson',
  'translate verbose_json': 'CreateTranslationResponseVerboseJson',
  'transcript.text.delta': 'TranscriptTextDeltaEvent',
  'transcript.text.segment': 'TranscriptTextSegmentEvent',
  'transcript.text.done': 'TranscriptTextDoneEvent',
};

/** A 400 that names the parameter and, if there are any, the models that could. */
export function judgeRefusal(answer: Answer, { param }: Refusal, able: readonly string[]): string[] {
  const error = property(parseJson(answer.body), 'error');
  const message = String(property(error, 'message'));
  const [, named] = /Models that could: ([^ ]+(?:, [^ ]+)*)\.$/.exec(message) ?? [];
  const names = named?.split(', ') ?? [];
  return complaints([
    [answer.status === 400, `status ${answer.status}`],
    [property(error, 'type') === 'invalid_request_error', `type ${String(property(error, 'type'))}`],
    [property(error, 'param') === param, `param ${String(property(error, 'param'))} instead of ${param}`],
    [names.length > 0 === able.length > 0, `the models that could: ${message}`],
    [names.every((name) => able.includes(name)), `models that could not: ${message}`],
  ]);
}

/** An answer in one piece: of its format, with what was said in it. */
export async function judgeWhole(answer: Answer, { question, text }: Expectation): Promise<string[]> {
  const { task, format } = question;
  const type = answer.headers.get('content-type') ?? '';
  const isJson = format.includes('json');
  return complaints([
    [answer.status === 200, `status ${answer.status}: ${answer.body.toString()}`],
    [type.startsWith(isJson ? 'application/json' : 'text/plain'), `content type ${type}`],
    ...(isJson ? judgeJson(parseJson(answer.body), SCHEMAS[`${task} ${format}`]) : []),
    ...judgeText(await saidIn(answer.body, question), text),
    ...judgeExtras(parseJson(answer.body), question),
  ]);
}

/** Events: deltas that add up to the text, one `done` at the end with what the provider bills, and the terminator. */
export function judgeStream(answer: Answer, row: unknown, { question, text }: Expectation): string[] {
  const type = answer.headers.get('content-type') ?? '';
  const data = dataOf(answer.body);
  const events = data.slice(0, -1).map((it): unknown => parseJson(it));
  const types = events.map((it) => String(property(it, 'type')));
  const done = events.at(-1);
  const deltas = events.map((it) => property(it, 'delta') ?? '').join('');
  const segments = types.filter((it) => it === 'transcript.text.segment');
  return complaints([
    [answer.status === 200, `status ${answer.status}: ${answer.body.toString()}`],
    [type.startsWith('text/event-stream'), `content type ${type}`],
    [data.at(-1) === '[DONE]', `ends with ${data.at(-1)}`],
    [types.indexOf('transcript.text.done') === types.length - 1, `done is not the one last event of ${types}`],
    [types.includes('transcript.text.delta'), `no delta among ${types}`],
    [segments.length > 0 === (question.format === 'diarized_json'), `segments among ${types}`],
    [deltas === property(done, 'text'), `deltas ${deltas} for ${String(property(done, 'text'))}`],
    ...events.flatMap((event, index) => judgeJson(withoutSeconds(event), SCHEMAS[types[index] ?? ''])),
    ...judgeText(String(property(done, 'text')), text),
    ...judgeUsage(done, property(row, 'usage')),
  ]);
}

/** The provider's own bytes: what it sends when it gets the same request again. */
export async function judgeBytes(answer: Answer, server: SimulatorServer, upload: RecordedRequest): Promise<string[]> {
  const own = await server.replay(upload);
  const body = Buffer.from(await own.arrayBuffer());
  return complaints([
    [body.equals(answer.body), `the provider sent ${body.toString()}, the client got ${answer.body.toString()}`],
    [own.headers.get('content-type') === answer.headers.get('content-type'), 'another content type than the provider'],
  ]);
}

type Check = readonly [holds: boolean, complaint: string];

function complaints(checks: readonly Check[]): string[] {
  return checks.flatMap(([holds, complaint]) => (holds ? [] : [complaint]));
}

function judgeJson(body: unknown, schema: string | undefined): Check[] {
  if (schema === undefined) return [[false, `nobody knows the schema of ${JSON.stringify(body)}`]];
  // The specification is not ours to publish; `loadSpec` says when its absence is an error.
  if (!document) return [];
  const validate = document.validator(schema);
  validate(body);
  return (validate.errors ?? []).map(({ instancePath, message }) => [false, `${schema}${instancePath} ${message}`]);
}

/** The transcript as the format has it, without the names that OpenAI writes into the text of `diarized_json`. */
async function saidIn(body: Buffer, { format }: Question): Promise<string> {
  if (format === 'text') return body.toString();
  if (format !== 'srt' && format !== 'vtt') {
    const said = String(property(parseJson(body), 'text'));
    return format === 'diarized_json' ? said.replaceAll(/^(?:agent|[A-Z]): /gm, '') : said;
  }
  const cues = await readSubtitles(body.toString(), format);
  return cues.map(({ text }) => text).join(' ');
}

function judgeText(said: string, expected: string | undefined): Check[] {
  const [one, other] = [said, expected].map((text) => text?.replaceAll(/\s+/g, ' ').trim());
  return [[other === undefined ? one !== '' : one === other, `says ${one}`]];
}

/** Word times, logprobs and speakers where they were asked for. */
function judgeExtras(body: unknown, { format, fields }: Question): Check[] {
  const asked = [
    ...('timestamp_granularities[]' in fields ? ['words'] : []),
    ...('include[]' in fields ? ['logprobs'] : []),
    ...(format === 'diarized_json' ? ['segments'] : []),
  ];
  return asked.map((name) => {
    const list = property(body, name);
    return [Array.isArray(list) && list.length > 0, `no ${name}`];
  });
}

/** OpenAI's schema knows only tokens in the last event; our seconds for providers that bill by time are a deviation. */
function withoutSeconds(event: unknown): unknown {
  const isTimed = property(property(event, 'usage'), 'type') === 'duration';
  return isTimed ? { ...Object(event), usage: undefined } : event;
}

/** The last event says what the ledger has of what the provider reported. */
function judgeUsage(done: unknown, reported: unknown): Check[] {
  const usage = JSON.stringify(property(done, 'usage') ?? null);
  return [[usage === JSON.stringify(reported), `usage ${usage} for ${JSON.stringify(reported)}`]];
}

/** The payloads of an event stream. */
export function dataOf(body: Buffer): string[] {
  const data: string[] = [];
  createParser({ onEvent: (event) => data.push(event.data) }).feed(body.toString());
  return data;
}
