import type { Price } from '../domain/price.js';
import { prices } from './prices.js';

/** The prices by `provider/model`, and the families (`provider/prefix`) with the longest prefix first. */
const book = new Map<string, Price>();
const families: { readonly prefix: string; readonly price: Price }[] = [];
for (const entry of prices) {
  for (const model of entry.models) {
    const name = `${entry.provider}/${model}`;
    if (name.endsWith('*')) families.push({ prefix: name.slice(0, -1), price: entry.price });
    else book.set(name, entry.price);
  }
}
families.sort((a, b) => b.prefix.length - a.prefix.length);

/**
 * The list price of a provider's model: its own, or that of the narrowest family that the list names explicitly.
 * @returns undefined when the list does not know the model, which is not the same as free
 */
export function findPrice(provider: string, upstreamModel: string): Price | undefined {
  const name = `${provider}/${upstreamModel}`;
  return book.get(name) ?? families.find(({ prefix }) => name.startsWith(prefix))?.price;
}
