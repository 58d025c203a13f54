import { ProviderError } from '../../domain/errors.js';
import type { Logprob, ReportedResult, ReportedWord } from '../../domain/transcription.js';
import { isErrorBody, parseJson } from '../answer-body.js';
import type { ProviderResponse } from '../provider-http.js';
import { SpeakerLabels } from '../speaker-labels.js';
import { type SpeechTurn, tellTurns } from '../speech-turns.js';
import { tokenLogprob } from '../token-logprob.js';
import { errorFromResponse } from './elevenlabs-errors.js';
import { isOn, type ScribeForm } from './elevenlabs-form.js';
import { elevenLabsAnswerSchema, type ScribeItem, type ScribeTranscript } from './elevenlabs.schema.js';

/** A silence on a channel that ends a turn: the other side may have spoken. */
const TURN_PAUSE_SECONDS = 0.8;

/** The transcript is on its way to a webhook of the account's, whatever this request asked for. */
const ACCEPTED = 202;

/**
 * Reads an answer with a status of success in the light of the options that were sent.
 * @param apiKey never appears in an error
 * @throws ProviderError `bad_response` when there is no transcript in it, or what it complains of
 */
export function decodeAnswer(
  response: ProviderResponse,
  options: ScribeForm['options'],
  asked: { readonly logprobs: boolean },
  apiKey?: string,
): ReportedResult {
  const requestId = response.headers['request-id'];
  const json = parseJson(response.body);
  const { data: answer } = elevenLabsAnswerSchema.safeParse(json);
  const transcripts = answer?.transcripts.flatMap(({ text: told, ...it }) => {
    const text = told?.trim() ? told : (it.words?.map((item) => item.text).join('') ?? told);
    return text === undefined ? [] : [{ ...it, text }];
  });
  const [first] = transcripts ?? [];
  const durationSeconds = answer?.audio_duration_secs ?? first?.audio_duration_secs;
  if (!first?.text && isErrorBody(json)) throw errorFromResponse(response, apiKey);
  if (!answer || !transcripts || !first) {
    throw new ProviderError('bad_response', `ElevenLabs answered ${response.status} without a transcript`, {
      upstreamStatus: response.status,
      upstreamRequestId: requestId,
      bill: durationSeconds === undefined ? undefined : { usage: { type: 'duration', seconds: durationSeconds } },
      isFinal: response.status === ACCEPTED,
    });
  }
  const { isMultichannel } = answer;
  const { logprobs, ...transcript } = isMultichannel
    ? tellChannels(transcripts)
    : tellTranscript(first, isOn(options, 'diarize'));
  return {
    ...transcript,
    language: first.language_code,
    durationSeconds,
    ...(asked.logprobs && { logprobs }),
    // Every channel is billed.
    ...(durationSeconds !== undefined && {
      usage: { type: 'duration', seconds: durationSeconds * transcripts.length },
    }),
    upstreamRequestId: requestId ?? answer.transcription_id ?? first.transcription_id,
    ...findingsOf(transcripts),
  };
}

/** What the client's options add to the transcript. */
function findingsOf(transcripts: readonly Omit<ScribeTranscript, 'text'>[]): Pick<ReportedResult, 'providerData'> {
  const entities = transcripts.flatMap((it) => it.entities ?? []);
  const edited_transcript = transcripts[0]?.edited_transcript;
  const found = {
    ...(entities.length > 0 && { entities }),
    ...(edited_transcript !== undefined && { edited_transcript }),
  };
  return Object.keys(found).length > 0 ? { providerData: found } : {};
}

type SaidTranscript = ScribeTranscript & { readonly text: string };
type Transcript = Pick<ReportedResult, 'text' | 'words' | 'segments' | 'logprobs'>;

function tellTranscript({ text, words: items }: SaidTranscript, diarized: boolean): Transcript {
  const labels = new SpeakerLabels();
  // Roles and names from a library of voices stay.
  const labelOf = (speaker: string): string => (/^speaker_\d+$/.test(speaker) ? labels.of(speaker) : speaker);
  return {
    text,
    words: items?.flatMap((it) =>
      toWords(it).map((word) => ({ ...word, ...(diarized && it.speaker_id && { speaker: labelOf(it.speaker_id) }) })),
    ),
    logprobs: items && toLogprobs(items),
  };
}

/** One transcript for each channel, told as one conversation. */
function tellChannels(transcripts: readonly SaidTranscript[]): Transcript {
  const turns: SpeechTurn[] = [];
  for (const [channel, { text, words }] of transcripts.entries()) {
    const found = turnsOf(words ?? [], channel);
    if (found.length === 0 && text !== '') {
      return {
        text: transcripts
          .map((it) => it.text)
          .filter((it) => it !== '')
          .join('\n'),
      };
    }
    for (const turn of found) turns.push(turn);
  }
  return tellTurns(turns);
}

function turnsOf(items: readonly ScribeItem[], channel: number): SpeechTurn[] {
  const turns: ScribeItem[][] = [];
  let endSeconds = 0;
  for (const item of items) {
    const current = turns.at(-1);
    const [word] = toWords(item);
    const isLate = word?.startSeconds !== undefined && word.startSeconds - endSeconds > TURN_PAUSE_SECONDS;
    if (current && !isLate) current.push(item);
    else turns.push([item]);
    endSeconds = word?.endSeconds ?? word?.startSeconds ?? endSeconds;
  }
  return turns.flatMap((turn) => toTurn(turn, channel));
}

/** What has no word in it is no turn: the space before the next one. */
function toTurn(items: readonly ScribeItem[], channel: number): SpeechTurn[] {
  const words = items.flatMap(toWords);
  const [first, last] = [words[0], words.at(-1)];
  if (!first || !last) return [];
  const text = items
    .map((it) => it.text)
    .join('')
    .trim();
  const { startSeconds } = first;
  return [{ text, startSeconds, endSeconds: last.endSeconds, speaker: channel, words, logprobs: toLogprobs(items) }];
}

/** The item as a word; spaces and sounds are none. */
function toWords({ type = 'word', text, start, end }: ScribeItem): ReportedWord[] {
  if (type !== 'word' || text.trim() === '') return [];
  return [{ word: text, startSeconds: start, endSeconds: end }];
}

/** The items are the tokens, spaces included, so that they are the text. */
function toLogprobs(items: readonly ScribeItem[]): Logprob[] | undefined {
  const logprobs = items.flatMap(({ text, logprob }) => (logprob === undefined ? [] : [tokenLogprob(text, logprob)]));
  return logprobs.length === items.length ? logprobs : undefined;
}
