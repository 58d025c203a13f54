import type { AudioSource } from '../../domain/audio-source.js';

/** Where Gemini has another name for a type: https://ai.google.dev/gemini-api/docs/audio#supported-formats */
const GEMINI_TYPES: Readonly<Record<string, string>> = {
  'audio/mpeg': 'audio/mp3',
  'audio/mp4': 'audio/m4a',
  'audio/3gpp': 'video/3gpp',
  'audio/quicktime': 'video/mov',
  'audio/x-ms-wma': 'video/wmv',
  'video/vnd.avi': 'video/avi',
};

/** The type of a recording as Gemini calls it; one that it does not know is its to refuse. */
export function geminiTypeOf({ mediaType }: Pick<AudioSource, 'mediaType'>): string {
  return GEMINI_TYPES[mediaType] ?? mediaType;
}
