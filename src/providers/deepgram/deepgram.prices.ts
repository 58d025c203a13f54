import { perMillionCharacters, perMinute, type PriceEntry } from '../../domain/price.js';
import { LITELLM_1_110 } from '../litellm-source.js';
import { aura1Voices } from './deepgram.voices.js';
import { deepgramSurcharges, nova3GeneralSurcharges, nova3Surcharges } from './deepgram.surcharges.js';

/** Deepgram's list prices in US dollars, pay-as-you-go. */
export const deepgramPrices: readonly PriceEntry[] = [
  {
    models: ['nova-3', 'nova-3-general'],
    price: perMinute('0.0043'),
    surcharges: nova3GeneralSurcharges,
    source: 'hail-hq/hail costs/stt.json, after deepgram.com/pricing',
    as_of: '2026-05-05',
    note: 'Pre-recorded, one language. LiteLLM 1.110.2 has the same, open-gauntlet (2026-08-08) 0.0077.',
  },
  {
    models: ['nova-2', 'nova-2-*', 'nova', 'nova-general', 'nova-phonecall', 'nova-medical'],
    price: perMinute('0.0043'),
    surcharges: deepgramSurcharges,
    ...LITELLM_1_110,
    note: 'Pre-recorded.',
  },
  { models: ['nova-3-medical'], price: perMinute('0.0052'), surcharges: nova3Surcharges, ...LITELLM_1_110 },
  {
    models: ['enhanced', 'enhanced-*'],
    price: perMinute('0.0145'),
    surcharges: deepgramSurcharges,
    ...LITELLM_1_110,
  },
  { models: ['base', 'base-*'], price: perMinute('0.0125'), surcharges: deepgramSurcharges, ...LITELLM_1_110 },
  { models: ['whisper', 'whisper-*'], price: perMinute('0.006'), surcharges: deepgramSurcharges, ...LITELLM_1_110 },
  {
    models: ['aura', ...aura1Voices],
    price: perMillionCharacters('15'),
    source: 'developers.cloudflare.com/ai/models/@cf/deepgram/aura-1, which resells it',
    as_of: '2026-10',
  },
  { models: ['aura-2', 'aura-2-*'], price: perMillionCharacters('30'), ...LITELLM_1_110 },
];
