import type { AudioSource } from './audio-source.js';
import type { Bill } from './bill.js';
import type { RawExchange } from './raw-exchange.js';
import type { Task } from './task.js';

/** OpenAI's two tasks with a recording: write down what was said, or say it in English. */
export const transcriptionTasks = ['transcribe', 'translate'] as const satisfies readonly Task[];
export type TranscriptionTask = (typeof transcriptionTasks)[number];

/** Every `response_format` of OpenAI's audio API. */
export const responseFormats = ['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json'] as const;
export type ResponseFormat = (typeof responseFormats)[number];

/** Every `timestamp_granularities[]` of OpenAI's audio API. */
export const timestampGranularities = ['word', 'segment'] as const;
export type TimestampGranularity = (typeof timestampGranularities)[number];

/** How the provider should cut long audio; the defaults are the provider's. */
export type ChunkingStrategy =
  | 'auto'
  | {
      readonly type: 'server_vad';
      readonly prefix_padding_ms?: number;
      readonly silence_duration_ms?: number;
      readonly threshold?: number;
    };

/** How many speakers OpenAI recognises by name. */
export const MAX_KNOWN_SPEAKERS = 4;

/** A speaker to be recognised by name: `references[i]` is a data URL with 2 to 10 seconds of `names[i]` speaking. */
export interface KnownSpeakers {
  readonly names: readonly string[];
  readonly references: readonly string[];
}

/** One OpenAI audio request, parsed and checked, independent of who will serve it. */
export interface TranscriptionRequest {
  readonly task: TranscriptionTask;
  /** The public model name. */
  readonly model: string;
  readonly audio: AudioSource;
  /** The recording's address, when the client sent one instead of a file; then `audio` is fetched from there if read. */
  readonly url?: string;
  /** The client's language hint as a BCP-47 tag in lower case (`languageTag`); absent = to be detected. */
  readonly language?: string;
  readonly prompt?: string;
  /** 0 to 1. */
  readonly temperature?: number;
  readonly responseFormat: ResponseFormat;
  /** As asked for; empty = OpenAI's default (`segment`). */
  readonly granularities: readonly TimestampGranularity[];
  readonly stream: boolean;
  readonly include: readonly 'logprobs'[];
  readonly chunkingStrategy?: ChunkingStrategy;
  readonly keywords: readonly string[];
  /** The languages that may be spoken, each as `language`. */
  readonly languages: readonly string[];
  readonly speakers?: KnownSpeakers;
  /** Every field that OpenAI does not define, with all its values in the order sent. */
  readonly providerOptions: ReadonlyMap<string, readonly string[]>;
}

/** A word with its time in seconds from the start of the audio. */
export interface Word {
  readonly word: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** `A`, `B`, ... or a known speaker's name. */
  readonly speaker?: string;
}

/** A stretch of speech with its time in seconds; the optional numbers are whisper's and absent elsewhere. */
export interface Segment {
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly speaker?: string;
  readonly seek?: number;
  readonly tokens?: readonly number[];
  readonly temperature?: number;
  readonly avgLogprob?: number;
  readonly compressionRatio?: number;
  readonly noSpeechProb?: number;
}

/** What a log keeps of a segment: who said what, and when. */
export type SpokenSegment = Pick<Segment, 'text' | 'startSeconds' | 'endSeconds' | 'speaker'>;

/** A word as a provider reported it: its times may be missing or wrong. */
export type ReportedWord = Reported<Word>;

/** A segment as a provider reported it: its times may be missing or wrong. */
export type ReportedSegment = Reported<Segment>;

type Reported<Timed extends Word | Segment> = Omit<Timed, 'startSeconds' | 'endSeconds'> &
  Partial<Pick<Timed, 'startSeconds' | 'endSeconds'>>;

/** The confidence of one output token, as OpenAI reports it. */
export interface Logprob {
  readonly token?: string;
  readonly logprob?: number;
  readonly bytes?: readonly number[];
}

/** An answer that the provider already gave in the requested format: it reaches the client byte for byte. */
export interface NativeAnswer {
  readonly format: ResponseFormat;
  readonly contentType: string;
  readonly body: Buffer;
}

/** What a provider understood. A field that is absent was not reported, which is not the same as empty. */
export interface TranscriptionResult extends Bill {
  readonly text: string;
  /** As the provider names it: a code or a full name. */
  readonly language?: string;
  readonly durationSeconds?: number;
  readonly segments?: readonly Segment[];
  readonly words?: readonly Word[];
  readonly logprobs?: readonly Logprob[];
  readonly upstreamRequestId?: string;
  /**
   * What the provider found beyond a transcript because one of its own options asked for it (sentiments, entities, ...),
   * under the provider's names and in its form.
   */
  readonly providerData?: Readonly<Record<string, unknown>>;
  readonly native?: NativeAnswer;
  /** How it came over the wire; present only where somebody asked to see it. */
  readonly exchange?: RawExchange;
}

/** What an adapter read in an answer: a result whose words and segments have the times that the provider gave them. */
export interface ReportedResult extends Omit<TranscriptionResult, 'segments' | 'words'> {
  readonly segments?: readonly ReportedSegment[];
  readonly words?: readonly ReportedWord[];
}

/**
 * One server-sent event on its way to the client. `data` is the JSON text that goes on the wire, the provider's own
 * where it speaks OpenAI's protocol. What an event says of the bill replaces what earlier ones said. `segments` are those
 * that the events before it have told, with their times as they were reported.
 */
export type TranscriptionEvent =
  | ({ readonly type: 'relay'; readonly data: string } & Bill)
  | ({
      readonly type: 'done';
      readonly data: string;
      readonly text: string;
      readonly language?: string;
      readonly segments?: readonly SpokenSegment[];
    } & Bill);
