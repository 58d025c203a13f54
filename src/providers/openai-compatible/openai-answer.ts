import type { Bill } from '../../domain/bill.js';
import { ProviderError } from '../../domain/errors.js';
import type { ResponseFormat, ReportedSegment, ReportedResult, ReportedWord } from '../../domain/transcription.js';
import type { ProviderResponse } from '../provider-http.js';
import { type OpenAiAnswer, openAiAnswerSchema } from './openai-answer.schema.js';
import { isErrorBody, isHtml, isJson, isText, parseJson } from '../answer-body.js';
import { SpeakerLabels } from '../speaker-labels.js';
import { transcriptText } from '../transcript-text.js';
import { billOf, reportedCostOf } from './openai-bill.js';
import { errorFromResponse } from './openai-errors.js';
import { requestIdOf } from './openai-response.js';
import { hasCues, textOfSubtitles } from './subtitle-text.js';

/** The formats asked for on either side of the gateway. */
export interface AskedFormats {
  readonly requested: ResponseFormat;
  readonly upstream: ResponseFormat;
}

/** Where the provider forgot to say what it sent. The official clients parse JSON only when it is labelled so. */
const CONTENT_TYPES: Readonly<Record<ResponseFormat, string>> = {
  json: 'application/json',
  verbose_json: 'application/json',
  diarized_json: 'application/json',
  text: 'text/plain; charset=utf-8',
  srt: 'text/plain; charset=utf-8',
  vtt: 'text/plain; charset=utf-8',
};

/**
 * Reads an answer with a status of success. The body is kept byte for byte as `native` when it is what the client asked
 * for; an answer in JSON where text was asked for (some servers ignore `response_format`) is read for what it is and not
 * native.
 * @param apiKey never appears in an error
 * @throws ProviderError `bad_response` when there is no transcript in it, or what it complains of
 */
export function decodeAnswer(response: ProviderResponse, formats: AskedFormats, apiKey?: string): ReportedResult {
  if (isHtml(response)) throw badResponse(response, 'an HTML page');
  const json = parseJson(response.body);
  const wantsJson = CONTENT_TYPES[formats.upstream] === 'application/json';
  if (wantsJson || (typeof json === 'object' && json !== null)) {
    const result = decodeJson(response, json, apiKey);
    return wantsJson ? { ...result, native: nativeAnswer(response, formats) } : result;
  }
  // FastAPI servers that return the text as it is send it as a JSON string.
  const isQuoted = typeof json === 'string' && isJson(response);
  return decodeText(isQuoted ? { ...response, body: Buffer.from(json) } : response, formats);
}

function decodeJson(response: ProviderResponse, json: unknown, apiKey: string | undefined): ReportedResult {
  const answer = openAiAnswerSchema.safeParse(json).data;
  if (!answer)
    throw badResponse(response, response.body.length === 0 ? 'an empty body' : 'a body that is no JSON object');
  const text = transcriptText(
    answer.text,
    answer.segments?.map((it) => it.text),
    answer.words?.map((it) => it.word),
  );
  if (!text && isErrorBody(json)) throw errorFromResponse(response, apiKey);
  if (text === undefined) throw badResponse(response, 'JSON without a transcript', billOf(json));
  return {
    ...toResult(answer, withoutNames(text, answer)),
    costUsd: reportedCostOf(json),
    upstreamRequestId: requestIdOf(response, json),
  };
}

/**
 * What was said: the `text` of `diarized_json` names the speaker at the beginning of every line, `Agent: Hello`, whose
 * segments have the name for themselves.
 */
function withoutNames(text: string, { segments = [] }: OpenAiAnswer): string {
  const names = new Set(segments.flatMap(({ speaker }) => speaker?.toLowerCase() ?? []));
  if (names.size === 0) return text;
  return text
    .split('\n')
    .map((line) => {
      const [label = '', name] = /^([^:]+): /.exec(line) ?? [];
      return name !== undefined && names.has(name.toLowerCase()) ? line.slice(label.length) : line;
    })
    .join('\n');
}

function toResult(answer: OpenAiAnswer, text: string): ReportedResult {
  const labels = new SpeakerLabels();
  const labelOf = ({ speaker, speaker_id: id }: WireSpeaker): string | undefined =>
    speaker ?? (id === undefined ? undefined : labels.of(id));
  return {
    text,
    language: answer.language ?? answer.languages?.[0]?.code,
    durationSeconds: answer.duration,
    segments: (answer.speaker_segments ?? answer.segments)?.map((it) => toSegment(it, labelOf(it))),
    words: wordsOf(answer)?.map((it) => toWord(it, labelOf(it))),
    logprobs: answer.logprobs,
    ...answer.usage,
  };
}

function wordsOf({ words, speaker_segments: stretches = [] }: OpenAiAnswer): readonly WireWord[] | undefined {
  if (words) return words;
  const spoken = stretches.flatMap((it) => it.words ?? []);
  return spoken.length > 0 ? spoken : undefined;
}

type WireSegment = NonNullable<OpenAiAnswer['segments']>[number];
type WireWord = NonNullable<OpenAiAnswer['words']>[number];
type WireSpeaker = Pick<WireWord, 'speaker' | 'speaker_id'>;

function toSegment(wire: WireSegment, speaker: string | undefined): ReportedSegment {
  return {
    text: wire.text,
    startSeconds: wire.start,
    endSeconds: wire.end,
    speaker,
    seek: wire.seek,
    tokens: wire.tokens,
    temperature: wire.temperature,
    avgLogprob: wire.avg_logprob,
    compressionRatio: wire.compression_ratio,
    noSpeechProb: wire.no_speech_prob,
  };
}

function toWord(wire: WireWord, speaker: string | undefined): ReportedWord {
  return { word: wire.word, startSeconds: wire.start, endSeconds: wire.end, speaker };
}

function decodeText(response: ProviderResponse, formats: AskedFormats): ReportedResult {
  const text = response.body.toString('utf8');
  // A file of no subtitles is empty, but so is an answer of nobody.
  if (text === '' && !isText(response)) throw badResponse(response, 'an empty body');
  if (!isPlausible(text, formats.upstream)) throw badResponse(response, `no ${formats.upstream}`);
  return {
    text: formats.upstream === 'text' ? text.trim() : textOfSubtitles(text),
    upstreamRequestId: requestIdOf(response),
    native: nativeAnswer(response, formats),
  };
}

/** Silence is an empty text and an SRT without cues, but a WebVTT file always has its header. */
function isPlausible(text: string, format: ResponseFormat): boolean {
  if (format === 'vtt') return /^\uFEFF?WEBVTT/.test(text);
  return format === 'srt' ? text.trim() === '' || hasCues(text) : true;
}

function nativeAnswer(response: ProviderResponse, formats: AskedFormats): ReportedResult['native'] {
  if (formats.requested !== formats.upstream) return undefined;
  const usual = CONTENT_TYPES[formats.upstream];
  const labelledRight = isJson(response) === (usual === 'application/json');
  const contentType = (labelledRight && response.headers['content-type']) || usual;
  return { format: formats.requested, contentType, body: response.body };
}

function badResponse(response: ProviderResponse, what: string, bill?: Bill): ProviderError {
  return new ProviderError('bad_response', `the provider answered ${response.status} with ${what}`, {
    upstreamStatus: response.status,
    upstreamRequestId: requestIdOf(response),
    bill,
  });
}
