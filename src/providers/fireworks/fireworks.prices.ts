import { perMinute, type PriceEntry } from '../../domain/price.js';

const OPEN_GAUNTLET = { source: 'open-gauntlet survey of vendor price pages', as_of: '2026-08-08' };

/** Fireworks's list prices in US dollars, pay-as-you-go. */
export const fireworksPrices: readonly PriceEntry[] = [
  {
    models: ['whisper-v3'],
    price: perMinute('0.0015'),
    ...OPEN_GAUNTLET,
    note: 'Serverless, switched off on 2026-06-10; dedicated deployments are billed by the hour of GPU.',
  },
  {
    models: ['whisper-v3-turbo'],
    price: perMinute('0.0009'),
    ...OPEN_GAUNTLET,
    note: 'Serverless, switched off on 2026-06-10; dedicated deployments are billed by the hour of GPU.',
  },
];
