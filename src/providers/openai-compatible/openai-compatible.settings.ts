import { z } from 'zod';
import { fileExtensions } from '../../domain/audio-container.js';
import { requestFields } from '../../domain/capabilities.js';
import { responseFormats, timestampGranularities, transcriptionTasks } from '../../domain/transcription.js';
import { speechFormats } from '../../domain/speech.js';
import { voicesSetting } from '../voices.setting.js';
import { serverNames } from './openai-compatible.servers.js';

/** What a server can do, where that differs from the server named, or from OpenAI's whisper-1 when none is. */
export const openAiCompatibleSettingsSchema = z.strictObject({
  server: z.enum(serverNames).optional().meta({ description: 'The software that answers; sets what follows' }),
  tasks: z.array(z.enum(transcriptionTasks)).min(1).optional(),
  formats: z
    .union([z.literal('auto'), z.array(z.enum(responseFormats)).min(1)])
    .optional()
    .meta({ description: '`auto`, the default without a server: what is refused is learned and made' }),
  granularities: z.array(z.enum(timestampGranularities)).optional(),
  streaming: z.boolean().optional(),
  diarization: z.boolean().optional(),
  fields: z.array(z.enum(requestFields)).optional(),
  options: z
    .union([z.literal('any'), z.array(z.string().min(1))])
    .optional()
    .meta({ description: "The server's own fields that clients may send" }),
  containers: z
    .array(z.enum(fileExtensions))
    .min(1)
    .optional()
    .meta({ description: 'Files that it takes, by their extensions; absent = any' }),
  max_bytes: z.int().positive().optional(),
  max_duration_seconds: z.number().positive().optional(),
  speech_formats: z.array(z.enum(speechFormats)).min(1).optional().meta({
    description: "Of a model that speaks: the formats that the server gives itself; absent = all of OpenAI's",
  }),
  max_characters: z.int().positive().optional().meta({ description: 'Of a model that speaks: the longest input' }),
  voices: voicesSetting,
  bare_arrays: z.boolean().optional().meta({ description: 'Array keys are sent without brackets' }),
});
export type OpenAiCompatibleSettings = z.infer<typeof openAiCompatibleSettingsSchema>;
