import { z } from 'zod';
import type { Bill } from './bill.js';
import type { DeepReadonly } from './deep-readonly.js';
import { retirementSchema } from './retirement.js';

/** Every `response_format` of OpenAI's speech endpoint. */
export const speechFormats = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const;
export type SpeechFormat = (typeof speechFormats)[number];

/** OpenAI's optional fields of a speech request that not every model honours. */
export const speechFields = ['instructions', 'speed'] as const;
export type SpeechField = (typeof speechFields)[number];

/** The samples in `pcm` and in a `wav` that is made: signed integers of 16 bits, little-endian, one channel. */
export const PCM = { sampleRate: 24_000, channels: 1, bytesPerSample: 2, bytesPerSecond: 48_000 } as const;

/** OpenAI's names of voices, which clients send to whatever model. */
export const openAiVoices = [
  'alloy',
  'ash',
  'ballad',
  'coral',
  'echo',
  'fable',
  'nova',
  'onyx',
  'sage',
  'shimmer',
  'verse',
  'marin',
  'cedar',
] as const;

/** A voice of another provider's for each of OpenAI's. */
export type VoiceTable = Readonly<Record<(typeof openAiVoices)[number], string>>;

/** What one upstream model that speaks can do natively. Data, not code: the planner, the admin API and the docs read it. */
export const speechCapabilitiesSchema = z.object({
  formats: z
    .array(z.enum(speechFormats))
    .meta({ description: 'Formats that it gives itself; others are made from these, or refused' }),
  fields: z.array(z.enum(speechFields)).meta({ description: "OpenAI's optional fields that have an effect" }),
  speed: z
    .object({ min: z.number(), max: z.number() })
    .optional()
    .meta({ description: "The speeds that it takes; absent = OpenAI's, 0.25 to 4" }),
  voices: z.object({
    names: z.array(z.string()).meta({ description: 'Voices that it is known to have, by its own names' }),
    mapped: z
      .record(z.string(), z.string())
      .meta({ description: "Its voice for a name of another provider's, mostly OpenAI's", example: { alloy: 'Kore' } }),
    others: z.boolean().meta({ description: 'Whether any other name is passed on: it may be one of its own' }),
    ids: z.boolean().optional().meta({ description: 'Whether voices that are named by their id are passed on' }),
  }),
  options: z.union([z.literal('any'), z.array(z.string())]).meta({
    description: "The provider's own fields that clients may send; `any` where nobody can know (self-hosted servers)",
    example: [],
  }),
  max_characters: z
    .int()
    .optional()
    .meta({ description: 'Longest input in Unicode characters; absent = not known', example: 4_096 }),
  retirement: retirementSchema
    .optional()
    .meta({ description: 'The announced end of the model; absent = none is known' }),
});

/** What one upstream model that speaks can do natively; its lists are data that nobody changes. */
export type SpeechCapabilities = DeepReadonly<z.infer<typeof speechCapabilitiesSchema>>;

/** One speech request in OpenAI's words, parsed and checked, independent of who will serve it. */
export interface SpeechRequest {
  readonly task: 'speak';
  /** The public model name. */
  readonly model: string;
  /** What is to be said; never empty. */
  readonly input: string;
  /** The client's name of the voice; in a candidate's request the provider's. */
  readonly voice: string;
  /** Whether the voice was named by its id (`{"id": "voice_1234"}`), as OpenAI wants it for a customer's own voices. */
  readonly isVoiceId: boolean;
  /** How it is to be said. */
  readonly instructions?: string;
  readonly responseFormat: SpeechFormat;
  /** 0.25 to 4; absent = the model's own, which is 1. */
  readonly speed?: number;
  /** Whether the answer is a stream of events instead of the bare audio. */
  readonly stream: boolean;
  /** Every field that OpenAI does not define, with its JSON value. */
  readonly providerOptions: ReadonlyMap<string, unknown>;
}

/** A piece of speech, with what it says of the bill so far. */
export interface AudioPiece extends Bill {
  readonly type: 'audio';
  /** Of the format that was asked for; never empty. */
  readonly audio: Buffer;
}

/** The end of complete speech. */
export interface SpeechEnd extends Bill {
  readonly type: 'done';
  /** The provider's name for the call. */
  readonly upstreamRequestId?: string;
}

/** What comes of a provider that speaks: audio as it is made, then exactly one end. */
export type SpeechEvent = AudioPiece | SpeechEnd;

/** How many characters a text has: Unicode code points, as OpenAI counts them and prices do. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
