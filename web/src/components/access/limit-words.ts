import type { Schemas } from '../../api/client';
import { formatAudioSeconds, formatBytes, formatCount } from '../../format/amounts';

/** The limits that are set, each in a few words: `60 requests/min`. */
export function limitWords(limits: Schemas['Limits'] | null): readonly string[] {
  if (!limits) return [];
  const words: readonly (readonly [number | null, (limit: number) => string])[] = [
    [limits.requests_per_minute, (limit) => `${formatCount(limit)} requests/min`],
    [limits.requests_per_day, (limit) => `${formatCount(limit)} requests/day`],
    [limits.concurrent_requests, (limit) => `${formatCount(limit)} at once`],
    [limits.audio_seconds_per_minute, (limit) => `${formatAudioSeconds(limit)} audio/min`],
    [limits.audio_seconds_per_hour, (limit) => `${formatAudioSeconds(limit)} audio/h`],
    [limits.audio_seconds_per_day, (limit) => `${formatAudioSeconds(limit)} audio/day`],
    [limits.max_audio_seconds, (limit) => `${formatAudioSeconds(limit)} a recording`],
    [limits.max_file_bytes, (limit) => `${formatBytes(limit)} a file`],
  ];
  return words.flatMap(([limit, say]) => (limit == null ? [] : [say(limit)]));
}
