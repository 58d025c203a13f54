import type { SpeechCapabilities, VoiceTable } from '../../domain/speech.js';
import type { SpeechDialect } from '../openai-compatible/openai-speech.js';

const englishVoices: VoiceTable = {
  alloy: 'hannah',
  ash: 'austin',
  ballad: 'daniel',
  coral: 'autumn',
  echo: 'daniel',
  fable: 'troy',
  nova: 'diana',
  onyx: 'troy',
  sage: 'hannah',
  shimmer: 'autumn',
  verse: 'austin',
  marin: 'diana',
  cedar: 'daniel',
};

const arabicVoices: VoiceTable = {
  alloy: 'lulwa',
  ash: 'fahad',
  ballad: 'sultan',
  coral: 'noura',
  echo: 'abdullah',
  fable: 'sultan',
  nova: 'noura',
  onyx: 'fahad',
  sage: 'aisha',
  shimmer: 'lulwa',
  verse: 'abdullah',
  marin: 'aisha',
  cedar: 'fahad',
};

const orpheus: SpeechCapabilities = {
  // "response_format must be one of [wav]"
  formats: ['wav'],
  fields: ['speed'],
  speed: { min: 0.5, max: 4 },
  voices: {
    names: ['autumn', 'diana', 'hannah', 'austin', 'daniel', 'troy'],
    mapped: englishVoices,
    others: false,
  },
  options: ['sample_rate'],
  max_characters: 200,
};

const orpheusArabic: SpeechCapabilities = {
  ...orpheus,
  voices: {
    names: ['abdullah', 'fahad', 'sultan', 'lulwa', 'noura', 'aisha'],
    mapped: arabicVoices,
    others: false,
  },
};

/** What Groq had before Orpheus, as groq-sdk 1.7 for Python still knows it. */
const playAi: SpeechCapabilities = {
  formats: ['wav', 'mp3', 'flac'],
  fields: ['speed'],
  speed: { min: 0.5, max: 4 },
  // `Fritz-PlayAI` and the like.
  voices: { names: [], mapped: {}, others: true },
  options: ['sample_rate'],
  max_characters: 10_000,
};

/** Groq's speech models: https://console.groq.com/docs/text-to-speech; not verified against the live service */
const groqSpeechModels: Readonly<Record<string, SpeechCapabilities>> = {
  'canopylabs/orpheus-v1-english': orpheus,
  'canopylabs/orpheus-arabic-saudi': orpheusArabic,
};

/** Groq's speech in OpenAI's protocol, at the sample rate of OpenAI's `wav`. */
export const groqSpeech: SpeechDialect<unknown> = {
  knownModels: Object.keys(groqSpeechModels),
  capabilities: (upstreamModel) => {
    const known = Object.hasOwn(groqSpeechModels, upstreamModel) ? groqSpeechModels[upstreamModel] : undefined;
    return known ?? (/playai/i.test(upstreamModel) ? playAi : orpheus);
  },
  defaults: () => ({ sample_rate: 24_000 }),
};
