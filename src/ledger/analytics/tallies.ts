import { Tally, type Cell } from './tally.js';

/** A place in an answer: a bucket or all of them, and a group or all of them. */
export interface Place {
  /** Its number; undefined = the whole range. */
  readonly bucket?: number;
  /** Its number, 0 = what is in none of the others; undefined = all requests. */
  readonly group?: number;
}

/** The sums at every place of an answer; where there is nothing they are empty. */
export class Tallies {
  private readonly found = new Map<string, Tally>();

  /** @param timesOfAll see {@link Tally} */
  constructor(private readonly timesOfAll: boolean) {}

  /** The sums at a place. */
  at({ bucket, group }: Place): Tally {
    const name = `${bucket} ${group}`;
    const tally = this.found.get(name) ?? new Tally(this.timesOfAll);
    this.found.set(name, tally);
    return tally;
  }

  /**
   * Takes in what was read.
   * @param reading whether it was read by groups, and whether a request may be in several of them, so that all requests together
   * are read apart
   */
  take(
    cells: readonly Cell[],
    { isGrouped, isInSeveral }: { readonly isGrouped: boolean; readonly isInSeveral: boolean },
  ): void {
    const placesOf = (bucket: number, group: number): Place[] => [
      ...(isGrouped ? [{ bucket, group }, { group }] : []),
      ...(isGrouped && isInSeveral ? [] : [{ bucket }, {}]),
    ];
    for (const cell of cells) {
      const { bucket, takenFrom, group } = cell;
      if (bucket !== undefined) for (const place of placesOf(bucket, group)) this.at(place).take(cell, 1);
      if (takenFrom !== undefined) for (const place of placesOf(takenFrom, group)) this.at(place).take(cell, -1);
    }
  }
}
