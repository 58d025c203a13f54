import type { Schemas } from '../api/client';

type Capabilities = Schemas['Capabilities'];

const FORMATS = ['json', 'text', 'srt', 'vtt', 'verbose_json', 'diarized_json'] as const;

/** How an answer comes about: from the provider as it is, made by the gateway, or not at all. */
export type FormatOffer = { readonly format: (typeof FORMATS)[number]; readonly how: 'native' | 'made' | 'refused' };

/** What a model gives for each format, by what the API tells of it. */
export function formatOffers({ formats, granularities, diarization }: Capabilities): readonly FormatOffer[] {
  const isTimed = granularities.length > 0;
  return FORMATS.map((format) => {
    const needsTimes = format === 'srt' || format === 'vtt' || format === 'verbose_json';
    if ((needsTimes && !isTimed) || (format === 'diarized_json' && !diarization)) return { format, how: 'refused' };
    return { format, how: formats.includes(format) ? 'native' : 'made' };
  });
}

/** What is known of an upstream model, or assumed of one that is not known by name; undefined of one that only speaks. */
export function capabilitiesOf(provider: Schemas['Provider'], upstreamModel: string): Capabilities | undefined {
  if (provider.speech_models.some(({ name }) => name === upstreamModel)) return undefined;
  return provider.models.find(({ name }) => name === upstreamModel)?.capabilities ?? provider.other_models ?? undefined;
}
