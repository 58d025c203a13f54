import type { Price } from '../domain/price.js';
import type { Settings } from './settings.schema.js';

/** The chat model that translates what deployments without a translation of their own have transcribed. */
export interface TranslationSettings {
  /** Base URL of an OpenAI-compatible API, without a trailing slash. */
  readonly apiBase: string;
  readonly apiKey?: string;
  readonly model: string;
  /** Absent = unknown, and so is the cost of every translation. */
  readonly price?: Price;
}

/** The configured translation model; undefined = only models that translate themselves serve translations. */
export function translationOf(settings: Settings): TranslationSettings | undefined {
  const { translation_api_base: apiBase, translation_model: model, translation_api_key: apiKey } = settings;
  if (apiBase === undefined || model === undefined) return undefined;
  const text_input_usd = settings.translation_input_usd_per_million;
  const output_usd = settings.translation_output_usd_per_million;
  const isPriced = text_input_usd !== undefined && output_usd !== undefined;
  return {
    apiBase,
    apiKey,
    model,
    // A chat hears nothing, so the price of audio does not matter.
    price: isPriced ? { type: 'tokens', audio_input_usd: '0', text_input_usd, output_usd } : undefined,
  };
}
