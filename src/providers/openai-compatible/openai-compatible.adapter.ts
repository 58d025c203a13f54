import type { Capabilities } from '../../domain/capabilities.js';
import type { ProviderFactory } from '../provider-adapter.js';
import { noEnvironment } from '../provider-environment.js';
import { learningFormats } from './format-learning.js';
import { openAiCompatiblePrefixes } from './openai-compatible.prefixes.js';
import { type Server, servers, unknownServer } from './openai-compatible.servers.js';
import { discoverServer } from './server-discovery.js';
import { type OpenAiCompatibleSettings, openAiCompatibleSettingsSchema } from './openai-compatible.settings.js';
import { audioUrl, type OpenAiDialect, openAiProtocol } from './openai-protocol.adapter.js';
import type { FormSpelling } from './openai-request.js';
import { speechFormats, type SpeechCapabilities } from '../../domain/speech.js';
import { mayBeForSpeech } from '../model-names.js';
import { askForTimes } from './own-verbose-json.js';

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
  isSpeechModel: mayBeForSpeech,
  // Who runs the server knows what it costs.
  prices: [],
  streams: true,
  capabilities,
  speech: { knownModels: [], capabilities: speechCapabilities },
  // Who runs the server knows what its models hear.
  chat: { capabilities: () => ({}) },
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

const protocol = openAiProtocol(openAiCompatibleDialect);

/** Registered in `provider-list.ts`. */
export const openAiCompatible: ProviderFactory<OpenAiCompatibleSettings> = (http) => ({
  ...learningFormats(protocol(http)),
  discover: (call) => discoverServer(protocol, http, call),
});

function serverOf(name: OpenAiCompatibleSettings['server']): Server {
  return name === undefined ? unknownServer : servers[name];
}

function capabilities(upstreamModel: string, settings: OpenAiCompatibleSettings = {}): Capabilities {
  const { server, formats = 'auto', bare_arrays: _, ...rest } = settings;
  const { speech_formats: _formats, max_characters: _characters, voices: _voices, ...overrides } = rest;
  const { capabilities: usual, exceptions = [] } = serverOf(server);
  const known = exceptions.find(([name]) => name.test(upstreamModel))?.[1] ?? usual;
  return { ...known, ...overrides, formats: formats === 'auto' ? known.formats : formats };
}

/** What OpenAI's models can; who runs the server knows better, and the server itself refuses what it cannot do. */
function speechCapabilities(_upstreamModel: string, settings: OpenAiCompatibleSettings = {}): SpeechCapabilities {
  return {
    formats: settings.speech_formats ?? [...speechFormats],
    fields: ['instructions', 'speed'],
    voices: { names: [], mapped: {}, others: true, ids: true },
    options: settings.options ?? 'any',
    max_characters: settings.max_characters,
  };
}
