import { chatPrice, type PriceEntry } from '../../domain/price.js';
import { LITELLM_1_110 } from '../litellm-source.js';

/** What a chat model charges, whoever has it deployed. */
export type ChatPrices = Pick<PriceEntry, 'models' | 'price'>;

/** Models that read and write, which Azure has at the same prices. */
export const writtenChatPrices: readonly ChatPrices[] = [
  { models: ['gpt-4o', 'gpt-4o-2024-11-20', 'gpt-4o-2024-08-06'], price: chatPrice('2.50', '10.00', '1.25') },
  { models: ['gpt-4o-mini', 'gpt-4o-mini-20*'], price: chatPrice('0.15', '0.60', '0.075') },
  { models: ['gpt-4.1', 'gpt-4.1-20*'], price: chatPrice('2.00', '8.00', '0.50') },
  { models: ['gpt-4.1-mini', 'gpt-4.1-mini-20*'], price: chatPrice('0.40', '1.60', '0.10') },
  { models: ['gpt-4.1-nano', 'gpt-4.1-nano-20*'], price: chatPrice('0.10', '0.40', '0.025') },
  {
    models: ['gpt-5', 'gpt-5-20*', 'gpt-5-chat-latest', 'gpt-5.1', 'gpt-5.1-20*'],
    price: chatPrice('1.25', '10.00', '0.125'),
  },
  { models: ['gpt-5-mini', 'gpt-5-mini-20*'], price: chatPrice('0.25', '2.00', '0.025') },
  { models: ['gpt-5-nano', 'gpt-5-nano-20*'], price: chatPrice('0.05', '0.40', '0.005') },
  { models: ['gpt-5.2', 'gpt-5.2-20*', 'gpt-5.3-chat-latest'], price: chatPrice('1.75', '14.00', '0.175') },
  { models: ['gpt-5.4', 'gpt-5.4-20*'], price: chatPrice('2.50', '15.00', '0.25') },
  { models: ['gpt-5.4-mini', 'gpt-5.4-mini-20*'], price: chatPrice('0.75', '4.50', '0.075') },
  { models: ['gpt-5.4-nano', 'gpt-5.4-nano-20*'], price: chatPrice('0.20', '1.25', '0.02') },
  { models: ['gpt-5.5', 'gpt-5.5-20*'], price: chatPrice('5.00', '30.00', '0.50') },
  { models: ['gpt-5.6'], price: chatPrice('4.00', '20.00', '0.40') },
];

const spoken = (input: string, output: string) => ({ audio_input_usd: input, audio_output_usd: output });

/** Models that hear and speak, which Azure has at the same prices. */
export const spokenChatPrices: readonly ChatPrices[] = [
  { models: ['gpt-audio-1.5', 'gpt-audio-1.5-20*'], price: { ...chatPrice('2.50', '10.00'), ...spoken('32', '64') } },
  { models: ['gpt-audio-mini', 'gpt-audio-mini-20*'], price: { ...chatPrice('0.60', '2.40'), ...spoken('10', '20') } },
  {
    models: ['gpt-4o-audio-preview', 'gpt-4o-audio-preview-2024-12-17', 'gpt-4o-audio-preview-2025-06-03'],
    price: { ...chatPrice('2.50', '10.00'), ...spoken('40', '80') },
  },
  {
    models: ['gpt-4o-mini-audio-preview', 'gpt-4o-mini-audio-preview-2024-12-17'],
    price: { ...chatPrice('0.15', '0.60'), ...spoken('10', '20') },
  },
];

/** `gpt-audio`, of which Azure's speech has another price. */
export function gptAudioPrice(input: string, output: string): ChatPrices {
  return { models: ['gpt-audio', 'gpt-audio-20*'], price: { ...chatPrice('2.50', '10.00'), ...spoken(input, output) } };
}

/** OpenAI's list prices of chats in US dollars, pay-as-you-go. */
export const openAiChatPrices: readonly PriceEntry[] = [
  gptAudioPrice('32', '64'),
  ...spokenChatPrices,
  ...writtenChatPrices,
].map((it) => ({ ...it, ...LITELLM_1_110 }));
