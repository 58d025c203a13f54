import { completedJob, unfinishedJob, UPLOAD_URL } from '../../support/assemblyai-fixtures.js';
import { answer, type ScriptedAnswer } from '../../support/simulator-answers.js';

/** A time as a careless provider writes it. */
export type WireTime = number | string | null | undefined;

/** A word or segment as a careless provider writes it; anything else stands for itself. */
export interface WirePart {
  readonly text: string;
  readonly start?: WireTime;
  readonly end?: WireTime;
}

/** What a provider says it has heard, before it is put into the provider's words. */
export interface WireTranscript {
  readonly text: string;
  readonly seconds: number;
  readonly parts: readonly (WirePart | null | number)[];
}

/** How one provider writes an answer with times. */
export interface CarelessProvider {
  readonly provider: string;
  /** The model that gives times, where it is not the usual one. */
  readonly upstreamModel?: string;
  /** Where the parts are found in the result. */
  readonly list: 'words' | 'segments';
  /** The answers to the requests of one call. */
  answers(transcript: WireTranscript): readonly ScriptedAnswer[];
}

const toParts = ({ parts }: WireTranscript, write: (part: WirePart) => object): readonly (object | null | number)[] =>
  parts.map((it) => (typeof it === 'object' && it !== null ? write(it) : it));

const segments = (transcript: WireTranscript) => toParts(transcript, (it) => it);
const words = (transcript: WireTranscript) => toParts(transcript, ({ text: word, ...times }) => ({ word, ...times }));

const openAi = (provider: string): CarelessProvider => ({
  provider,
  list: 'segments',
  answers: (it) => [
    answer(200, { task: 'transcribe', language: 'en', duration: it.seconds, text: it.text, segments: segments(it) }),
  ],
});

const inMilliseconds = (time: WireTime): WireTime => {
  if (time === null || time === undefined) return time;
  return typeof time === 'number' ? time * 1_000 : String(Number(time) * 1_000);
};

/** The answers to one call of AssemblyAI's that ends with this job. */
export function jobAnswers(job: object): readonly ScriptedAnswer[] {
  return [
    answer(200, { upload_url: UPLOAD_URL }),
    answer(200, unfinishedJob('queued', {})),
    answer(200, { ...completedJob({}), ...job }),
  ];
}

/** Every provider that gives times, in its own form. */
export const carelessProviders: readonly CarelessProvider[] = [
  ...['openai', 'azure', 'groq', 'fireworks', 'together', 'deepinfra', 'openai-compatible'].map(openAi),
  {
    provider: 'deepgram',
    list: 'words',
    answers: (it) => [
      answer(200, {
        metadata: { request_id: 'dg', duration: it.seconds },
        results: { channels: [{ alternatives: [{ transcript: it.text, words: words(it) }] }] },
      }),
    ],
  },
  {
    provider: 'deepgram',
    list: 'segments',
    answers: (it) => [
      answer(200, {
        metadata: { request_id: 'dg', duration: it.seconds },
        results: {
          channels: [{ alternatives: [{ transcript: it.text }] }],
          utterances: toParts(it, ({ text: transcript, ...times }) => ({ transcript, ...times })),
        },
      }),
    ],
  },
  {
    provider: 'elevenlabs',
    list: 'words',
    answers: (it) => [
      answer(200, {
        text: it.text,
        audio_duration_secs: it.seconds,
        words: toParts(it, (part) => ({ ...part, type: 'word' })),
      }),
    ],
  },
  {
    provider: 'assemblyai',
    list: 'words',
    answers: (it) =>
      jobAnswers({
        text: it.text,
        audio_duration: it.seconds,
        words: toParts(it, ({ text, start, end }) => ({
          text,
          start: inMilliseconds(start),
          end: inMilliseconds(end),
        })),
      }),
  },
  {
    provider: 'mistral',
    list: 'segments',
    answers: (it) => [
      answer(200, {
        text: it.text,
        segments: segments(it),
        usage: { prompt_audio_seconds: it.seconds },
      }),
    ],
  },
  {
    provider: 'gemini',
    upstreamModel: 'gemini-3.5-transcribe',
    list: 'words',
    answers: (it) => {
      const offset = (time: WireTime): WireTime => (time === null || time === undefined ? time : `${time}s`);
      const annotations = toParts(it, ({ text, start, end }) => ({
        type: 'word_info',
        text,
        start_offset: offset(start),
        end_offset: offset(end),
      }));
      return [
        answer(200, { status: 'completed', steps: [{ content: [{ type: 'text', text: it.text, annotations }] }] }),
      ];
    },
  },
  {
    provider: 'cloudflare',
    list: 'segments',
    answers: (it) => [
      answer(200, {
        result: { text: it.text, transcription_info: { duration: it.seconds }, segments: segments(it) },
        success: true,
      }),
    ],
  },
  {
    provider: 'cloudflare',
    upstreamModel: '@cf/openai/whisper',
    list: 'words',
    answers: (it) => [answer(200, { result: { text: it.text, words: words(it) }, success: true })],
  },
];
