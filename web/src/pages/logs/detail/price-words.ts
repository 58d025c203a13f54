import type { Schemas } from '../../../api/client';

/** A price in few words: `$0.0043 / minute`. The amounts are the list's own, to the last digit. */
export function priceWords(price: Schemas['Price']): string {
  switch (price.type) {
    case 'duration':
      return `$${price.usd} / ${price.per}`;
    case 'characters':
      return `$${price.usd} / million characters`;
    case 'tokens':
      return [
        ...(price.audio_input_usd === undefined ? [] : [`audio $${price.audio_input_usd}`]),
        `text $${price.text_input_usd}`,
        `output $${price.output_usd}`,
      ]
        .join(', ')
        .concat(' / million tokens');
  }
}
