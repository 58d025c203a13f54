import { perMinute, type PriceEntry } from '../../domain/price.js';

/** The sandbox costs nothing. */
export const sandboxPrices: readonly PriceEntry[] = [
  {
    models: ['sandbox', 'sandbox-*'],
    price: perMinute('0'),
    source: 'the sandbox calls nobody',
    as_of: '2026-11-20',
  },
];
