import { ProviderError } from '../../domain/errors.js';
import type { Logprob, TranscriptionResult, Word } from '../../domain/transcription.js';
import { parseJson } from '../answer-body.js';
import type { ProviderResponse } from '../provider-http.js';
import { SpeakerLabels } from '../speaker-labels.js';
import { type SpeechTurn, tellTurns } from '../speech-turns.js';
import { tokenLogprob } from '../token-logprob.js';
import { isDiarized, isMultichannel } from './deepgram-query.js';
import { type DeepgramAnswer, deepgramAnswerSchema, type DeepgramWord } from './deepgram.schema.js';

/** Deepgram's language where it was told none and to look for none. */
const DEFAULT_LANGUAGE = 'en';

/** What an option adds to the answer, and where it lies. */
const FINDINGS: Readonly<Record<string, { readonly name: string; of(results: DeepgramAnswer['results']): unknown }>> = {
  sentiment: { name: 'sentiments', of: ({ sentiments }) => sentiments },
  topics: { name: 'topics', of: ({ topics }) => topics },
  intents: { name: 'intents', of: ({ intents }) => intents },
  summarize: { name: 'summary', of: ({ summary }) => summary },
  detect_entities: { name: 'entities', of: ({ channels }) => channels.map((it) => it.alternatives[0]?.entities) },
  paragraphs: { name: 'paragraphs', of: ({ channels }) => channels.map((it) => it.alternatives[0]?.paragraphs) },
  search: { name: 'search', of: ({ channels }) => channels.map((it) => it.search) },
};

/**
 * Reads a successful answer in the light of the query that it answers.
 * @throws ProviderError `bad_response` when there is no transcript in it
 */
export function decodeAnswer(
  response: ProviderResponse,
  query: URLSearchParams,
  asked: { readonly logprobs: boolean },
): TranscriptionResult {
  const parsed = deepgramAnswerSchema.safeParse(parseJson(response.body));
  if (!parsed.success) {
    throw new ProviderError('bad_response', `Deepgram answered ${response.status} without a transcript`, {
      upstreamStatus: response.status,
      upstreamRequestId: response.headers['dg-request-id'],
    });
  }
  const { metadata, results } = parsed.data;
  const durationSeconds = metadata?.duration;
  const { logprobs, ...transcript } = isMultichannel(query)
    ? tellChannels(results, isDiarized(query))
    : tellChannel(results, isDiarized(query));
  return {
    ...transcript,
    language: languageOf(results, query),
    durationSeconds,
    ...(asked.logprobs && { logprobs }),
    // Every channel is billed: https://github.com/orgs/deepgram/discussions/932
    ...(durationSeconds !== undefined && {
      usage: { type: 'duration', seconds: durationSeconds * (isMultichannel(query) ? results.channels.length : 1) },
    }),
    upstreamRequestId: metadata?.request_id ?? response.headers['dg-request-id'],
    ...findingsOf(results, query),
  };
}

type Transcript = Pick<TranscriptionResult, 'text' | 'words' | 'segments' | 'logprobs'>;

/** All channels mixed: the usual case. Silence may have no alternative at all. */
function tellChannel({ channels, utterances }: DeepgramAnswer['results'], diarized: boolean): Transcript {
  const alternative = channels[0]?.alternatives[0] ?? { transcript: '', words: [] };
  const labels = new SpeakerLabels();
  const speakerOf = ({ speaker }: { speaker?: number | undefined }): string | undefined =>
    diarized && speaker !== undefined ? labels.of(speaker) : undefined;
  return {
    text: alternative.transcript,
    words: alternative.words?.map((it) => ({ ...toWord(it), speaker: speakerOf(it) })),
    segments: utterances?.map((it) => ({
      text: it.transcript,
      startSeconds: it.start,
      endSeconds: it.end,
      speaker: speakerOf(it),
    })),
    logprobs: alternative.words && toLogprobs(alternative.words),
  };
}

/** Each channel by itself, told as one conversation; a channel is a speaker, or has its own ones. */
function tellChannels(results: DeepgramAnswer['results'], diarized: boolean): Transcript {
  const turns = results.utterances ? utteranceTurns(results.utterances, diarized) : channelTurns(results.channels);
  if (turns) return tellTurns(turns);
  const transcripts = results.channels.map((it) => it.alternatives[0]?.transcript ?? '');
  return { text: transcripts.filter((it) => it !== '').join('\n') };
}

function utteranceTurns(
  utterances: NonNullable<DeepgramAnswer['results']['utterances']>,
  diarized: boolean,
): SpeechTurn[] {
  return utterances.map(({ transcript, start, end, words, channel = 0, speaker = 0 }) => ({
    text: transcript,
    startSeconds: start,
    endSeconds: end,
    speaker: diarized ? `${channel}/${speaker}` : channel,
    words: words.map(toWord),
    logprobs: toLogprobs(words),
  }));
}

/** Where the client wanted no utterances, each channel is one long turn; undefined where it has no times. */
function channelTurns(channels: DeepgramAnswer['results']['channels']): SpeechTurn[] | undefined {
  const turns: SpeechTurn[] = [];
  for (const [channel, { alternatives }] of channels.entries()) {
    const { transcript = '', words = [] } = alternatives[0] ?? {};
    const [first, last] = [words[0], words.at(-1)];
    if (transcript !== '' && !first) return undefined;
    if (first && last) {
      turns.push({
        text: transcript,
        startSeconds: first.start,
        endSeconds: last.end,
        speaker: channel,
        words: words.map(toWord),
        logprobs: toLogprobs(words),
      });
    }
  }
  return turns;
}

function toWord({ word, punctuated_word, start, end }: DeepgramWord): Word {
  return { word: punctuated_word ?? word, startSeconds: start, endSeconds: end };
}

/** A word's confidence is the probability of its one token; words without one make the rest worthless. */
function toLogprobs(words: readonly DeepgramWord[]): Logprob[] | undefined {
  const logprobs: Logprob[] = [];
  for (const { word, punctuated_word = word, confidence } of words) {
    if (confidence === undefined) return undefined;
    const token = logprobs.length === 0 ? punctuated_word : ` ${punctuated_word}`;
    logprobs.push(tokenLogprob(token, Math.log(confidence)));
  }
  return logprobs;
}

function languageOf({ channels }: DeepgramAnswer['results'], query: URLSearchParams): string | undefined {
  const heard = channels[0]?.detected_language ?? channels[0]?.alternatives[0]?.languages?.[0];
  const detected = (query.get('detect_language') ?? 'false') !== 'false';
  return heard ?? (query.has('language') || detected ? undefined : DEFAULT_LANGUAGE);
}

function findingsOf(
  results: DeepgramAnswer['results'],
  query: URLSearchParams,
): Pick<TranscriptionResult, 'providerData'> {
  const found = Object.entries(FINDINGS)
    .filter(([option]) => (query.get(option) ?? 'false') !== 'false')
    .map(([, { name, of }]) => [name, of(results)] as const)
    .filter(([, value]) => value !== undefined);
  return found.length > 0 ? { providerData: Object.fromEntries(found) } : {};
}
