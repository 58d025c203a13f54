import type { Response } from 'express';
import type { AudioField } from '../domain/audio-source.js';
import type { LimitName, LimitOwner } from '../domain/limits.js';
import type { FileLimit } from '../uploads/upload-errors.js';
import type { GivenBack, LimitCounters, Taken } from './limit-counters.js';
import { audioTooLong, fullLine, limitReached, ownerAtEnd, rateLimitHeaders, unknownLength } from './limit-refusals.js';
import { placeLines, windowLines, type LimitScope, type ScopedLine } from './limit-scopes.js';
import { windowStartMs } from './limit-window.js';

/** Audio that is about to be sent to a provider. */
export interface LimitedAudio {
  /** undefined = unknown. */
  readonly audioSeconds: number | undefined;
  /** Where it was sent. */
  readonly field: AudioField;
}

/** A request that has been let in, as long as it runs. Disposing of it frees its places, and gives back audio that nobody heard. */
export interface LimitedRequest extends AsyncDisposable {
  /** undefined = as any. */
  readonly maxFile: FileLimit | undefined;
  /**
   * Counts the request's audio, before any provider is called.
   * @param isSpent asked when the request has ended: whether a provider may bill for it
   * @throws GatewayError 413 when it is longer than it may be, 429 where a limit has no room for it, 403 when its length is
   *   unknown and has to be known, 503 when it cannot be counted
   */
  takeAudio(audio: LimitedAudio, isSpent: () => boolean): Promise<void>;
}

/** One that has no limits. */
export const unlimited: LimitedRequest = {
  maxFile: undefined,
  takeAudio: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** What is known of a request that is to be let in. */
export interface LimitedFacts {
  /** The request's. */
  readonly id: string;
  /** Gets the headers that tell what is left. */
  readonly response: Pick<Response, 'headersSent' | 'setHeader'>;
  /** Whether it may have audio that is heard. */
  readonly hearsAudio: boolean;
}

/** What the limits of requests share. */
export interface LimitingParts {
  readonly counters: LimitCounters;
  readonly refusesUnknown: boolean;
  readonly onRefusal: (owner: LimitOwner, name: LimitName) => void;
}

/** A request under the limits of these scopes. */
export class RequestUnderLimits implements LimitedRequest {
  private heard: readonly GivenBack[] = [];
  private isSpent = (): boolean => false;

  constructor(
    private readonly scopes: readonly LimitScope[],
    private readonly facts: LimitedFacts,
    private readonly parts: LimitingParts,
  ) {}

  get maxFile(): FileLimit | undefined {
    const [least] = this.scopes
      .flatMap(({ owner, limits: { max_file_bytes: maxBytes } }) => (maxBytes === null ? [] : [{ owner, maxBytes }]))
      .toSorted((one, other) => one.maxBytes - other.maxBytes);
    return least && { maxBytes: least.maxBytes, whose: ownerAtEnd(least.owner) };
  }

  /** Counts the request, and gives it its places. @throws GatewayError 429, 503 */
  async enter(): Promise<void> {
    const { scopes } = this;
    const audio = this.facts.hearsAudio ? windowLines(scopes, 'audio_seconds', 0) : [];
    const lines = [...windowLines(scopes, 'requests', 1), ...placeLines(scopes), ...audio];
    if (lines.length === 0) return;
    await this.take(lines);
  }

  async takeAudio({ audioSeconds, field }: LimitedAudio, isSpent: () => boolean): Promise<void> {
    const { scopes } = this;
    if (audioSeconds === 0) return;
    if (audioSeconds === undefined) this.checkUnknown(field);
    // Nothing is free, however short; what is unknown is let in while anything is left.
    const amount = audioSeconds === undefined ? 1 : Math.max(Math.round(1000 * audioSeconds), 1);
    const lines = windowLines(scopes, 'audio_seconds', amount);
    this.checkLength(amount, lines, field);
    if (lines.length === 0) return;
    const { atMs } = await this.take(lines);
    this.isSpent = isSpent;
    this.heard = [
      ...this.heard,
      ...lines.map(({ counter, window }) => ({
        counter,
        amount,
        startsMs: window === 'place' ? 0 : windowStartMs(window, atMs),
      })),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { counters } = this.parts;
    counters.leave(this.facts.id);
    if (this.heard.length > 0 && !this.isSpent()) await counters.giveBack(this.heard);
  }

  private async take(lines: readonly ScopedLine[]): Promise<Taken> {
    const { counters } = this.parts;
    const sent = lines.map(({ counter, window, most, amount }) => ({ counter, window, most, amount }));
    const taken = await counters.take({ id: this.facts.id, lines: sent });
    this.tell(lines, taken);
    const full = taken.isRefused ? fullLine(lines, taken) : undefined;
    if (!full) return taken;
    const used = taken.used[lines.indexOf(full)] ?? 0;
    this.parts.onRefusal(full.owner, full.name);
    throw limitReached(full, Math.max(full.most - used, 0), taken.atMs);
  }

  /** What was counted before is told as it was then. */
  private tell(lines: readonly ScopedLine[], taken: Taken): void {
    const { response } = this.facts;
    if (response.headersSent) return;
    for (const [name, value] of Object.entries(rateLimitHeaders(lines, taken))) response.setHeader(name, value);
  }

  private checkUnknown(field: AudioField): void {
    if (!this.parts.refusesUnknown) return;
    const limiting = this.scopes.find(
      (scope) => scope.limits.max_audio_seconds !== null || windowLines([scope], 'audio_seconds', 0).length > 0,
    );
    if (limiting) throw unknownLength(limiting.owner, field);
  }

  /** Also what no window would ever have room for, so that nobody waits for one. */
  private checkLength(audioMs: number, lines: readonly ScopedLine[], field: AudioField): void {
    for (const { owner, limits } of this.scopes) {
      const { max_audio_seconds: most } = limits;
      if (most === null || audioMs <= 1000 * most) continue;
      this.parts.onRefusal(owner, 'max_audio_seconds');
      throw audioTooLong(owner, `${most} s in one request`, audioMs, field);
    }
    const never = lines.find(({ most }) => audioMs > most);
    if (!never) return;
    this.parts.onRefusal(never.owner, never.name);
    throw audioTooLong(never.owner, `${never.most / 1000} s a ${never.window}`, audioMs, field);
  }
}
