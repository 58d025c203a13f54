import { perHour, type PriceEntry } from '../../domain/price.js';

/** AssemblyAI's list prices in US dollars, pay-as-you-go. */
export const assemblyAiPrices: readonly PriceEntry[] = [
  {
    models: ['universal-3-5-pro', 'best'],
    price: perHour('0.21'),
    source: 'assemblyai.com/pricing',
    as_of: '2026-10-07',
    note: 'Diarization costs 0.02 per hour more. `best` falls back to universal-2 at 0.15 for its other languages.',
  },
  {
    models: ['universal-3-pro'],
    price: perHour('0.21'),
    source: "a third-party comparison of prices; the vendor's page names only its successor",
    as_of: '2026-05-01',
  },
  {
    models: ['universal-2'],
    price: perHour('0.15'),
    source: 'assemblyai.com/pricing',
    as_of: '2026-10-07',
    note: 'Diarization costs 0.02 per hour more.',
  },
];
