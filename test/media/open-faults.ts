/**
 * What is known to be measured wrongly: who mends one removes its line, or a test says so.
 */
export const openFaults: Readonly<Record<'durations' | 'recordings' | 'harms', readonly string[]>> = {
  /** Committed recordings and what has become of them. */
  durations: [
    'mp3-free.mp3, from 40 % on',
    'ogg-opus.opus, and another',
    'ogg-vorbis.ogg, and another',
    'ogg-speex.spx, and another',
    'webm-opus.webm, and another',
    'webm-pipe.webm, and another',
    'mp4-fragments.mp4, and another',
    'mp4-mov-and-moof.mp4, twice',
  ],
  /** Recordings of `npm run test:media`, as they were made. */
  recordings: [],
  /** Hostile files, which take the time of minutes. */
  harms: [],
};
