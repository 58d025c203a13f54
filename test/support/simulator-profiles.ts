import { groqSpeechProfile, openAiSpeechProfile, type SpeechProfile } from './openai-speech-simulator.js';

/** Which models and fields a simulated provider knows. Everything else is refused, as the real one would. */
export interface SimulatorProfile {
  /** Without one, any name is a whisper. */
  readonly models?: Readonly<Record<string, SimulatedModel>>;
  /** Field names by endpoint, beside `file` and `model`; without them, anything goes. */
  readonly fields?: Readonly<Record<'transcriptions' | 'translations', readonly string[]>>;
  readonly needsApiKey: boolean;
  /** Whether whispers stream, too. */
  readonly whispersStream?: boolean;
  /** Whether a recording's address may come in the field `url` instead of the file. */
  readonly takesUrls?: boolean;
  /** Which models that speak it has; absent = any. */
  readonly speech?: SpeechProfile;
}

/** One model as the provider's documentation describes it, told independently of the adapters' own data. */
export interface SimulatedModel {
  readonly kind: 'whisper' | 'gpt4o' | 'gpt4oDiarize' | 'gptTranscribe';
  readonly formats: readonly string[];
  readonly translates: boolean;
}

const whisper1: SimulatedModel = {
  kind: 'whisper',
  formats: ['json', 'text', 'srt', 'verbose_json', 'vtt'],
  translates: true,
};
const gpt4o: SimulatedModel = { kind: 'gpt4o', formats: ['json', 'text'], translates: false };

/** Any model of a server that knows only whisper. */
export const anyWhisper: SimulatedModel = whisper1;

/** OpenAI, November 2026. */
export const openAiProfile: SimulatorProfile = {
  models: {
    'whisper-1': whisper1,
    'gpt-4o-transcribe': gpt4o,
    'gpt-4o-mini-transcribe': gpt4o,
    'gpt-4o-mini-transcribe-2025-03-20': gpt4o,
    'gpt-4o-mini-transcribe-2025-12-15': gpt4o,
    'gpt-4o-transcribe-diarize': {
      kind: 'gpt4oDiarize',
      formats: ['json', 'text', 'diarized_json'],
      translates: false,
    },
    'gpt-transcribe': { kind: 'gptTranscribe', formats: ['json'], translates: false },
  },
  fields: {
    transcriptions: [
      'language',
      'languages[]',
      'keywords[]',
      'prompt',
      'response_format',
      'temperature',
      'timestamp_granularities[]',
      'include[]',
      'stream',
      'chunking_strategy',
      'chunking_strategy[type]',
      'chunking_strategy[prefix_padding_ms]',
      'chunking_strategy[silence_duration_ms]',
      'chunking_strategy[threshold]',
      'known_speaker_names[]',
      'known_speaker_references[]',
    ],
    translations: ['prompt', 'response_format', 'temperature'],
  },
  needsApiKey: true,
  speech: openAiSpeechProfile,
};

/** Groq, November 2026. */
export const groqProfile: SimulatorProfile = {
  models: {
    'whisper-large-v3': { kind: 'whisper', formats: ['json', 'text', 'verbose_json'], translates: true },
    'whisper-large-v3-turbo': { kind: 'whisper', formats: ['json', 'text', 'verbose_json'], translates: false },
  },
  fields: {
    transcriptions: ['url', 'language', 'prompt', 'response_format', 'temperature', 'timestamp_granularities[]'],
    translations: ['url', 'prompt', 'response_format', 'temperature'],
  },
  needsApiKey: true,
  takesUrls: true,
  speech: groqSpeechProfile,
};

/** DeepInfra, November 2026. */
export const deepInfraProfile: SimulatorProfile = {
  models: {
    'openai/whisper-large-v3': { kind: 'whisper', formats: ['json', 'verbose_json'], translates: true },
    'openai/whisper-large-v3-turbo': { kind: 'whisper', formats: ['json', 'verbose_json'], translates: false },
    'mistralai/Voxtral-Mini-3B-2507': { kind: 'whisper', formats: ['json'], translates: false },
  },
  fields: {
    transcriptions: ['language', 'prompt', 'response_format', 'temperature', 'timestamp_granularities[]'],
    translations: ['prompt', 'response_format', 'temperature', 'timestamp_granularities[]'],
  },
  needsApiKey: true,
};

/** A self-hosted whisper server without a key that ignores what it does not know. */
export const selfHostedProfile: SimulatorProfile = { needsApiKey: false };

/** The same with events, as speaches and LocalAI send them. */
export const streamingServerProfile: SimulatorProfile = { ...selfHostedProfile, whispersStream: true };
