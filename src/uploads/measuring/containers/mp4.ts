import { noSound, type Walk } from '../walk.js';
import { boxesIn } from './mp4-boxes.js';
import { readFragment } from './mp4-fragment.js';
import { readMovie } from './mp4-movie.js';
import { preferredTrack } from './preferred-track.js';

/**
 * MP4 and its relatives of Apple, 3GPP and Microsoft (ISO/IEC 14496-12): the samples of the track of sound whose bytes are in the
 * file, those of the tables in `moov` and those of fragments. How long the headers say that it is plays no part.
 */
export const walkMp4: Walk = (bytes) => {
  let movie: ReturnType<typeof readMovie> | undefined;
  let hasData = false;
  let end = 0;
  for (const box of boxesIn(bytes, 0, bytes.sizeBytes)) {
    if (box.name === 'mdat' && box.end > box.start) hasData = true;
    // A second one is not believed: two files in a row, of which decoders play the first.
    if (box.name === 'moov') movie ??= readMovie(bytes, box);
    if (box.name === 'moof' && movie) readFragment(bytes, box, movie);
    end = box.end;
  }
  const isWalkedThrough = bytes.sizeBytes - end < 8;
  if (!hasData && isWalkedThrough) return noSound;
  if (!movie) return undefined;
  const track = preferredTrack(movie.tracks);
  if (!track) return movie.isWhole && movie.hasTracks ? noSound : undefined;
  return track.walked;
};
