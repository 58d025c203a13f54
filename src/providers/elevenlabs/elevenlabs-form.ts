import { primaryCode } from '../../domain/language.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { MultipartPart } from '../multipart-body.js';
import { readOptions, rejected } from '../option-fields.js';
import { elevenLabsOptions } from './elevenlabs-options.js';

/** A request in Scribe's words. */
export interface ScribeForm {
  /** The file last. */
  readonly parts: readonly MultipartPart[];
  /** The client's options and our defaults, as sent. */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/**
 * The form of `POST /speech-to-text`.
 * @throws ProviderError `request_rejected` naming the field that cannot be honoured
 */
export function encodeForm(request: TranscriptionRequest, upstreamModel: string): ScribeForm {
  const options = readOptions(elevenLabsOptions, request.providerOptions);
  // Scribe would write "(laughter)" into the transcript, which nobody said.
  if (!options.has('tag_audio_events')) options.set('tag_audio_events', ['false']);
  setDiarization(options, request);
  const keyterms = [...request.keywords, ...(options.get('keyterms') ?? [])];
  if (keyterms.length > 0) options.set('keyterms', keyterms);
  const fields: (readonly [string, readonly string[]])[] = [
    ['model_id', [upstreamModel]],
    ['language_code', given(request.language && languageCode(request.language))],
    ['temperature', given(request.temperature)],
    ...options,
    ['source_url', given(request.url)],
  ];
  const parts: MultipartPart[] = fields.flatMap(([name, values]) => values.map((value) => ({ name, value })));
  return { parts: request.url === undefined ? [...parts, { name: 'file', file: request.audio }] : parts, options };
}

/** Whether an option is switched on. */
export function isOn(options: ScribeForm['options'], name: string): boolean {
  return options.get(name)?.[0] === 'true';
}

/** A channel is a speaker, and then Scribe refuses to look for others. */
function setDiarization(options: Map<string, readonly string[]>, { responseFormat }: TranscriptionRequest): void {
  if (responseFormat !== 'diarized_json' || isOn(options, 'diarize') || isOn(options, 'use_multi_channel')) return;
  if (options.has('diarize')) throw rejected('diarize', 'diarized_json needs diarization or separate channels');
  options.set('diarize', ['true']);
}

/** ISO-639-1 or -3: Scribe knows languages, not their regions, and one Norwegian. */
function languageCode(language: string): string {
  const code = primaryCode(language);
  return code === 'nb' ? 'no' : code;
}

function given(value: string | number | undefined): string[] {
  return value === undefined ? [] : [String(value)];
}
