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
