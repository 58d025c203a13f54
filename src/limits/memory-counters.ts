import {
  placesIn,
  type GivenBack,
  type LimitCounters,
  type LimitLine,
  type Places,
  type Taken,
  type Taking,
  type WindowCount,
} from './limit-counters.js';
import { windows, windowStartMs, type LimitWindow } from './limit-window.js';

interface Count {
  readonly window: LimitWindow;
  readonly startsMs: number;
  used: number;
  /** What of it was counted where all gateways count, in the database or in Redis. */
  known: number;
}

/** Counts in the memory of one gateway. */
export class MemoryCounters implements LimitCounters {
  private readonly counts = new Map<string, Count>();
  /** The requests that have a place. */
  private readonly places = new Map<string, Set<string>>();
  private readonly placesOf = new Map<string, readonly string[]>();
  private clearedAtMs = 0;

  /** @param epochMs the time; when it goes back, the windows do not */
  constructor(private readonly epochMs: () => number) {}

  take({ id, lines }: Taking): Taken {
    const nowMs = this.epochMs();
    this.clearAway(nowMs);
    let atMs = nowMs;
    const used = lines.map(({ counter, window }) => {
      if (window === 'place') return this.places.get(counter)?.size ?? 0;
      const { startsMs, used } = this.countOf(counter, window, nowMs);
      atMs = Math.max(atMs, startsMs);
      return used;
    });
    const isRefused = lines.some(({ amount, most }, index) => amount > 0 && (used[index] ?? 0) + amount > most);
    if (isRefused) return { isRefused, used, atMs };
    for (const line of lines) this.add(line, nowMs);
    this.hold(id, placesIn({ lines }));
    return { isRefused, used: lines.map(({ amount }, index) => (used[index] ?? 0) + amount), atMs };
  }

  giveBack(given: readonly GivenBack[]): void {
    for (const { counter, startsMs, amount } of given) {
      const count = this.counts.get(counter);
      if (count?.startsMs === startsMs) count.used = Math.max(count.used - amount, 0);
    }
  }

  leave(id: string): void {
    for (const counter of this.placesOf.get(id) ?? []) {
      const holders = this.places.get(counter);
      holders?.delete(id);
      if (holders?.size === 0) this.places.delete(counter);
    }
    this.placesOf.delete(id);
  }

  /** The counters of which a request has places. */
  placesWith(id: string): readonly string[] {
    return this.placesOf.get(id) ?? [];
  }

  /** What was counted here and not where all gateways count, and how much of it there was of each: to be told to {@link noteKnown}. */
  get uncounted(): { readonly counts: readonly WindowCount[]; readonly places: readonly Places[] } {
    const counts = [...this.counts].map(([counter, { window, startsMs, used, known }]) => {
      return { counter, window, startsMs, used: used - known };
    });
    const places = [...this.placesOf].map(([id, counters]) => ({ id, counters }));
    return { counts: counts.filter(({ used }) => used !== 0), places };
  }

  /** Notes what was counted elsewhere, at a moment of its clock. */
  note({ id, lines }: Taking, atMs: number): void {
    this.clearAway(this.epochMs());
    for (const { counter, window, amount } of lines) {
      if (window === 'place' || amount === 0) continue;
      const count = this.countOf(counter, window, atMs);
      count.used += amount;
      count.known += amount;
    }
    this.hold(id, placesIn({ lines }));
  }

  /** Where all gateways count, everything was lost. */
  noteLost(): void {
    for (const count of this.counts.values()) count.known = 0;
  }

  /** These are counted where all gateways count from now on. */
  noteKnown(counted: readonly Pick<WindowCount, 'counter' | 'startsMs' | 'used'>[]): void {
    for (const { counter, startsMs, used } of counted) {
      const count = this.counts.get(counter);
      if (count?.startsMs === startsMs) count.known += used;
    }
  }

  /** Goes on from what was counted in the database, and from the places of this gateway's running requests. */
  load(counted: readonly WindowCount[], places: readonly Places[]): void {
    this.clear();
    for (const { counter, window, startsMs, used } of counted) {
      this.counts.set(counter, { window, startsMs, used, known: used });
    }
    for (const { id, counters } of places) this.hold(id, counters);
  }

  /** Forgets all. */
  clear(): void {
    this.counts.clear();
    this.places.clear();
    this.placesOf.clear();
  }

  private add({ counter, window, amount }: LimitLine, nowMs: number): void {
    if (window !== 'place' && amount > 0) this.countOf(counter, window, nowMs).used += amount;
  }

  private hold(id: string, counters: readonly string[]): void {
    if (counters.length === 0) return;
    this.placesOf.set(id, counters);
    for (const counter of counters) {
      const holders = this.places.get(counter) ?? new Set();
      holders.add(id);
      this.places.set(counter, holders);
    }
  }

  /** The count of the window that is now. A clock that is set back by a little is waited for. */
  private countOf(counter: string, window: LimitWindow, nowMs: number): Count {
    const startsMs = windowStartMs(window, nowMs);
    const known = this.counts.get(counter);
    if (known && known.startsMs >= startsMs && known.startsMs - startsMs <= windows[window]) return known;
    const fresh = { window, startsMs, used: 0, known: 0 };
    this.counts.set(counter, fresh);
    return fresh;
  }

  /** Once a minute, so that keys that are gone take no memory. */
  private clearAway(nowMs: number): void {
    if (Math.abs(nowMs - this.clearedAtMs) < windows.minute) return;
    this.clearedAtMs = nowMs;
    for (const [counter, { window, startsMs }] of this.counts) {
      if (startsMs + windows[window] <= nowMs) this.counts.delete(counter);
    }
  }
}
