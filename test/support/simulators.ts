import { ASSEMBLYAI_KEY, AssemblyAiSimulator } from './assemblyai-simulator.js';
import { AzureSimulator } from './azure-simulator.js';
import { CLOUDFLARE_ACCOUNT, CloudflareSimulator } from './cloudflare-simulator.js';
import { DEEPGRAM_KEY, DeepgramSimulator } from './deepgram-simulator.js';
import { ELEVENLABS_KEY, ElevenLabsSimulator } from './elevenlabs-simulator.js';
import { FireworksSimulator } from './fireworks-simulator.js';
import { GEMINI_KEY, GeminiSimulator } from './gemini-simulator.js';
import { MistralSimulator } from './mistral-simulator.js';
import { OpenAiSimulator, SIMULATOR_KEY } from './openai-simulator.js';
import { deepInfraProfile, groqProfile, selfHostedProfile } from './simulator-profiles.js';
import type { SimulatorServer } from './simulator-server.js';
import { TogetherSimulator } from './together-simulator.js';

/** A simulated provider that people can try the gateway with. */
export interface Simulator {
  readonly provider: string;
  /** Where `npm run simulators` lets it listen, on 127.0.0.1. */
  readonly port: number;
  /** Starts it on a free port. */
  start(): Promise<SimulatorServer>;
  /** What comes after the origin in the base URL. */
  readonly basePath: string;
  readonly apiKey: string;
  readonly upstreamModel: string;
  /** One of its models that speak, where it has any. */
  readonly speechModel?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

const key = { apiKey: SIMULATOR_KEY };

// One line each, by port; test/support/simulators.spec.ts misses the provider that has none.
// prettier-ignore
export const simulators: readonly Simulator[] = [
  { provider: 'openai', port: 9101, start: () => OpenAiSimulator.start(), basePath: '/v1', ...key, upstreamModel: 'whisper-1', speechModel: 'tts-1-hd' },
  { provider: 'azure', port: 9102, start: () => AzureSimulator.start(), basePath: '', ...key, upstreamModel: 'whisper-eu', speechModel: 'tts-hd', settings: { base_model: 'whisper' } },
  { provider: 'groq', port: 9103, start: () => OpenAiSimulator.start(groqProfile), basePath: '/v1', ...key, upstreamModel: 'whisper-large-v3', speechModel: 'canopylabs/orpheus-v1-english' },
  { provider: 'fireworks', port: 9104, start: () => FireworksSimulator.start(), basePath: '/v1', ...key, upstreamModel: 'whisper-v3' },
  { provider: 'deepgram', port: 9105, start: () => DeepgramSimulator.start(), basePath: '/v1', apiKey: DEEPGRAM_KEY, upstreamModel: 'nova-3', speechModel: 'aura-2' },
  { provider: 'elevenlabs', port: 9106, start: () => ElevenLabsSimulator.start(), basePath: '/v1', apiKey: ELEVENLABS_KEY, upstreamModel: 'scribe_v2', speechModel: 'eleven_multilingual_v2' },
  { provider: 'assemblyai', port: 9107, start: () => AssemblyAiSimulator.start(), basePath: '', apiKey: ASSEMBLYAI_KEY, upstreamModel: 'universal-3-5-pro' },
  { provider: 'mistral', port: 9108, start: () => MistralSimulator.start(), basePath: '/v1', ...key, upstreamModel: 'voxtral-mini-latest', speechModel: 'voxtral-mini-tts-2603' },
  { provider: 'gemini', port: 9109, start: () => GeminiSimulator.start(), basePath: '', apiKey: GEMINI_KEY, upstreamModel: 'gemini-2.5-flash', speechModel: 'gemini-3.8-flash-tts' },
  { provider: 'together', port: 9110, start: () => TogetherSimulator.start(), basePath: '/v1', ...key, upstreamModel: 'openai/whisper-large-v3' },
  { provider: 'deepinfra', port: 9111, start: () => OpenAiSimulator.start(deepInfraProfile), basePath: '/v1', ...key, upstreamModel: 'openai/whisper-large-v3' },
  { provider: 'cloudflare', port: 9112, start: () => CloudflareSimulator.start(), basePath: '/client/v4', ...key, upstreamModel: '@cf/openai/whisper-large-v3-turbo', settings: { account_id: CLOUDFLARE_ACCOUNT } },
  { provider: 'openai-compatible', port: 9113, start: () => OpenAiSimulator.start(selfHostedProfile), basePath: '/v1', ...key, upstreamModel: 'any-whisper', speechModel: 'kokoro' },
];

/** The body of `POST /admin/v1/models` that makes a model of a running simulator, for recordings. */
export function modelBodyOf(simulator: Simulator, server: Pick<SimulatorServer, 'origin'>) {
  const { provider, upstreamModel, basePath, apiKey, settings } = simulator;
  const deployment = {
    provider,
    upstream_model: upstreamModel,
    api_base: server.origin + basePath,
    api_key: apiKey,
    ...(settings && { settings }),
  };
  return { name: `simulated-${provider}`, deployments: [deployment] };
}

/** The same for a model that speaks; undefined where the provider has none. */
export function speechModelBodyOf(
  { speechModel, ...simulator }: Simulator,
  server: Pick<SimulatorServer, 'origin'>,
): ReturnType<typeof modelBodyOf> | undefined {
  if (speechModel === undefined) return undefined;
  const { deployments } = modelBodyOf({ ...simulator, upstreamModel: speechModel, settings: undefined }, server);
  return { name: `speaking-${simulator.provider}`, deployments };
}
