import type { Retirement } from '../../domain/retirement.js';
import { openAiVoices, type SpeechCapabilities } from '../../domain/speech.js';
import type { SpeechDialect } from '../openai-compatible/openai-speech.js';
import { OPENAI_DEPRECATIONS } from './openai.deprecations.js';

/** OpenAI's notice for all of its speech models, as those tell who have copied its page (dev.to/aidriftline, 2026). */
const retirement: Retirement = {
  date: '2027-01-06',
  source: OPENAI_DEPRECATIONS,
  as_of: '2026-11-27',
  confidence: 'reported',
};

const tts: SpeechCapabilities = {
  formats: ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'],
  fields: ['speed'],
  voices: {
    names: openAiVoices.filter((voice) => !['ballad', 'verse', 'marin', 'cedar'].includes(voice)),
    mapped: {},
    others: false,
  },
  options: [],
  max_characters: 4_096,
};

const gpt4oMiniTts: SpeechCapabilities = {
  ...tts,
  fields: ['instructions', 'speed'],
  voices: { names: [...openAiVoices], mapped: {}, others: false, ids: true },
};

/** OpenAI's speech models, from its API specification and https://platform.openai.com/docs/guides/text-to-speech */
export const openAiSpeechModels: Readonly<Record<string, SpeechCapabilities>> = {
  'gpt-4o-mini-tts': { ...gpt4oMiniTts, retirement },
  'gpt-4o-mini-tts-2025-12-15': { ...gpt4oMiniTts, retirement },
  'tts-1': { ...tts, retirement },
  'tts-1-hd': { ...tts, retirement },
};

/** What a model that speaks can do, by its name; a successor will rather resemble the newest. */
export function openAiSpeechCapabilities(upstreamModel: string): SpeechCapabilities {
  const known = Object.hasOwn(openAiSpeechModels, upstreamModel) ? openAiSpeechModels[upstreamModel] : undefined;
  return known ?? (isFirstGeneration(upstreamModel) ? tts : gpt4oMiniTts);
}

/** The first generation has neither instructions nor events. */
export function isFirstGeneration(upstreamModel: string): boolean {
  return /(?<![a-z])tts-?(?:1|hd)(?![a-z0-9])|^tts$/i.test(upstreamModel);
}

/** OpenAI's own speech: https://platform.openai.com/docs/api-reference/audio/createSpeech */
export const openAiOwnSpeech: SpeechDialect<unknown> = {
  knownModels: Object.keys(openAiSpeechModels),
  capabilities: openAiSpeechCapabilities,
  // Billed by tokens, which a bare audio file does not tell.
  tellsUsage: ({ upstreamModel }) => !isFirstGeneration(upstreamModel),
};
