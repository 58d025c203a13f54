import { createHash } from 'node:crypto';

/** Code in Lua that Redis carries out as a whole, while nobody else changes anything. */
export interface RedisScript {
  readonly source: string;
  /** By which Redis knows it once it has seen it. */
  readonly sha: string;
}

/** The Redis that gateways share. */
export interface Redis {
  /** How the names of all keys begin; in braces, so that a cluster keeps them in one place and takes scripts with several. */
  readonly prefix: string;
  /** Whether it is not to be had: then it is not asked, but for one attempt at a time that finds out when it is back. */
  readonly isAway: boolean;
  /** @throws RedisAwayError when it has not carried the script out in time, or nobody knows whether it has */
  run(script: RedisScript, keys: readonly string[], values: readonly string[]): Promise<unknown>;
  /** Has it called whenever Redis is there again, and at first. It does not reject. */
  onThere(listener: () => Promise<void>): void;
}

/** Thrown where Redis is away. */
export class RedisAwayError extends Error {
  override readonly name = 'RedisAwayError';

  constructor(reason: string) {
    super(`Redis is away: ${reason}`);
  }
}

/** Injection token of {@link Redis}, or of undefined where there is no REDIS_URL. */
export const REDIS = Symbol('REDIS');

/** A script as it is written. */
export function redisScript(source: string): RedisScript {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}
