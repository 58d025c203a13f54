import type { Capabilities } from '../../domain/capabilities.js';
import { deepgramCapabilities } from '../deepgram/deepgram.models.js';
import { cloudflareOptions } from './cloudflare-options.js';

/** How a model takes the recording: in a JSON document with fields beside it, alone, or alone with Deepgram's query. */
export type CloudflareInput = 'json' | 'bytes' | 'deepgram';

/** One model of Workers AI. */
export interface CloudflareModel {
  readonly input: CloudflareInput;
  readonly capabilities: Capabilities;
}

const largeV3Turbo: CloudflareModel = {
  input: 'json',
  capabilities: {
    tasks: ['transcribe', 'translate'],
    // Its own shape; every format is made from the words and segments in it.
    formats: [],
    granularities: ['word', 'segment'],
    streaming: false,
    diarization: false,
    fields: ['language', 'prompt'],
    options: Object.keys(cloudflareOptions),
  },
};

/** The first whisper, with nothing to choose. */
const whisper: CloudflareModel = {
  input: 'bytes',
  capabilities: {
    ...largeV3Turbo.capabilities,
    tasks: ['transcribe'],
    fields: [],
    options: [],
  },
};

/**
 * Deepgram's model, which takes and answers what Deepgram does. It fetches nothing.
 * Source: https://developers.cloudflare.com/workers-ai/models/nova-3/
 */
const nova3: CloudflareModel = {
  input: 'deepgram',
  capabilities: { ...deepgramCapabilities('nova-3'), accepts_url: undefined, max_bytes: undefined },
};

/** Workers AI's transcription models: https://developers.cloudflare.com/workers-ai/models/?tasks=Automatic+Speech+Recognition */
export const cloudflareModels: Readonly<Record<string, CloudflareModel>> = {
  '@cf/openai/whisper-large-v3-turbo': largeV3Turbo,
  '@cf/openai/whisper': whisper,
  '@cf/deepgram/nova-3': nova3,
};

/** A model by its name, known or not; a successor will rather resemble the newer one. */
export function cloudflareModel(upstreamModel: string): CloudflareModel {
  const known = Object.hasOwn(cloudflareModels, upstreamModel) ? cloudflareModels[upstreamModel] : undefined;
  if (!known && /\/deepgram\/nova-/.test(upstreamModel)) return nova3;
  return known ?? (/whisper-tiny/i.test(upstreamModel) ? whisper : largeV3Turbo);
}
