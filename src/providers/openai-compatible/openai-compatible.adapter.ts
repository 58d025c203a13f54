import { z } from 'zod';
import { type Capabilities, requestFields } from '../../domain/capabilities.js';
import { responseFormats, tasks, timestampGranularities } from '../../domain/transcription.js';
import type { OpenAiDialect } from './openai-protocol.adapter.js';

/** What a server can do, where that differs from OpenAI's whisper-1. */
export const openAiCompatibleSettingsSchema = z.strictObject({
  tasks: z.array(z.enum(tasks)).min(1).optional(),
  formats: z.array(z.enum(responseFormats)).min(1).optional(),
  granularities: z.array(z.enum(timestampGranularities)).optional(),
  streaming: z.boolean().optional(),
  diarization: z.boolean().optional(),
  fields: z.array(z.enum(requestFields)).optional(),
  maxBytes: z.int().positive().optional(),
  maxDurationSeconds: z.number().positive().optional(),
});
export type OpenAiCompatibleSettings = z.infer<typeof openAiCompatibleSettingsSchema>;

/** Most self-hosted servers run whisper behind whisper-1's interface. */
const whisperServer: Capabilities = {
  tasks: ['transcribe', 'translate'],
  formats: ['json', 'text', 'srt', 'verbose_json', 'vtt'],
  granularities: ['word', 'segment'],
  streaming: false,
  diarization: false,
  fields: ['language', 'prompt', 'temperature'],
  options: 'any',
};

/** Any other server that speaks OpenAI's audio protocol: vLLM, speaches, LocalAI, whisper.cpp, another gateway. */
export const openAiCompatibleDialect: OpenAiDialect<OpenAiCompatibleSettings> = {
  provider: 'openai-compatible',
  settings: openAiCompatibleSettingsSchema,
  needsApiKey: false,
  knownModels: [],
  streams: true,
  capabilities: (_upstreamModel, settings) => ({ ...whisperServer, ...settings }),
};
