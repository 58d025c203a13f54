import { z } from 'zod';
import { type Capabilities, requestFields } from '../../domain/capabilities.js';
import { responseFormats, tasks, timestampGranularities } from '../../domain/transcription.js';
import { noEnvironment } from '../provider-environment.js';
import { openAiCompatiblePrefixes } from './openai-compatible.prefixes.js';
import { type Server, serverNames, servers, unknownServer } from './openai-compatible.servers.js';
import { audioUrl, type OpenAiDialect, openAiProtocol } from './openai-protocol.adapter.js';
import type { FormSpelling } from './openai-request.js';
import { askForTimes } from './own-verbose-json.js';

/** What a server can do, where that differs from the server named, or from OpenAI's whisper-1 when none is. */
export const openAiCompatibleSettingsSchema = z.strictObject({
  server: z.enum(serverNames).optional().meta({ description: 'The software that answers; sets what follows' }),
  tasks: z.array(z.enum(tasks)).min(1).optional(),
  formats: z.array(z.enum(responseFormats)).min(1).optional(),
  granularities: z.array(z.enum(timestampGranularities)).optional(),
  streaming: z.boolean().optional(),
  diarization: z.boolean().optional(),
  fields: z.array(z.enum(requestFields)).optional(),
  options: z
    .union([z.literal('any'), z.array(z.string().min(1))])
    .optional()
    .meta({ description: "The server's own fields that clients may send" }),
  max_bytes: z.int().positive().optional(),
  max_duration_seconds: z.number().positive().optional(),
  bare_arrays: z.boolean().optional().meta({ description: 'Array keys are sent without brackets' }),
});
export type OpenAiCompatibleSettings = z.infer<typeof openAiCompatibleSettingsSchema>;

/** Any other server that speaks OpenAI's audio protocol: vLLM, speaches, LocalAI, whisper.cpp, another gateway. */
const openAiCompatibleDialect: OpenAiDialect<OpenAiCompatibleSettings> = {
  provider: 'openai-compatible',
  title: 'OpenAI-compatible server',
  settings: openAiCompatibleSettingsSchema,
  needsApiKey: false,
  // A server is somewhere: no key says where.
  environment: noEnvironment,
  prefixes: openAiCompatiblePrefixes,
  knownModels: [],
  // Who runs the server knows what it costs.
  prices: [],
  streams: true,
  capabilities,
  // Of a server that nobody named only its settings are known.
  prepare: (call) => (call.settings.server ? askForTimes(call, capabilities(call.upstreamModel, call.settings)) : call),
  url: ({ apiBase, request, settings }) =>
    apiBase && request.task === 'translate' && serverOf(settings.server).translateField
      ? audioUrl(apiBase, 'transcribe')
      : undefined,
  spelling: ({ request, settings }): FormSpelling => {
    const { defaults, translateField, diarizeField } = serverOf(settings.server);
    return {
      bare_arrays: settings.bare_arrays,
      defaults: {
        ...defaults,
        ...(translateField && request.task === 'translate' && { [translateField]: 'true' }),
        ...(diarizeField && request.responseFormat === 'diarized_json' && { [diarizeField]: 'true' }),
      },
    };
  },
};

/** Registered in `provider-list.ts`. */
export const openAiCompatible = openAiProtocol(openAiCompatibleDialect);

function serverOf(name: OpenAiCompatibleSettings['server']): Server {
  return name === undefined ? unknownServer : servers[name];
}

function capabilities(upstreamModel: string, settings: OpenAiCompatibleSettings = {}): Capabilities {
  const { server, bare_arrays: _, ...overrides } = settings;
  const { capabilities: usual, exceptions = [] } = serverOf(server);
  return { ...(exceptions.find(([name]) => name.test(upstreamModel))?.[1] ?? usual), ...overrides };
}
