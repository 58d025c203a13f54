import { z } from 'zod';
import type { SaidSettings } from '../../config/settings.schema.js';
import { gatewayRoutingSchema } from '../../domain/routing-settings.js';
import { different, keyTable, supported } from './key-table.js';
import { names, numberTimes } from './values.schema.js';

/** How long LiteLLM keeps answers in memory where nobody says it. */
const DEFAULT_TTL_SECONDS = 600;
/** LiteLLM's names for what the audio routes do. */
const AUDIO_CALLS = new Set(['transcription', 'atranscription']);

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
  type: different(z.unknown(), 'Answers are cached in PostgreSQL, and given to the same question only.'),
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
