import type { Logprob, ReportedResult, ReportedWord } from '../../domain/transcription.js';
import { SpeakerLabels } from '../speaker-labels.js';
import { type SpeechTurn, tellTurns } from '../speech-turns.js';
import { tokenLogprob } from '../token-logprob.js';
import { transcriptText } from '../transcript-text.js';
import { isDiarized, isMultichannel } from './deepgram-query.js';
import type { DeepgramAlternative, DeepgramAnswer, DeepgramResults, DeepgramWord } from './deepgram.schema.js';

/** Deepgram's language where it was told none and to look for none. */
const DEFAULT_LANGUAGE = 'en';

/** The language of recordings in which several are spoken. */
const MULTILINGUAL = 'multi';

/** What an option adds to the answer, and where it lies. */
interface Finding {
  readonly option: string;
  /** Only this value adds it; any but `false` where absent. */
  readonly value?: string;
  readonly name: string;
  of(results: DeepgramResults): unknown;
}

const FINDINGS: readonly Finding[] = [
  { option: 'sentiment', name: 'sentiments', of: ({ sentiments }) => sentiments },
  { option: 'topics', name: 'topics', of: ({ topics }) => topics },
  { option: 'intents', name: 'intents', of: ({ intents }) => intents },
  { option: 'summarize', name: 'summary', of: ({ summary }) => summary },
  { option: 'language', value: MULTILINGUAL, name: 'languages', of: ofChannels((it) => it.languages) },
  { option: 'language', value: MULTILINGUAL, name: 'words', of: ofChannels((it) => it.words?.map(toSpokenIn)) },
  { option: 'language_hint', name: 'languages_hinted', of: ofChannels((it) => it.languages_hinted) },
  { option: 'detect_entities', name: 'entities', of: ofChannels((it) => it.entities) },
  { option: 'paragraphs', name: 'paragraphs', of: ofChannels((it) => it.paragraphs) },
  { option: 'search', name: 'search', of: ({ channels }) => channels.map((it) => it.search) },
];

function ofChannels(of: (alternative: DeepgramAlternative) => unknown): Finding['of'] {
  return ({ channels }) => channels.map(({ alternatives: [first] }) => first && of(first));
}

/** The language of a word, which has no place among OpenAI's. */
function toSpokenIn({ word, punctuated_word = word, start, end, language }: DeepgramWord): object {
  return { word: punctuated_word, start, end, language };
}

/** What an answer is read for. */
export interface DeepgramAsk {
  readonly query: URLSearchParams;
  readonly logprobs: boolean;
}

/**
 * Understands an answer in the light of the query that it answers.
 * @returns undefined when there is no transcript in it
 */
export function tellAnswer({ metadata, results }: DeepgramAnswer, ask: DeepgramAsk): ReportedResult | undefined {
  if (!results) return undefined;
  const { query } = ask;
  const durationSeconds = metadata?.duration;
  const { logprobs, ...transcript } = isMultichannel(query)
    ? tellChannels(results, isDiarized(query))
    : tellChannel(results, isDiarized(query));
  return {
    ...transcript,
    language: languageOf(results, query),
    durationSeconds,
    ...(ask.logprobs && { logprobs }),
    // Every channel is billed: https://github.com/orgs/deepgram/discussions/932
    ...(durationSeconds !== undefined && {
      usage: { type: 'duration', seconds: durationSeconds * (isMultichannel(query) ? results.channels.length : 1) },
    }),
    upstreamRequestId: metadata?.request_id,
    ...findingsOf(results, query),
  };
}

type Transcript = Pick<ReportedResult, 'text' | 'words' | 'segments' | 'logprobs'>;

/** All channels mixed: the usual case. Silence may have no alternative at all. */
function tellChannel({ channels, utterances }: DeepgramResults, diarized: boolean): Transcript {
  const alternative = channels[0]?.alternatives[0] ?? { words: [] };
  const labels = new SpeakerLabels();
  const speakerOf = ({ speaker }: { speaker?: number | undefined }): string | undefined =>
    diarized && speaker !== undefined ? labels.of(speaker) : undefined;
  return {
    text: textOf(alternative),
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
function tellChannels(results: DeepgramResults, diarized: boolean): Transcript {
  const turns = results.utterances ? utteranceTurns(results.utterances, diarized) : channelTurns(results.channels);
  if (turns) return tellTurns(turns);
  const transcripts = results.channels.map((it) => textOf(it.alternatives[0] ?? {}));
  return { text: transcripts.filter((it) => it !== '').join('\n') };
}

function utteranceTurns(utterances: NonNullable<DeepgramResults['utterances']>, diarized: boolean): SpeechTurn[] {
  return utterances.map(({ transcript, start, end, words = [], channel = 0, speaker = 0 }) => ({
    text: transcript,
    startSeconds: start,
    endSeconds: end,
    speaker: diarized ? `${channel}/${speaker}` : channel,
    words: words.map(toWord),
    logprobs: toLogprobs(words),
  }));
}

/** Where the client wanted no utterances, each channel is one long turn; undefined where it has no times. */
function channelTurns(channels: DeepgramResults['channels']): SpeechTurn[] | undefined {
  const turns: SpeechTurn[] = [];
  for (const [channel, { alternatives }] of channels.entries()) {
    const { words = [] } = alternatives[0] ?? {};
    const transcript = textOf(alternatives[0] ?? {});
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

/** Silence has no transcript, or an empty one. */
function textOf({ transcript, words = [] }: Partial<DeepgramAlternative>): string {
  const spoken = words.map(({ word, punctuated_word }) => punctuated_word ?? word);
  return transcriptText(transcript, spoken) ?? '';
}

function toWord({ word, punctuated_word, start, end }: DeepgramWord): ReportedWord {
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

function languageOf({ channels }: DeepgramResults, query: URLSearchParams): string | undefined {
  const detected = channels.find(({ detected_language }) => detected_language !== undefined)?.detected_language;
  const [listed] = channels.flatMap(({ alternatives: [first] }) => first?.languages ?? []);
  const heard = detected ?? mostSpoken(channels) ?? listed;
  const isDetecting = (query.get('detect_language') ?? 'false') !== 'false';
  return heard ?? (query.has('language') || isDetecting ? undefined : DEFAULT_LANGUAGE);
}

/** The language of most words, of all channels; the one that was heard first where several have as many. */
function mostSpoken(channels: DeepgramResults['channels']): string | undefined {
  const counts = new Map<string, number>();
  for (const { language } of channels.flatMap(({ alternatives: [first] }) => first?.words ?? [])) {
    if (language !== undefined) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  let most: string | undefined;
  for (const [language, count] of counts) {
    if (most === undefined || count > (counts.get(most) ?? 0)) most = language;
  }
  return most;
}

function findingsOf(results: DeepgramResults, query: URLSearchParams): Pick<ReportedResult, 'providerData'> {
  const isAsked = ({ option, value }: Finding): boolean => {
    const sent = query.get(option) ?? 'false';
    return value === undefined ? sent !== 'false' : sent === value;
  };
  const found = FINDINGS.filter(isAsked)
    .map(({ name, of }) => [name, of(results)] as const)
    .filter(([, value]) => value !== undefined);
  return found.length > 0 ? { providerData: Object.fromEntries(found) } : {};
}
