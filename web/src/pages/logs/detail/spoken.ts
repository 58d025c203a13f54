import type { Schemas } from '../../../api/client';

type Segment = Schemas['LogSegment'];

/** Whoever speaks, in the order of their first words. */
export function speakersOf(segments: readonly Segment[]): readonly string[] {
  return [...new Set(segments.flatMap(({ speaker }) => speaker ?? []))];
}

/** The place of what is said at a time, of two voices at once the one that began later; -1 in silence. */
export function spokenAt(segments: readonly Segment[], seconds: number): number {
  let spoken = -1;
  for (const [index, { start_seconds: start, end_seconds: end }] of segments.entries()) {
    const isSaid = start <= seconds && seconds < end;
    if (isSaid && start >= (segments[spoken]?.start_seconds ?? 0)) spoken = index;
  }
  return spoken;
}
