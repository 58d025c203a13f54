import type { Surcharge } from '../../domain/surcharge.js';
import { LITELLM_1_110 } from '../litellm-source.js';

/** LiteLLM has these for streams, pay-as-you-go; that they are the same for files is an assumption. */
const OF_STREAMS = {
  ...LITELLM_1_110,
  estimated: true,
  note: 'The price of streams; that of files is not published apart.',
};

function perMinute(usd: string): Surcharge['add'] {
  return { type: 'duration', usd, per: 'minute' };
}

/** What options of every model cost beside it, in US dollars. */
export const deepgramSurcharges: readonly Surcharge[] = [
  { name: 'diarization', options: ['diarize', 'diarize_model'], add: perMinute('0.002'), ...OF_STREAMS },
  { name: 'redaction', options: ['redact'], add: perMinute('0.002'), ...OF_STREAMS },
  { name: 'entities', options: ['detect_entities'], add: perMinute('0.0017'), ...OF_STREAMS },
  {
    name: 'training_opt_out',
    options: ['mip_opt_out'],
    add: { type: 'percent', percent: 50 },
    estimated: true,
    source:
      'deepgram-sdk 7.17.0 warns of an effect on prices (https://dpgr.am/deepgram-mip); about half more was reported',
    as_of: '2026-11-26',
    note: 'Sent by default; the setting `mip_opt_out` of a deployment switches it off.',
  },
  {
    name: 'intelligence',
    options: ['sentiment', 'topics', 'intents', 'summarize'],
    source: 'developers.deepgram.com; no price per minute was found',
    as_of: '2026-11-26',
  },
];

/** Those of the third generation. */
export const nova3Surcharges: readonly Surcharge[] = [
  { name: 'keyterms', options: ['keyterm'], add: perMinute('0.0013'), ...OF_STREAMS },
  ...deepgramSurcharges,
];

/** Those of its general model, whose price is that of one language. */
export const nova3GeneralSurcharges: readonly Surcharge[] = [
  {
    name: 'multilingual',
    options: ['language'],
    value: 'multi',
    add: perMinute('0.0009'),
    estimated: true,
    source: 'hail-hq/hail costs/stt.json, after deepgram.com/pricing',
    as_of: '2026-05-05',
    note: '0.0052 instead of 0.0043 for files; others have 0.0092 instead of 0.0077.',
  },
  ...nova3Surcharges,
];
