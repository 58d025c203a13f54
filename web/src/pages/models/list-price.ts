import type { Schemas } from '../../api/client';

/** What a list says that a model of a provider costs; undefined where the provider does not know it by this name, null where no list has it. */
export function listPriceOf(
  provider: Schemas['Provider'] | undefined,
  upstreamModel: string,
): Schemas['Price'] | null | undefined {
  const known = [...(provider?.models ?? []), ...(provider?.speech_models ?? [])];
  return known.find(({ name }) => name === upstreamModel.trim())?.price;
}
