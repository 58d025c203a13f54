import { perHour, perMillionCharacters, type PriceEntry } from '../../domain/price.js';
import type { Surcharge } from '../../domain/surcharge.js';
import { LITELLM_1_110 } from '../litellm-source.js';

const SDK = { source: "elevenlabs 2.78.0 for Python, the vendor's words on the parameters", as_of: '2026-11' };
const OPEN_GAUNTLET = { source: 'open-gauntlet survey of vendor price pages', as_of: '2026-08-08' };

const surcharges: readonly Surcharge[] = [
  {
    name: 'keyterms',
    options: ['keyterms'],
    more_than: 100,
    add: { type: 'percent', percent: 20 },
    request_minimum_seconds: 20,
    ...SDK,
  },
  { name: 'keyterms', options: ['keyterms'], add: { type: 'percent', percent: 20 }, ...SDK },
  { name: 'speaker_roles', options: ['detect_speaker_roles'], add: { type: 'percent', percent: 10 }, ...SDK },
  {
    name: 'transcript_edit',
    options: ['transcript_edit'],
    add: { type: 'percent', percent: 30 },
    minimum_seconds: 10,
    ...SDK,
  },
  {
    name: 'entities',
    options: ['entity_detection', 'entity_redaction'],
    add: { type: 'duration', usd: '0.07', per: 'hour' },
    estimated: true,
    ...OPEN_GAUNTLET,
    note: 'The vendor names no price; the same survey has 0.05 per hour for key terms.',
  },
];

/** ElevenLabs's list prices in US dollars, pay-as-you-go. */
export const elevenLabsPrices: readonly PriceEntry[] = [
  {
    models: ['scribe_v1', 'scribe_v1_experimental', 'scribe_v2'],
    price: perHour('0.22'),
    surcharges,
    ...OPEN_GAUNTLET,
    note: 'LiteLLM 1.110.2 has the same. The prices of scribe_v2_medical and scribe_v3 were not found.',
  },
  {
    models: ['eleven_v4', 'eleven_v3', 'eleven_multilingual_v2'],
    price: perMillionCharacters('80'),
    ...LITELLM_1_110,
    note: 'On the API plan; Vercel AI Gateway has 40.',
  },
  {
    models: [
      'eleven_v4_turbo',
      'eleven_v3_conversational',
      'eleven_flash_v2_5',
      'eleven_flash_v2',
      'eleven_turbo_v2_5',
      'eleven_turbo_v2',
    ],
    price: perMillionCharacters('40'),
    ...LITELLM_1_110,
    note: 'On the API plan; Vercel AI Gateway has 20.',
  },
];
