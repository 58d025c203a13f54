import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';

/** What decides the form of an answer, whose words are the same in all forms. */
export type AskedForm = Pick<TranscriptionRequest, 'responseFormat' | 'granularities' | 'include'>;

/** What an answer may have that another form needs. */
export type AnswerPart = 'text' | 'times' | 'segments' | 'words' | 'logprobs';

/** A name of the form: `json`, `verbose_json+word`. Who asks for the same form gets the same answer, byte for byte. */
export function formOf(asked: AskedForm): string {
  return [asked.responseFormat, ...granularitiesOf(asked), ...asked.include].join('+');
}

/**
 * What must be in an answer of another form for this one to be made from it.
 * @returns undefined for `diarized_json`, which is another question: who spoke is found out only where it is asked
 */
export function neededParts(asked: AskedForm): readonly AnswerPart[] | undefined {
  switch (asked.responseFormat) {
    case 'json':
    case 'text':
      return ['text', ...asked.include];
    case 'srt':
    case 'vtt':
      return ['times'];
    case 'verbose_json':
      return ['text', ...granularitiesOf(asked).map((it) => (it === 'word' ? 'words' : 'segments'))];
    case 'diarized_json':
      return undefined;
  }
}

/**
 * What answers of other forms can be made of. Nothing, where the provider's answer was itself a file of subtitles, from
 * which the text cannot be had as it was spoken, or told speakers apart, for which nobody else has asked.
 */
export function partsOf(result: TranscriptionResult, asked: AskedForm): readonly AnswerPart[] {
  const { text, segments = [], words = [], logprobs, native } = result;
  if (asked.responseFormat === 'diarized_json' || native?.format === 'srt' || native?.format === 'vtt') return [];
  const isSilent = text.trim() === '';
  const has: Readonly<Record<AnswerPart, boolean>> = {
    text: true,
    times: isSilent || segments.length > 0 || words.length > 0,
    segments: isSilent || segments.length > 0,
    words: isSilent || words.length > 0,
    logprobs: logprobs !== undefined,
  };
  return answerParts.filter((part) => has[part]);
}

const answerParts: readonly AnswerPart[] = ['text', 'times', 'segments', 'words', 'logprobs'];

/** In one order; OpenAI's default where none is said. */
function granularitiesOf({ responseFormat, granularities }: AskedForm): AskedForm['granularities'] {
  if (responseFormat !== 'verbose_json') return [];
  return granularities.length === 0 ? ['segment'] : granularities.toSorted();
}
