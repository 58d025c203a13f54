import type { Capabilities } from '../../domain/capabilities.js';
import { needsTimes } from '../../domain/format-plan.js';
import type { ProviderCall } from '../provider-adapter.js';

/**
 * For providers whose `verbose_json` lacks fields that OpenAI's has, or calls the language by its code. Their models do
 * not claim the format, so that nobody takes it for OpenAI's, but it is where the times are: whatever cannot be made
 * without them is made from it.
 */
export function askForTimes<Settings>(
  call: ProviderCall<Settings>,
  { formats }: Pick<Capabilities, 'formats'>,
): ProviderCall<Settings> {
  const { responseFormat } = call.request;
  return needsTimes(responseFormat) && !formats.includes(responseFormat)
    ? { ...call, upstreamFormat: 'verbose_json' }
    : call;
}
