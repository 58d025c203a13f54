import type { Capabilities } from '../../domain/capabilities.js';
import type { Retirement } from '../../domain/retirement.js';

const largeV3: Capabilities = {
  tasks: ['transcribe', 'translate'],
  // No subtitles: they are made from verbose_json.
  formats: ['json', 'text', 'verbose_json'],
  granularities: ['word', 'segment'],
  streaming: false,
  diarization: false,
  fields: ['language', 'prompt', 'temperature'],
  options: [],
  accepts_url: true,
  // As the service's own error message lists them, beside those of the page: `opus`.
  containers: ['flac', 'mp3', 'mp4', 'mpeg', 'mpga', 'm4a', 'ogg', 'opus', 'wav', 'webm'],
  // The paid tier's limit; the free tier refuses from 25 MB on, and then another deployment takes over.
  max_bytes: 100 * 1024 * 1024,
};

const largeV3Turbo: Capabilities = { ...largeV3, tasks: ['transcribe'] };

/** Groq's transcription models: https://console.groq.com/docs/speech-to-text */
export const groqModels: Readonly<Record<string, Capabilities>> = {
  'whisper-large-v3': largeV3,
  'whisper-large-v3-turbo': largeV3Turbo,
};

/** Groq's notice to its customers of July 2025, quoted in fabio-garavini/ha-openai-whisper-stt-api#13. */
const distilledRetirement: Retirement = {
  date: '2025-08-23',
  source: 'https://console.groq.com/docs/deprecations',
  as_of: '2026-11-27',
  confidence: 'announced',
  replacement: 'whisper-large-v3-turbo',
};

/** The capabilities of a model by its name, known or not; only the full-size whisper was trained to translate. */
export function groqCapabilities(upstreamModel: string): Capabilities {
  if (upstreamModel === 'distil-whisper-large-v3-en') return { ...largeV3Turbo, retirement: distilledRetirement };
  const known = Object.hasOwn(groqModels, upstreamModel) ? groqModels[upstreamModel] : undefined;
  return known ?? (/turbo|distil/i.test(upstreamModel) ? largeV3Turbo : largeV3);
}
