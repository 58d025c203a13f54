/** What decides between the tracks of sound in one file. */
export interface TrackOfSound {
  /** Whether there is anything in it. */
  readonly hasSound: boolean;
  /** Whether the file says that it is what is to be heard. */
  readonly isDefault: boolean;
  readonly channels: number;
}

/**
 * The track that FFmpeg, and whoever decodes with it, listens to: one with sound, that is the default one, with the most channels, and
 * the first of equals.
 */
export function preferredTrack<Track extends TrackOfSound>(tracks: readonly Track[]): Track | undefined {
  return tracks.reduce<Track | undefined>(
    (best, track) => (best && rank(best) >= rank(track) ? best : track),
    undefined,
  );
}

function rank({ hasSound, isDefault, channels }: TrackOfSound): number {
  return (hasSound ? 1e9 : 0) + (isDefault ? 1e6 : 0) + Math.min(channels, 1e5);
}
