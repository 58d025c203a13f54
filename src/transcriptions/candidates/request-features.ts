import type { ResponseFormat, TranscriptionRequest, TranscriptionTask } from '../../domain/transcription.js';
import { unfetchedAudio } from '../recording-by-address/unfetched-audio.js';
import { usedFields } from './request-fields.js';

const WORD_TIMESTAMPS = 'word_timestamps';
const ADDRESS = 'url';
const OPTION = 'option:';

/** So many fields of providers' own are noted, and so much of their names. */
const MAX_OPTIONS = 20;
const MAX_OPTION_NAME = 64;

/**
 * What a request asks for beside its task, its format and whether it streams, that not every model can: the names of OpenAI's
 * optional fields, `word_timestamps`, `url`, and `option:` with the name of a provider's own field; never what is in them.
 */
export function featuresOf(request: TranscriptionRequest): readonly string[] {
  const options = [...request.providerOptions.keys()].toSorted().slice(0, MAX_OPTIONS);
  return [
    ...usedFields(request),
    ...(request.granularities.includes('word') ? [WORD_TIMESTAMPS] : []),
    ...(request.url === undefined ? [] : [ADDRESS]),
    ...options.map((name) => `${OPTION}${name.slice(0, MAX_OPTION_NAME)}`),
  ];
}

/** What is known of requests that have been served: enough to ask who else could have. */
export interface ServedShape {
  readonly task: TranscriptionTask;
  readonly responseFormat: ResponseFormat;
  readonly stream: boolean;
  /** As {@link featuresOf} tells them. */
  readonly features: readonly string[];
  /** Of the largest; absent = it does not matter. */
  readonly sizeBytes?: number;
}

/** A request as those were, with something in every field that they used. There is no recording to be read. */
export function requestLike({
  task,
  responseFormat,
  stream,
  features,
  sizeBytes = 0,
}: ServedShape): TranscriptionRequest {
  const has = (feature: string) => features.includes(feature);
  const options = features.filter((it) => it.startsWith(OPTION)).map((it) => it.slice(OPTION.length));
  return {
    task,
    model: '',
    audio: { ...unfetchedAudio, field: 'file', sizeBytes },
    ...(has(ADDRESS) && { url: 'https://recording.invalid/' }),
    ...(has('language') && { language: 'en' }),
    ...(has('prompt') && { prompt: 'x' }),
    ...(has('temperature') && { temperature: 0 }),
    responseFormat,
    granularities: has(WORD_TIMESTAMPS) ? ['word'] : [],
    stream,
    include: has('logprobs') ? ['logprobs'] : [],
    ...(has('chunking_strategy') && { chunkingStrategy: 'auto' as const }),
    keywords: has('keywords') ? ['x'] : [],
    languages: has('languages') ? ['en'] : [],
    ...(has('known_speakers') && { speakers: { names: ['x'], references: ['data:,x'] } }),
    providerOptions: new Map(options.map((name) => [name, ['x']])),
  };
}
