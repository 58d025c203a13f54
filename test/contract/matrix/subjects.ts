import type { ProviderAdapter } from '../../../src/providers/provider-adapter.js';
import { ANY_OTHER, type Offer, offersOf } from '../../docs/format-matrix.js';
import type { BenchModel } from '../provider-bench.js';

/** One line of the documents' matrix, as a model of the gateway whose simulated provider knows it. */
export interface Subject extends BenchModel {
  readonly offer: Offer;
}

/** A model that a simulator knows, for one that the documents do not name or that has another name there. */
type StandIn = Pick<BenchModel, 'upstreamModel' | 'settings'>;

/** What stands for any other model; the document promises the same of both. Without one, the name itself is as good. */
const OTHERS: Readonly<Record<string, StandIn>> = {
  openai: { upstreamModel: 'gpt-transcribe' },
  azure: { upstreamModel: 'hearing', settings: {} },
  groq: { upstreamModel: 'whisper-large-v3' },
  fireworks: { upstreamModel: 'accounts/acme/deployments/ears', settings: { dedicated: true } },
  deepgram: { upstreamModel: 'customer-model' },
  elevenlabs: { upstreamModel: 'scribe_v3' },
  assemblyai: { upstreamModel: 'universal-3-5-pro' },
  mistral: { upstreamModel: 'voxtral-mini-2602' },
  gemini: { upstreamModel: 'gemini-9-flash' },
  together: { upstreamModel: 'nvidia/parakeet-tdt-0.6b-v3' },
  deepinfra: { upstreamModel: 'openai/whisper-large-v3' },
  cloudflare: { upstreamModel: '@cf/openai/whisper-large-v3-turbo' },
  sandbox: { upstreamModel: 'sandbox' },
};

/** Azure's deployments have names of their own. */
const DEPLOYMENTS: Readonly<Record<string, string>> = {
  whisper: 'whisper-eu',
  'gpt-4o-mini-transcribe': 'gpt4o-mini-transcribe',
};

/** What the sandbox's other models are for is to fail, or to be slow. */
const REHEARSALS = /^sandbox-/;

/** Every line of the documents' matrix. */
export function subjectsOf(adapters: readonly ProviderAdapter[]): readonly Subject[] {
  return adapters.flatMap((adapter) =>
    offersOf(adapter)
      .filter(({ upstreamModel }) => !REHEARSALS.test(upstreamModel))
      .map((offer) => ({
        ...standInFor(adapter.provider, offer),
        name: `${adapter.provider}/${offer.name.replaceAll(/[`:]/g, '').replaceAll(' ', '-')}`,
        provider: adapter.provider,
        offer,
      })),
  );
}

function standInFor(provider: string, { upstreamModel, settings }: Offer): StandIn {
  if (upstreamModel === ANY_OTHER && !settings) return OTHERS[provider] ?? { upstreamModel };
  if (provider !== 'azure') return { upstreamModel, settings };
  return { upstreamModel: DEPLOYMENTS[upstreamModel] ?? upstreamModel, settings: { base_model: upstreamModel } };
}
