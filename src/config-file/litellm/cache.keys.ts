import { z } from 'zod';
import type { SaidSettings } from '../../config/settings.schema.js';
import { gatewayRoutingSchema } from '../../domain/routing-settings.js';
import { different, keyTable, supported } from './key-table.js';
import { onOrOff } from '../../domain/setting-values.js';
import type { FileVariables } from '../yaml/variables.resolver.js';
import { redisOfVariables, type RedisKeys } from './redis-settings.js';
import { identifier, names, numberTimes, text } from './values.schema.js';

/** How long LiteLLM keeps answers in memory where nobody says it. */
const DEFAULT_TTL_SECONDS = 600;
/** LiteLLM's names for what the audio routes do. */
const AUDIO_CALLS = new Set(['transcription', 'atranscription']);

const SHARED =
  'A Redis is where gateways count limits together: it becomes `REDIS_URL`, if `cache` is on and `router_settings` names none.';

const modes = ['default_on', 'default_off'] as const;

/** `litellm_settings.cache_params`. */
export const cacheKeys = keyTable('litellm_settings.cache_params', {
  ttl: supported(
    numberTimes(1).pipe(gatewayRoutingSchema.shape.cache_seconds.unwrap()),
    `How long answers are cached, in seconds; ${DEFAULT_TTL_SECONDS} if absent. It becomes \`cache_seconds\`, if \`cache\` is on.`,
  ),
  mode: supported(
    z.enum(modes, `must be ${modes.join(' or ')}`),
    '`default_off` caches only the answers to requests that ask for it.',
  ),
  supported_call_types: different(
    names,
    'Without `transcription` or `atranscription` among them nothing is cached: other answers never are.',
  ),
  type: different(
    z.unknown(),
    `Answers are cached in PostgreSQL, and given to the same question only. With \`redis\`, \`REDIS_HOST\`, \`REDIS_PORT\`, \`REDIS_USERNAME\` and \`REDIS_PASSWORD\` stand for what is not said. ${SHARED}`,
  ),
  url: different(text, SHARED),
  host: different(text, SHARED),
  port: different(identifier, SHARED),
  username: different(text, SHARED),
  password: different(text, SHARED),
  ssl: different(onOrOff, SHARED),
});

/** What the file says of the cache. */
export function cacheSettingsOf(
  isOn: boolean | undefined,
  { ttl, mode, supported_call_types: calls }: z.output<typeof cacheKeys.schema>,
): Pick<SaidSettings, 'cache_seconds'> {
  if (isOn === undefined) return {};
  const isForAudio = calls === undefined || calls.some((call) => AUDIO_CALLS.has(call));
  return { cache_seconds: isOn && isForAudio && mode !== 'default_off' ? (ttl ?? DEFAULT_TTL_SECONDS) : 0 };
}

/** The Redis of the cache; nothing where there is none. */
export function cacheRedisOf(
  isOn: boolean | undefined,
  { type = 'redis', url, host, port, username, password, ssl }: z.output<typeof cacheKeys.schema>,
  variables: Pick<FileVariables, 'get'>,
): RedisKeys {
  if (isOn !== true || type !== 'redis') return {};
  const ofVariables = redisOfVariables(variables);
  const keys = { host, port, username, password };
  const said = Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));
  return { ...ofVariables, ...said, url, isEncrypted: ssl };
}
