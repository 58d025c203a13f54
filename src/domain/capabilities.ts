import type { ResponseFormat, Task, TimestampGranularity } from './transcription.js';

/** What one upstream model can do natively. Data, not code: the catalogue, the planner and the docs read it. */
export interface Capabilities {
  readonly tasks: readonly Task[];
  /** Formats that the provider answers itself; the others are synthesised from the richest of these, or refused. */
  readonly formats: readonly ResponseFormat[];
  /** Times that the provider can report; empty = none, so no subtitles can be made. */
  readonly granularities: readonly TimestampGranularity[];
  /** Streams natively, in OpenAI's events or in its own that the adapter translates. */
  readonly streaming: boolean;
  /** The formats in which it streams; absent = all of `formats`, as at OpenAI. */
  readonly streamFormats?: readonly ResponseFormat[];
  readonly diarization: boolean;
  /** Which of OpenAI's optional request fields have an effect. */
  readonly fields: readonly RequestField[];
  /** Names of fields beyond OpenAI's that the provider knows, or `any` where we cannot know (self-hosted servers). */
  readonly options: 'any' | readonly string[];
  /** Fetches a recording itself when it is given an address instead of a file. */
  readonly acceptsUrl?: boolean;
  readonly maxBytes?: number;
  readonly maxDurationSeconds?: number;
  /** `YYYY-MM-DD`: the day on which the provider switches the model off. */
  readonly retirementDate?: string;
}

/** OpenAI's optional request fields that not every model honours. */
export const requestFields = [
  'language',
  'prompt',
  'temperature',
  'logprobs',
  'chunking_strategy',
  'keywords',
  'languages',
  'known_speakers',
] as const;
export type RequestField = (typeof requestFields)[number];
