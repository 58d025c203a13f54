import { ProviderError } from '../../domain/errors.js';
import { writtenTag } from '../../domain/language.js';
import type { ReportedResult, ReportedWord, ResponseFormat, TranscriptionRequest } from '../../domain/transcription.js';
import { base64JsonBody } from '../base64-json-body.js';
import { readJsonOptions } from '../json-options.js';
import type { RequestBody } from '../request-body.js';
import { SpeakerLabels } from '../speaker-labels.js';
import { geminiTypeOf } from './gemini-audio.js';
import { errorFromPayload } from './gemini-errors.js';
import { geminiOptions } from './gemini-options.js';
import { usageOfInteraction } from './gemini-usage.js';
import type { Annotation, Interaction } from './gemini.schema.js';
import { MAX_TIMED_SECONDS } from './gemini.models.js';

const TIMED: ReadonlySet<ResponseFormat> = new Set(['srt', 'vtt', 'verbose_json', 'diarized_json']);

/**
 * The body of `POST /v1beta/interactions` for a transcription model. Google stores interactions unless it is told not to.
 * Times make the transcript a little worse and exclude other features, so they are asked for only where they are needed.
 * @throws ProviderError before anything is sent: `unsupported` for fields that the model does not take together with
 *   times or speakers, `too_large` for a recording that it cannot time, `request_rejected` for impossible options
 */
export async function encodeInteraction(request: TranscriptionRequest, upstreamModel: string): Promise<RequestBody> {
  const { audio } = request;
  const config = {
    language_codes: languagesOf(request),
    custom_vocabulary: request.keywords.length > 0 ? request.keywords : undefined,
    mode: await encodeMode(request),
  };
  return base64JsonBody(audio, (data) => ({
    model: upstreamModel,
    input: [{ type: 'audio', data, mime_type: geminiTypeOf(audio) }],
    generation_config: { transcription_config: config },
    store: false,
  }));
}

function languagesOf({ language, languages }: TranscriptionRequest): readonly string[] | undefined {
  if (language !== undefined) return [writtenTag(language)];
  return languages.length > 0 ? languages.map(writtenTag) : undefined;
}

/** Left out where it says nothing: with a mode, even the default one, the vocabulary was seen to have no effect. */
async function encodeMode(request: TranscriptionRequest): Promise<object | undefined> {
  const { audio, keywords, responseFormat, providerOptions } = request;
  const { mode, diarization_mode: asked } = readJsonOptions(geminiOptions, providerOptions);
  const withTimes = TIMED.has(responseFormat);
  const diarization = responseFormat === 'diarized_json' ? 'speaker' : asked;
  if (!withTimes && diarization === undefined) return mode === undefined ? undefined : { type: mode };
  if (mode === 'smart') throw excluded('mode', "'smart' mode");
  if (keywords.length > 0) throw excluded('keywords', 'keywords');
  const { durationSeconds = 0 } = await audio.probe();
  if (durationSeconds > MAX_TIMED_SECONDS) {
    throw new ProviderError(
      'too_large',
      `the model gives times and speakers for at most ${MAX_TIMED_SECONDS} seconds of audio`,
      { param: 'file' },
    );
  }
  return {
    type: 'verbatim',
    diarization_mode: diarization,
    timestamp_granularities: withTimes ? ['word'] : undefined,
  };
}

function excluded(param: string, what: string): ProviderError {
  return new ProviderError('unsupported', `the model takes no ${what} together with times or speakers`, { param });
}

/**
 * Understands a finished interaction.
 * @param apiKey never appears in an error
 * @throws ProviderError what failed, or `bad_response` when it is not finished: a part must not be taken for the whole
 */
export function decodeInteraction(interaction: Interaction, apiKey?: string): ReportedResult {
  const { id, status, steps, errors = [] } = interaction;
  const error = errors[0] ?? steps?.find((it) => it.error)?.error;
  const origin = { upstreamRequestId: id, bill: usageOfInteraction(interaction) };
  if (error) throw errorFromPayload(error, apiKey, origin);
  if (status !== 'completed' || !steps) {
    const what = status === 'completed' ? 'completed without an answer' : status.slice(0, 60);
    throw new ProviderError('bad_response', `the transcript is not complete: the interaction is ${what}`, {
      upstreamStatus: 200,
      ...origin,
    });
  }
  const blocks = steps
    // What was said to the model and what it thought come back as steps, too.
    .filter(({ type = 'model_output' }) => type === 'model_output')
    .flatMap(({ content = [] }) => content);
  const words = toWords(blocks.flatMap(({ annotations = [] }) => annotations));
  return {
    text: blocks
      .map(({ text = '' }) => text.trim())
      .filter((text) => text !== '')
      .join(' '),
    words: words.length > 0 ? words : undefined,
    ...origin.bill,
    upstreamRequestId: id,
  };
}

function toWords(annotations: readonly Annotation[]): readonly ReportedWord[] {
  const labels = new SpeakerLabels();
  return annotations.flatMap(({ type, text, start_offset: start, end_offset: end, speaker }): ReportedWord[] => {
    if (type !== 'word_info' || text === undefined) return [];
    const word = { word: text, startSeconds: start, endSeconds: end };
    return [speaker === undefined ? word : { ...word, speaker: labels.of(speaker) }];
  });
}
