import { perMillionCharacters, perMinute, type Price, type PriceEntry } from '../../domain/price.js';
import { LITELLM_1_110 } from '../litellm-source.js';
import { openAiChatPrices } from './openai-chat.prices.js';

const OPENAI_PAGE = { source: 'openai.com/api/pricing', as_of: '2026-08' };

/** Also what Azure charges for it. */
export const gpt4oTranscribePrice: Price = {
  type: 'tokens',
  audio_input_usd: '2.50',
  text_input_usd: '2.50',
  output_usd: '10.00',
  estimate_usd_per_minute: '0.006',
};

/** Also what Azure charges for it. */
export const gpt4oMiniTranscribePrice: Price = {
  type: 'tokens',
  audio_input_usd: '1.25',
  text_input_usd: '1.25',
  output_usd: '5.00',
  estimate_usd_per_minute: '0.003',
};

/** Also what Azure charges for it: text comes in, audio goes out. */
export const gpt4oMiniTtsPrice: Price = {
  type: 'tokens',
  audio_input_usd: '0.60',
  text_input_usd: '0.60',
  output_usd: '12.00',
  estimate_usd_per_minute: '0.015',
};

/** OpenAI's list prices in US dollars, pay-as-you-go. */
export const openAiPrices: readonly PriceEntry[] = [
  { models: ['gpt-transcribe', 'gpt-transcribe-20*'], price: perMinute('0.0045'), ...OPENAI_PAGE },
  {
    models: ['whisper-1'],
    price: perMinute('0.006', { increment_seconds: 1 }),
    ...OPENAI_PAGE,
    note: 'Whole seconds are billed. Where no usage comes with an answer (text, srt, vtt) the measured seconds are rounded up: the specification has 9 for 8.47 s.',
  },
  {
    models: [
      'gpt-4o-transcribe',
      'gpt-4o-transcribe-20*',
      'gpt-4o-transcribe-diarize',
      'gpt-4o-transcribe-diarize-20*',
    ],
    price: gpt4oTranscribePrice,
    ...OPENAI_PAGE,
    note: 'Older lists have 6.00 for audio input.',
  },
  {
    models: ['gpt-4o-mini-transcribe', 'gpt-4o-mini-transcribe-20*'],
    price: gpt4oMiniTranscribePrice,
    ...OPENAI_PAGE,
    note: 'Older lists have 3.00 for audio input.',
  },
  {
    models: ['gpt-live-transcribe', 'gpt-live-transcribe-20*', 'gpt-realtime-whisper', 'gpt-realtime-whisper-20*'],
    price: perMinute('0.017'),
    ...OPENAI_PAGE,
  },
  { models: ['gpt-realtime-translate'], price: perMinute('0.034'), ...OPENAI_PAGE },
  { models: ['tts-1', 'tts-1-1106'], price: perMillionCharacters('15'), ...LITELLM_1_110 },
  { models: ['tts-1-hd', 'tts-1-hd-1106'], price: perMillionCharacters('30'), ...LITELLM_1_110 },
  { models: ['gpt-4o-mini-tts', 'gpt-4o-mini-tts-20*'], price: gpt4oMiniTtsPrice, ...LITELLM_1_110 },
  ...openAiChatPrices,
];
