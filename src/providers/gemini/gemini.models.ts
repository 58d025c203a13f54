import type { Capabilities } from '../../domain/capabilities.js';
import type { Retirement } from '../../domain/retirement.js';
import { geminiOptions } from './gemini-options.js';

/** How one of Gemini's models is called, and what it can do. */
export interface GeminiModel {
  readonly api: 'generateContent' | 'interactions';
  readonly capabilities: Capabilities;
  /** The least thinking that the model can be told to do: thoughts are billed and no help in writing down speech. */
  readonly thinking?: { readonly thinkingBudget: number } | { readonly thinkingLevel: 'low' };
}

/**
 * A request may have 20 MB with the audio in base64, which makes four characters of three bytes, and instructions beside
 * it. Addresses are no way around: Gemini fetches documents and images, but no audio.
 */
const MAX_BYTES = ((20_000_000 - 65_536) / 4) * 3;

/** https://ai.google.dev/gemini-api/docs/audio#supported-formats, and the videos of .../docs/video-understanding. */
const CONTAINERS: Capabilities['containers'] = [
  ...(['aac', 'aif', 'aiff', 'flac', 'm4a', 'mp3', 'oga', 'ogg', 'wav'] as const),
  ...(['3gp', 'avi', 'flv', 'mov', 'mp4', 'mpeg', 'mpg', 'webm', 'wmv'] as const),
];

/**
 * The general models write down or translate what they hear. They are asked for the text only: the times that they
 * make up on demand are often off by minutes.
 */
const general: Capabilities = {
  tasks: ['transcribe', 'translate'],
  formats: [],
  granularities: [],
  streaming: true,
  stream_formats: ['json', 'text'],
  diarization: false,
  fields: ['language', 'languages', 'prompt', 'temperature', 'keywords'],
  options: [],
  containers: CONTAINERS,
  max_bytes: MAX_BYTES,
  max_duration_seconds: 9.5 * 3_600,
};

/** The transcription model knows times and speakers, but follows no instructions. */
const transcribe: Capabilities = {
  tasks: ['transcribe'],
  formats: [],
  granularities: ['word', 'segment'],
  streaming: false,
  diarization: true,
  fields: ['language', 'languages', 'keywords'],
  options: Object.keys(geminiOptions),
  max_bytes: MAX_BYTES,
  max_duration_seconds: 3_600,
};

/** The limit of the transcription model for recordings whose words are timed. */
export const MAX_TIMED_SECONDS = 1_800;

/**
 * Google's notice for the stable models of generation 2.5 but Flash-Lite, as aideprecations.com tells it (read on 10 November
 * 2026): from that day on the replacements answer under their names, at their own prices.
 */
function retirementOf25(replacement: string): Retirement {
  return { ...retirementByGoogle('2026-12-01'), replacement };
}

/** An end as others tell it of Google's page. */
function retirementByGoogle(date: string): Retirement {
  return {
    date,
    source: 'https://ai.google.dev/gemini-api/docs/deprecations',
    as_of: '2026-11',
    confidence: 'reported',
  };
}

/** https://ai.google.dev/gemini-api/docs/models and https://ai.google.dev/gemini-api/docs/deprecations */
export const geminiModels: Readonly<Record<string, GeminiModel>> = {
  'gemini-3.5-transcribe': { api: 'interactions', capabilities: transcribe },
  'gemini-3.8-flash': { api: 'generateContent', capabilities: general, thinking: { thinkingLevel: 'low' } },
  'gemini-3.5-flash': { api: 'generateContent', capabilities: general, thinking: { thinkingLevel: 'low' } },
  'gemini-3.5-flash-lite': { api: 'generateContent', capabilities: general, thinking: { thinkingLevel: 'low' } },
  'gemini-3.1-flash-lite': {
    api: 'generateContent',
    capabilities: { ...general, retirement: retirementByGoogle('2027-05-07') },
    thinking: { thinkingLevel: 'low' },
  },
  'gemini-3-flash-preview': { api: 'generateContent', capabilities: general, thinking: { thinkingLevel: 'low' } },
  'gemini-2.5-flash': {
    api: 'generateContent',
    capabilities: { ...general, retirement: retirementOf25('gemini-3.5-flash-lite') },
    thinking: { thinkingBudget: 0 },
  },
  'gemini-2.5-flash-lite': { api: 'generateContent', capabilities: general, thinking: { thinkingBudget: 0 } },
  'gemini-2.5-pro': {
    api: 'generateContent',
    capabilities: { ...general, retirement: retirementOf25('gemini-3.8-flash') },
    thinking: { thinkingBudget: 128 },
  },
};

/** A model by its name; one that is not known is taken for what its name suggests, with the thinking it does by itself. */
export function geminiModel(upstreamModel: string): GeminiModel {
  const known = Object.hasOwn(geminiModels, upstreamModel) ? geminiModels[upstreamModel] : undefined;
  if (known) return known;
  return upstreamModel.includes('transcribe')
    ? { api: 'interactions', capabilities: transcribe }
    : { api: 'generateContent', capabilities: general };
}
