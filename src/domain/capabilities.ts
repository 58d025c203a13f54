import { z } from 'zod';
import { fileExtensions } from './audio-container.js';
import type { DeepReadonly } from './deep-readonly.js';
import { retirementSchema } from './retirement.js';
import { responseFormats, timestampGranularities, transcriptionTasks } from './transcription.js';

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

/** What one upstream model can do natively. Data, not code: the planner, the admin API and the docs read it. */
export const capabilitiesSchema = z.object({
  tasks: z.array(z.enum(transcriptionTasks)),
  formats: z.array(z.enum(responseFormats)).meta({
    description: 'Formats that it answers itself; others are made from the richest of these, or refused',
  }),
  granularities: z
    .array(z.enum(timestampGranularities))
    .meta({ description: 'Times that it reports; none = no subtitles can be made' }),
  streaming: z
    .boolean()
    .meta({ description: "Streams in OpenAI's events, or in its own that are translated; otherwise they are made" }),
  stream_formats: z
    .array(z.enum(responseFormats))
    .optional()
    .meta({ description: 'The formats in which it streams; absent = all of `formats`' }),
  diarization: z.boolean(),
  fields: z.array(z.enum(requestFields)).meta({ description: "OpenAI's optional fields that have an effect" }),
  options: z.union([z.literal('any'), z.array(z.string())]).meta({
    description: "The provider's own fields that clients may send; `any` where nobody can know (self-hosted servers)",
    example: [],
  }),
  accepts_url: z.boolean().optional().meta({ description: 'Fetches a recording itself from an address' }),
  containers: z
    .array(z.enum(fileExtensions))
    .min(1)
    .optional()
    .meta({
      description: 'Files that it takes, by their extensions; absent = not known, and then any are sent',
      example: ['flac', 'mp3', 'wav'],
    }),
  max_bytes: z.int().optional().meta({ description: 'Largest file; absent = not known', example: 26_214_400 }),
  max_duration_seconds: z
    .number()
    .optional()
    .meta({ description: 'Longest audio; absent = not known', example: 1_500 }),
  retirement: retirementSchema
    .optional()
    .meta({ description: 'The announced end of the model; absent = none is known' }),
});

/** What one upstream model can do natively; its lists are data that nobody changes. */
export type Capabilities = DeepReadonly<z.infer<typeof capabilitiesSchema>>;
