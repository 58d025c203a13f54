import type { AudioField } from '../domain/audio-source.js';
import { GatewayError } from '../domain/errors.js';
import type { LimitOwner } from '../domain/limits.js';
import type { Taken } from './limit-counters.js';
import type { ScopedLine } from './limit-scopes.js';
import { countedLimits, openAiDuration, windows, windowStartMs, type LimitUnit } from './limit-window.js';

/** When a running request will end, nobody knows. */
const PLACE_WAIT_MS = 1000;

const OWNERS = { key: 'This API key', team: 'The team of this API key', gateway: 'This gateway' } as const;

/** Whose limit it is, as the end of a sentence. */
export function ownerAtEnd(owner: LimitOwner): string {
  return `${OWNERS[owner].charAt(0).toLowerCase()}${OWNERS[owner].slice(1)}`;
}

/** How long it is until the window of a line is over. */
export function waitMs({ window }: Pick<ScopedLine, 'window'>, atMs: number): number {
  return window === 'place' ? PLACE_WAIT_MS : windowStartMs(window, atMs) + windows[window] - atMs;
}

/** The line without room that is to be waited for longest. */
export function fullLine(lines: readonly ScopedLine[], { used, atMs }: Taken): ScopedLine | undefined {
  const full = lines.filter(({ amount, most }, index) => amount > 0 && (used[index] ?? 0) + amount > most);
  return full.toSorted((one, other) => waitMs(other, atMs) - waitMs(one, atMs))[0];
}

/** 429: a limit has no room. Clients are to wait for a minute at most. */
export function limitReached(line: ScopedLine, left: number, atMs: number): GatewayError {
  const wait = waitMs(line, atMs);
  const isWaitedFor = line.window === 'minute' || line.window === 'place';
  return new GatewayError({
    status: 429,
    message: `${OWNERS[line.owner]} is limited to ${describe(line, left)} Try again in ${openAiDuration(wait)}.`,
    type: 'rate_limit_exceeded',
    code: 'rate_limit_exceeded',
    headers: {
      'retry-after': String(Math.max(Math.ceil(wait / 1000), 1)),
      'retry-after-ms': String(Math.ceil(wait)),
      ...(!isWaitedFor && { 'x-should-retry': 'false' }),
    },
    isRefusal: true,
  });
}

/** 413: a recording plays longer than one may, or than a whole window allows. */
export function audioTooLong(owner: LimitOwner, most: string, audioMs: number, field: AudioField): GatewayError {
  return new GatewayError({
    status: 413,
    message: `This request has ${audioMs / 1000} s of audio. ${OWNERS[owner]} is limited to ${most}.`,
    param: field,
    code: 'audio_too_long',
  });
}

/** 403: how much audio it is cannot be told, and there is a limit. */
export function unknownLength(owner: LimitOwner, field: AudioField): GatewayError {
  return new GatewayError({
    status: 403,
    message: `${OWNERS[owner]} is limited in audio, and how much of it '${field}' has is unknown.`,
    param: field,
    code: 'unknown_audio_length',
  });
}

/** The headers that tell of the tightest window of each kind, in OpenAI's spelling. */
export function rateLimitHeaders(lines: readonly ScopedLine[], { used, atMs }: Taken): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const unit of ['requests', 'audio_seconds'] as const) {
    const [tightest] = lines
      .map((line, index) => ({ line, left: Math.max(line.most - (used[index] ?? 0), 0), resetMs: waitMs(line, atMs) }))
      .filter(({ line: { name } }) => name !== 'concurrent_requests' && countedLimits[name].unit === unit)
      .toSorted((one, other) => one.left - other.left || other.resetMs - one.resetMs);
    if (!tightest) continue;
    const suffix = unit === 'requests' ? 'requests' : 'audio-seconds';
    headers[`x-ratelimit-limit-${suffix}`] = inUnits(unit, tightest.line.most);
    headers[`x-ratelimit-remaining-${suffix}`] = inUnits(unit, tightest.left);
    headers[`x-ratelimit-reset-${suffix}`] = openAiDuration(tightest.resetMs);
  }
  return headers;
}

function describe({ name, window, most, amount }: ScopedLine, left: number): string {
  if (name === 'concurrent_requests') return `${most} requests at the same time, of which none is left.`;
  if (countedLimits[name].unit === 'requests') return `${most} requests a ${window}, of which none is left.`;
  return `${most / 1000} s of audio a ${window}, of which ${left / 1000} s are left; this request has ${amount / 1000} s.`;
}

function inUnits(unit: LimitUnit, amount: number): string {
  return String(unit === 'requests' ? amount : amount / 1000);
}
