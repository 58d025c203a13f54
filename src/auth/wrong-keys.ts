import { isIPv6 } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { GatewayError } from '../domain/errors.js';
import { CLOCK, type Clock } from '../http/clock.js';

const MINUTE_MS = 60_000;
/** How late those are answered who send too many. Without a pause they would only send more. */
const PAUSE_MS = 1000;
/** So many may be kept waiting; others are answered at once, for waiting takes memory. */
const MAX_PAUSED = 1000;
const MAX_ADDRESSES = 10_000;

/** Counts the wrong keys of every client, so that nobody who tries keys keeps the gateway busy. */
@Injectable()
export class WrongKeys {
  /** How many each network has sent in its current minute. */
  private readonly counts: LRUCache<string, { count: number; readonly sinceMs: number }>;
  private paused = 0;
  private readonly sums = { noted: 0, refused: 0 };

  constructor(
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'max_wrong_keys_per_minute'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.counts = new LRUCache({ max: MAX_ADDRESSES });
  }

  /** How many wrong keys have come since the start, and how many of them were too many. */
  get totals(): Readonly<Record<'noted' | 'refused', number>> {
    return this.sums;
  }

  /**
   * Notes that a client has sent a wrong key. Resolves at once as long as that is no habit.
   * @param address its IP address
   * @throws GatewayError 429 with `retry-after`, after a pause, when it sends too many
   */
  async note(address: string): Promise<void> {
    const network = networkOf(address);
    const nowMs = this.clock.nowMs();
    const known = this.counts.get(network);
    const current = known && nowMs - known.sinceMs < MINUTE_MS ? known : { count: 0, sinceMs: nowMs };
    current.count += 1;
    this.counts.set(network, current);
    this.sums.noted += 1;
    if (current.count <= this.settings.max_wrong_keys_per_minute) return;
    this.sums.refused += 1;
    await this.pause();
    throw tooMany(Math.ceil((current.sinceMs + MINUTE_MS - this.clock.nowMs()) / 1000));
  }

  private async pause(): Promise<void> {
    if (this.paused >= MAX_PAUSED) return;
    this.paused += 1;
    await new Promise<void>((resolve) => this.clock.startTimer(PAUSE_MS, resolve));
    this.paused -= 1;
  }
}

/** A client has one IPv4 address, and of IPv6 addresses a network of 64 bits. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [before = '', after] = address.toLowerCase().split('::');
  const groups = before === '' ? [] : before.split(':');
  const end = after === undefined || after === '' ? [] : after.split(':');
  const zeros = after === undefined ? 0 : Math.max(8 - groups.length - end.length, 0);
  return [...groups, ...Array<string>(zeros).fill('0'), ...end].slice(0, 4).join(':');
}

function tooMany(retryAfterSeconds: number): GatewayError {
  return new GatewayError({
    status: 429,
    message: 'Too many wrong keys have come from this address. Please try again later.',
    type: 'rate_limit_exceeded',
    code: 'too_many_wrong_keys',
    headers: { 'retry-after': String(Math.max(retryAfterSeconds, 1)) },
  });
}
