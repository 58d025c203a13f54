import { PriceBook } from '../../src/pricing/price-book.js';
import { builtInProviders } from '../../src/providers/built-in-providers.js';
import { ProviderHttp } from '../../src/providers/provider-http.js';
import { ProviderRegistry } from '../../src/providers/provider-registry.js';
import { SandboxAdapter } from '../../src/providers/sandbox/sandbox.adapter.js';

/** Every provider that there is, the sandbox last, without an application around them. Nothing is called. */
export const allProviders = new ProviderRegistry([...builtInProviders(new ProviderHttp()), new SandboxAdapter()]);

/** Their list prices. */
export const priceBook = new PriceBook(allProviders);

/** The list price of a model, under the provider's own name for it. */
export function listPriceOf(provider: string, upstreamModel: string) {
  return priceBook.priceOf({ provider, upstreamModel, settings: {} });
}
