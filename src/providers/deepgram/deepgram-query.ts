import { primaryCode, writtenTag } from '../../domain/language.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import { readOptions, rejected } from '../option-fields.js';
import { deepgramOptions } from './deepgram-options.js';
import { deepgramCapabilities } from './deepgram.models.js';

/** What the operator decides for a deployment. */
export interface DeepgramPolicy {
  readonly mip_opt_out: boolean;
}

/** Sent unless the client says otherwise: a readable transcript, cut into utterances for segments and subtitles. */
const DEFAULTS = { smart_format: 'true', punctuate: 'true', utterances: 'true' };

/**
 * The query of `POST /listen`: OpenAI's fields in Deepgram's words, the client's own options, and defaults.
 * @throws ProviderError `request_rejected` naming the field that cannot be honoured
 */
export function encodeQuery(
  request: TranscriptionRequest,
  upstreamModel: string,
  policy: DeepgramPolicy,
): URLSearchParams {
  const query = new URLSearchParams({ model: upstreamModel, ...DEFAULTS });
  for (const [name, values] of readOptions(deepgramOptions, request.providerOptions)) {
    query.delete(name);
    for (const value of values) query.append(name, value);
  }
  setLanguage(query, request, upstreamModel);
  setDiarization(query, request);
  const { options } = deepgramCapabilities(upstreamModel);
  const vocabulary = options.includes('keyterm') ? 'keyterm' : 'keywords';
  for (const keyword of request.keywords) query.append(vocabulary, keyword);
  if (policy.mip_opt_out) query.set('mip_opt_out', 'true');
  return query;
}

/** Whether every channel of the recording is transcribed on its own. */
export function isMultichannel(query: URLSearchParams): boolean {
  return query.get('multichannel') === 'true';
}

/** Whether Deepgram will say who spoke. */
export function isDiarized(query: URLSearchParams): boolean {
  return query.get('diarize') === 'true' || query.has('diarize_model');
}

/** Deepgram would take the audio for English where it is told nothing. */
function setLanguage(query: URLSearchParams, request: TranscriptionRequest, upstreamModel: string): void {
  const { language, languages } = request;
  const detection = query.get('detect_language');
  if (language !== undefined) {
    if (languages.length > 0) throw rejected('languages', 'Deepgram takes one language or several to choose from');
    if (detection !== null && detection !== 'false') {
      throw rejected('detect_language', 'Deepgram cannot detect a language that the request names');
    }
    query.delete('detect_language');
    query.set('language', deepgramTag(language));
  } else if (languages.length > 0) {
    if (detection !== null) throw rejected('detect_language', 'the request already names the languages to choose from');
    // It tells languages apart, not their regions.
    const candidates = new Set(languages.map((it) => deepgramTag(primaryCode(it))));
    for (const candidate of candidates) query.append('detect_language', candidate);
  } else if (detection === null && deepgramCapabilities(upstreamModel).options.includes('detect_language')) {
    query.set('detect_language', 'true');
  }
}

/** Where Deepgram calls a language by another tag: https://developers.deepgram.com/docs/models-languages-overview */
const DEEPGRAM_TAGS: Readonly<Record<string, string>> = { fil: 'tl', nb: 'no', 'nb-no': 'no', yue: 'zh-HK' };

function deepgramTag(language: string): string {
  return Object.hasOwn(DEEPGRAM_TAGS, language) ? (DEEPGRAM_TAGS[language] ?? language) : writtenTag(language);
}

/** Channels tell speakers apart as well as diarization does, and diarization costs extra. */
function setDiarization(query: URLSearchParams, { responseFormat }: TranscriptionRequest): void {
  if (responseFormat !== 'diarized_json' || isDiarized(query) || isMultichannel(query)) return;
  if (query.has('diarize')) throw rejected('diarize', 'diarized_json needs diarization or separate channels');
  query.set('diarize', 'true');
}
