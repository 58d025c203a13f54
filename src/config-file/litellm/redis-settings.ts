import { redisUrlSchema } from '../../config/redis-url.schema.js';
import type { FileVariables } from '../yaml/variables.resolver.js';

/** How a Redis is entered, as LiteLLM's keys say it; `url` says it all. */
export interface RedisKeys {
  readonly url?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly database?: string | undefined;
  readonly isEncrypted?: boolean | undefined;
}

/** What LiteLLM takes from variables where the file does not say it. */
export function redisOfVariables(variables: Pick<FileVariables, 'get'>): RedisKeys {
  return {
    host: variables.get('REDIS_HOST'),
    port: variables.get('REDIS_PORT'),
    username: variables.get('REDIS_USERNAME'),
    password: variables.get('REDIS_PASSWORD'),
  };
}

/**
 * The address that keys make together.
 * @returns undefined where they name no host; with `problem` what is wrong with it
 */
export function redisUrlOf(keys: RedisKeys): { readonly url: string } | { readonly problem: string } | undefined {
  const url = keys.url ?? joined(keys);
  if (url === undefined) return undefined;
  const parsed = redisUrlSchema.safeParse(url);
  return parsed.success ? { url } : { problem: parsed.error.issues[0]?.message ?? '' };
}

function joined({ host, port, username = '', password, database, isEncrypted = false }: RedisKeys): string | undefined {
  if (host === undefined) return undefined;
  const entrance = password === undefined ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`;
  const named = host.includes(':') ? `[${host}]` : host;
  return `redis${isEncrypted ? 's' : ''}://${entrance}${named}${port === undefined ? '' : `:${port}`}/${database ?? 0}`;
}
