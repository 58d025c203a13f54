const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Where a stretch of time is read from: the sums of closed days, of days or of hours (in UTC), or the rows. */
export type TileSource = 'closed' | 'day' | 'hour' | 'rows';

/** A stretch of time that is read from one source. */
export interface Tile {
  readonly source: TileSource;
  readonly fromMs: number;
  /** The first moment that is not in it. */
  readonly toMs: number;
  /**
   * Whether it is a part of a day that is read as a whole and counted in the bucket that the middle of the day is in: what is in
   * this tile is to be taken from that bucket and put into its own, which may be none, where it is outside the range.
   */
  readonly isMoved: boolean;
}

/**
 * Divides a range so that as much as possible is read from sums, and every moment is counted exactly once, in its own bucket. A
 * day that lies in one bucket is read as a whole. So is one that a single edge cuts, as the days of a zone do, if its smaller
 * part may be moved to the neighbour afterwards: two hours of 24 are read in place of 24. So is one of which the range leaves out
 * the smaller part. Everything else is read by whole hours, and what an edge cuts off an hour from rows.
 * @param edges in milliseconds, ascending: where the range begins, where buckets begin within it, where the range ends
 * @param mayMove whether what is read can be subtracted; counts of distinct things cannot
 */
export function tile(edges: readonly number[], mayMove: boolean): Tile[] {
  const tiling = new Tiling();
  const end = edges.at(-1) ?? 0;
  let next = 1;
  for (let start = edges[0] ?? 0; start < end;) {
    const stop = Math.min(floorTo(DAY_MS, start) + DAY_MS, end);
    const cuts: number[] = [];
    for (let cut = edges[next]; cut !== undefined && cut < stop; cut = edges[next]) {
      cuts.push(cut);
      next += 1;
    }
    // An edge between two days cuts neither.
    if (edges[next] === stop) next += 1;
    tiling.addDay(start, stop, cuts, mayMove);
    start = stop;
  }
  return tiling.tiles();
}

/**
 * Divides the tiles of days into those of closed days and of others.
 * @param closedDays the beginnings of closed days, in milliseconds
 */
export function withClosedDays(tiles: readonly Tile[], closedDays: ReadonlySet<number>): Tile[] {
  return tiles.flatMap((whole) => {
    if (whole.source !== 'day') return [whole];
    const parts: Tile[] = [];
    for (let fromMs = whole.fromMs; fromMs < whole.toMs; fromMs += DAY_MS) {
      const source = closedDays.has(fromMs) ? 'closed' : 'day';
      const last = parts.at(-1);
      const toMs = fromMs + DAY_MS;
      if (last?.source === source) parts[parts.length - 1] = { ...last, toMs };
      else parts.push({ ...whole, source, fromMs, toMs });
    }
    return parts;
  });
}

class Tiling {
  private readonly found = new Map<string, Tile[]>();

  /** A day, or the part of it that is in the range. */
  addDay(start: number, stop: number, cuts: readonly number[], mayMove: boolean): void {
    const day = floorTo(DAY_MS, start);
    const next = day + DAY_MS;
    const [cut, ...others] = cuts;
    const isWhole = stop - start === DAY_MS;
    if (cut === undefined && (isWhole || (mayMove && stop - start > DAY_MS / 2))) {
      this.add({ source: 'day', fromMs: day, toMs: next, isMoved: false });
      this.addHours(day, start, true);
      return this.addHours(stop, next, true);
    }
    if (isWhole && cut !== undefined && others.length === 0 && mayMove) {
      this.add({ source: 'day', fromMs: day, toMs: next, isMoved: false });
      return cut <= day + DAY_MS / 2 ? this.addHours(day, cut, true) : this.addHours(cut, next, true);
    }
    const edges = [...cuts, stop];
    for (const [index, to] of edges.entries()) this.addHours(edges[index - 1] ?? start, to, false);
  }

  tiles(): Tile[] {
    return [...this.found.values()].flat();
  }

  private addHours(from: number, to: number, isMoved: boolean): void {
    const first = Math.min(-floorTo(HOUR_MS, -from), to);
    const last = Math.max(floorTo(HOUR_MS, to), first);
    this.add({ source: 'rows', fromMs: from, toMs: first, isMoved });
    this.add({ source: 'hour', fromMs: first, toMs: last, isMoved });
    this.add({ source: 'rows', fromMs: last, toMs: to, isMoved });
  }

  /** What follows another one of its kind makes that longer. */
  private add(tile: Tile): void {
    if (tile.fromMs >= tile.toMs) return;
    const kind = `${tile.source} ${tile.isMoved}`;
    const tiles = this.found.get(kind) ?? [];
    const last = tiles.at(-1);
    if (last?.toMs === tile.fromMs) tiles[tiles.length - 1] = { ...tile, fromMs: last.fromMs };
    else tiles.push(tile);
    this.found.set(kind, tiles);
  }
}

function floorTo(lengthMs: number, momentMs: number): number {
  return Math.floor(momentMs / lengthMs) * lengthMs;
}
