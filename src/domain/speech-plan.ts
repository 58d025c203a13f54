import { type SpeechCapabilities, type SpeechFormat, speechFormats } from './speech.js';

/** How a format of audio is made from another. */
export type SpeechConversion =
  /** As it comes. */
  | 'none'
  /** Samples get the header of a WAV file. */
  | 'add_header'
  /** The samples of a WAV file without its header. */
  | 'strip_header'
  /** By ffmpeg. */
  | 'transcode';

/** How a deployment will give the requested format. */
export interface SpeechPlan {
  /** What the provider is asked for. */
  readonly upstreamFormat: SpeechFormat;
  readonly conversion: SpeechConversion;
}

/** What to make other formats from, best first: what loses nothing, and comes as it is made. */
const SOURCES: readonly SpeechFormat[] = ['pcm', 'wav', 'flac', 'mp3', 'opus', 'aac'];

/**
 * How a model gives a format: natively, or made from another one.
 * @param canTranscode whether the gateway can make that format from any other
 * @returns undefined when it cannot
 */
export function planSpeech(
  { formats }: Pick<SpeechCapabilities, 'formats'>,
  format: SpeechFormat,
  canTranscode: (to: SpeechFormat) => boolean,
): SpeechPlan | undefined {
  if (formats.includes(format)) return { upstreamFormat: format, conversion: 'none' };
  if (format === 'wav' && formats.includes('pcm')) return { upstreamFormat: 'pcm', conversion: 'add_header' };
  if (format === 'pcm' && formats.includes('wav')) return { upstreamFormat: 'wav', conversion: 'strip_header' };
  const source = SOURCES.find((it) => formats.includes(it));
  return source && canTranscode(format) ? { upstreamFormat: source, conversion: 'transcode' } : undefined;
}

/** Every format that a model gives or that can be made of what it gives. */
export function formatsOf(
  capabilities: Pick<SpeechCapabilities, 'formats'>,
  canTranscode: (to: SpeechFormat) => boolean,
): readonly SpeechFormat[] {
  return speechFormats.filter((format) => planSpeech(capabilities, format, canTranscode) !== undefined);
}
