import { perMinute, type PriceEntry } from '../../domain/price.js';

const LITELLM = { source: 'LiteLLM model_prices_and_context_window.json', as_of: '2025-12' };

/** Deepgram's list prices in US dollars, pay-as-you-go. */
export const deepgramPrices: readonly PriceEntry[] = [
  {
    models: ['nova-3', 'nova-3-general'],
    price: perMinute('0.0043'),
    source: 'hail-hq/hail costs/stt.json, after deepgram.com/pricing',
    as_of: '2026-05-05',
    note:
      'Pre-recorded, one language; language=multi costs 0.0052. Diarization costs 0.002 and key terms 0.0013 per minute ' +
      'more. open-gauntlet (2026-08-08) has 0.0077 and 0.0092.',
  },
  {
    models: ['nova-2', 'nova-2-*', 'nova', 'nova-general', 'nova-phonecall', 'nova-medical'],
    price: perMinute('0.0043'),
    ...LITELLM,
    note: 'Pre-recorded. Diarization costs 0.002 per minute more.',
  },
  { models: ['nova-3-medical'], price: perMinute('0.0052'), ...LITELLM },
  { models: ['enhanced', 'enhanced-*'], price: perMinute('0.0145'), ...LITELLM },
  { models: ['base', 'base-*'], price: perMinute('0.0125'), ...LITELLM },
  { models: ['whisper', 'whisper-*'], price: perMinute('0.006'), ...LITELLM },
];
