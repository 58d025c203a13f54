import { ProviderError } from '../../domain/errors.js';
import type { Logprob, TranscriptionResult, Word } from '../../domain/transcription.js';
import { parseJson } from '../answer-body.js';
import type { ProviderResponse } from '../provider-http.js';
import { SpeakerLabels } from '../speaker-labels.js';
import { type SpeechTurn, tellTurns } from '../speech-turns.js';
import { tokenLogprob } from '../token-logprob.js';
import { isOn, type ScribeForm } from './elevenlabs-form.js';
import { elevenLabsAnswerSchema, type ScribeItem, type ScribeTranscript } from './elevenlabs.schema.js';

/** A silence on a channel that ends a turn: the other side may have spoken. */
const TURN_PAUSE_SECONDS = 0.8;

/**
 * Reads a successful answer in the light of the options that were sent.
 * @throws ProviderError `bad_response` when there is no transcript in it
 */
export function decodeAnswer(
  response: ProviderResponse,
  options: ScribeForm['options'],
  asked: { readonly logprobs: boolean },
): TranscriptionResult {
  const requestId = response.headers['request-id'];
  const { data: answer } = elevenLabsAnswerSchema.safeParse(parseJson(response.body));
  if (!answer) {
    throw new ProviderError('bad_response', `ElevenLabs answered ${response.status} without a transcript`, {
      upstreamStatus: response.status,
      upstreamRequestId: requestId,
    });
  }
  const { transcripts, isMultichannel } = answer;
  const [first] = transcripts;
  const durationSeconds = answer.audio_duration_secs ?? first.audio_duration_secs;
  const { logprobs, ...transcript } = isMultichannel
    ? tellChannels(transcripts)
    : tellTranscript(first, isOn(options, 'diarize'));
  const entities = transcripts.flatMap((it) => it.entities ?? []);
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
    ...(entities.length > 0 && { providerData: { entities } }),
  };
}

type Transcript = Pick<TranscriptionResult, 'text' | 'words' | 'segments' | 'logprobs'>;

function tellTranscript({ text, words: items }: ScribeTranscript, diarized: boolean): Transcript {
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
function tellChannels(transcripts: readonly ScribeTranscript[]): Transcript {
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
    turns.push(...found);
  }
  return tellTurns(turns);
}

function turnsOf(items: readonly ScribeItem[], channel: number): SpeechTurn[] {
  const turns: ScribeItem[][] = [];
  let endSeconds = 0;
  for (const item of items) {
    const current = turns.at(-1);
    const [word] = toWords(item);
    const isLate = word !== undefined && word.startSeconds - endSeconds > TURN_PAUSE_SECONDS;
    if (current && !isLate) current.push(item);
    else turns.push([item]);
    endSeconds = word?.endSeconds ?? endSeconds;
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

/** The item as a word; spaces, sounds and what has no time are none. */
function toWords({ type, text, start, end }: ScribeItem): Word[] {
  if (type !== 'word' || start === undefined || end === undefined) return [];
  return [{ word: text, startSeconds: start, endSeconds: end }];
}

/** The items are the tokens, spaces included, so that they are the text. */
function toLogprobs(items: readonly ScribeItem[]): Logprob[] | undefined {
  const logprobs = items.flatMap(({ text, logprob }) => (logprob === undefined ? [] : [tokenLogprob(text, logprob)]));
  return logprobs.length === items.length ? logprobs : undefined;
}
