import type { ResponseFormat, TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import { completeNative } from './native-answer.js';
import { renderDiarizedJson } from './diarized-json.format.js';
import { renderJson } from './json.format.js';
import { renderSrt } from './srt.format.js';
import { renderText } from './text.format.js';
import { renderVerboseJson } from './verbose-json.format.js';
import { renderVtt } from './vtt.format.js';

/** A whole answer, ready to be sent. */
export interface RenderedAnswer {
  readonly contentType: string;
  readonly body: string | Buffer;
}

type AnswerRequest = Pick<TranscriptionRequest, 'task' | 'responseFormat' | 'granularities' | 'include' | 'language'>;

interface AnswerFormat {
  readonly contentType: string;
  readonly render: (result: TranscriptionResult, request: AnswerRequest) => string;
}

const JSON_TYPE = 'application/json';
// Never JSON and never text/vtt: OpenAI labels all three as plain text, and its SDKs parse by the label.
const TEXT_TYPE = 'text/plain; charset=utf-8';

const FORMATS = {
  json: { contentType: JSON_TYPE, render: renderJson },
  verbose_json: { contentType: JSON_TYPE, render: renderVerboseJson },
  diarized_json: { contentType: JSON_TYPE, render: renderDiarizedJson },
  text: { contentType: TEXT_TYPE, render: renderText },
  srt: { contentType: TEXT_TYPE, render: renderSrt },
  vtt: { contentType: TEXT_TYPE, render: renderVtt },
} satisfies Record<ResponseFormat, AnswerFormat>;

/**
 * The answer in the requested format: the provider's own where it gave one, otherwise made from what it understood.
 * @throws ProviderError `bad_response` when the format needs times and the result has a text but no times
 */
export function renderAnswer(result: TranscriptionResult, request: AnswerRequest): RenderedAnswer {
  const { native } = result;
  const { contentType, render } = FORMATS[request.responseFormat];
  const make = (): string => render(result, request);
  if (native?.format !== request.responseFormat) return { contentType, body: make() };
  return { contentType: native.contentType, body: completeNative(native, request, make) };
}
