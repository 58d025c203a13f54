import { perMillionCharacters, perMinute, type PriceEntry } from '../../domain/price.js';
import { LITELLM_1_110 } from '../litellm-source.js';
import { gpt4oMiniTranscribePrice, gpt4oMiniTtsPrice, gpt4oTranscribePrice } from '../openai/openai.prices.js';
import { gptAudioPrice, spokenChatPrices, writtenChatPrices } from '../openai/openai-chat.prices.js';

/** Azure's list prices. The upstream model is a name that the customer chose; these are the models' own names. */
export const azurePrices: readonly PriceEntry[] = [
  { models: ['gpt-transcribe', 'gpt-transcribe-20*'], price: perMinute('0.0045'), ...LITELLM_1_110 },
  { models: ['whisper', 'whisper-1', 'whisper-001'], price: perMinute('0.006'), ...LITELLM_1_110 },
  {
    models: ['gpt-4o-transcribe', 'gpt-4o-transcribe-diarize'],
    price: gpt4oTranscribePrice,
    ...LITELLM_1_110,
    note: "As OpenAI's own; the list still has OpenAI's former 6.00 for audio input.",
  },
  {
    models: ['gpt-4o-mini-transcribe', 'gpt-4o-mini-transcribe-20*'],
    price: gpt4oMiniTranscribePrice,
    ...LITELLM_1_110,
    note: "As OpenAI's own; the list still has OpenAI's former 3.00 for audio input.",
  },
  {
    models: ['gpt-live-transcribe', 'gpt-live-transcribe-20*', 'gpt-realtime-whisper', 'gpt-realtime-whisper-20*'],
    price: perMinute('0.017'),
    ...LITELLM_1_110,
  },
  { models: ['tts', 'tts-1'], price: perMillionCharacters('15'), ...LITELLM_1_110 },
  {
    models: ['tts-hd', 'tts-1-hd'],
    price: perMillionCharacters('33'),
    ...LITELLM_1_110,
    note: 'OpenAI itself has 30.',
  },
  { models: ['gpt-4o-mini-tts', 'gpt-4o-mini-tts-20*'], price: gpt4oMiniTtsPrice, ...LITELLM_1_110 },
  ...[gptAudioPrice('40', '80'), ...spokenChatPrices, ...writtenChatPrices].map((it) => ({ ...it, ...LITELLM_1_110 })),
];
