import type { Arrival } from './kinds.js';

/**
 * How long the bytes of a file play that a decoder may be led astray by: of a header that lies, as long as with its honest header; of
 * two recordings in one, as long as both, if the decoder goes on into the second at all, for it may lose some at the seam or take
 * the second at the rate of the first.
 * @param decodedSeconds what a decoder makes of it
 * @param wholeSeconds what a decoder makes of a recording as it was made
 * @returns undefined where there is no doubt, and where nothing is known
 */
export function honestSeconds<T>(
  { of, follower, variant }: Arrival<T>,
  decodedSeconds: number | undefined,
  wholeSeconds: (recording: T) => number | undefined,
): number | undefined {
  const own = wholeSeconds(of);
  if (variant.kind === 'lying') return own;
  const more = follower && wholeSeconds(follower);
  if (own === undefined || more === undefined || decodedSeconds === undefined) return undefined;
  return decodedSeconds > 1.1 * own ? own + more : undefined;
}
