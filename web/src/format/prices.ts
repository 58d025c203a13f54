import type { Schemas } from '../api/client';

type Price = Schemas['Price'];

/** A price in a few words: `$0.0043 a minute`. */
export function formatPrice(price: Price): string {
  switch (price.type) {
    case 'duration':
      return `$${price.usd} a ${price.per}`;
    case 'characters':
      return `$${price.usd} per million characters`;
    case 'tokens':
      return [
        ...(price.audio_input_usd === undefined ? [] : [`audio $${price.audio_input_usd}`]),
        `text $${price.text_input_usd}`,
        `out $${price.output_usd}`,
      ]
        .join(', ')
        .concat(' per million tokens');
  }
}

/**
 * The list price of a model: that of its own name, or of the narrowest family that a list names; the operator's list before the one that comes with
 * the gateway.
 */
export function listedPriceOf(
  prices: readonly Schemas['ListedPrice'][],
  { provider, upstream_model }: Pick<Schemas['Deployment'], 'provider' | 'upstream_model'>,
): Schemas['ListedPrice'] | undefined {
  const model = upstream_model.toLowerCase();
  const fits = (listed: Schemas['ListedPrice']) =>
    Math.max(
      ...listed.models.map((name) => {
        const lower = name.toLowerCase();
        if (lower === model) return Infinity;
        return lower.endsWith('*') && model.startsWith(lower.slice(0, -1)) ? lower.length : -1;
      }),
    );
  return prices
    .filter((listed) => listed.provider === provider && fits(listed) >= 0)
    .toSorted(
      (a, b) => Number(b.list === 'operator') - Number(a.list === 'operator') || (fits(a) < fits(b) ? 1 : -1),
    )[0];
}
