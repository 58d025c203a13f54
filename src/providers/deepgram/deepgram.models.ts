import type { Capabilities } from '../../domain/capabilities.js';
import { deepgramOptions } from './deepgram-options.js';

/** Options of every model. */
const common = Object.keys(deepgramOptions).filter(
  (it) => it !== 'keyterm' && it !== 'language_hint' && it !== 'detect_language',
);

/** A model of which we know no more than that Deepgram serves it: one trained for a customer. */
const custom: Capabilities = {
  tasks: ['transcribe'],
  // Deepgram's answer is of its own shape.
  formats: [],
  granularities: ['word', 'segment'],
  streaming: false,
  diarization: true,
  fields: ['language', 'logprobs'],
  options: common,
  accepts_url: true,
  // No `containers`: "nearly all audio formats", more than a hundred (https://developers.deepgram.com/docs/supported-audio-formats).
  // "2 GB", which is at least this.
  max_bytes: 2_000_000_000,
};

/** Trained for one trade or kind of call, in English unless told otherwise: no language is looked for. */
const specialised: Capabilities = { ...custom, fields: ['language', 'keywords', 'logprobs'] };
const general: Capabilities = {
  ...custom,
  fields: ['language', 'languages', 'keywords', 'logprobs'],
  options: [...common, 'detect_language'],
};
const nova3: Capabilities = { ...general, options: [...general.options, 'keyterm', 'language_hint'] };
const nova3Specialised: Capabilities = { ...specialised, options: [...common, 'keyterm'] };

/** Whisper, hosted by Deepgram: knows no vocabulary. */
const whisper: Capabilities = { ...custom, options: [...common, 'detect_language'] };

/** Models worth offering to everybody who has a key. */
export const deepgramModels = ['nova-3', 'nova-3-medical', 'nova-2', 'whisper-large'] as const;

/** Deepgram's models by their names, first match first. A bare use case is a model of the base family. */
const FAMILIES: readonly (readonly [RegExp, Capabilities])[] = [
  [/^nova-3(?:-general)?$/, nova3],
  [/^nova-3-/, nova3Specialised],
  [/^(?:nova-2|nova|enhanced|base)(?:-general)?$/, general],
  [/^(?:nova-2|nova|enhanced|base)-/, specialised],
  [/^(?:meeting|phonecall|finance|conversationalai|voicemail|video)$/, specialised],
  [/^whisper(?:-|$)/, whisper],
];

/**
 * The capabilities of a model by its name; any other name is a customer's own model.
 * Source: https://developers.deepgram.com/docs/models-languages-overview, Deepgram's API specification.
 */
export function deepgramCapabilities(upstreamModel: string): Capabilities {
  return FAMILIES.find(([name]) => name.test(upstreamModel))?.[1] ?? custom;
}
