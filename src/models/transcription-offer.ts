import { z } from 'zod';
import type { Capabilities } from '../domain/capabilities.js';
import { planFormat } from '../domain/format-plan.js';
import { responseFormats, timestampGranularities, transcriptionTasks } from '../domain/transcription.js';

/** What a public model offers to whoever sends it a recording, by any of its deployments. */
export const transcriptionOfferSchema = z
  .object({
    tasks: z.array(z.enum(transcriptionTasks)),
    response_formats: z
      .array(z.enum(responseFormats))
      .meta({ description: "The provider's own and those that are made; others are refused" }),
    timestamp_granularities: z.array(z.enum(timestampGranularities)),
  })
  .meta({ id: 'TranscriptionOffer' });
export type TranscriptionOffer = z.infer<typeof transcriptionOfferSchema>;

/**
 * Adds up what deployments can do.
 * @param able of each deployment that is switched on and takes recordings
 * @param translates whether a translation model does what they cannot
 * @returns null where there is no deployment
 */
export function offerOf(able: readonly Capabilities[], translates: boolean): TranscriptionOffer | null {
  if (able.length === 0) return null;
  const canDo = (task: 'transcribe' | 'translate') => able.some(({ tasks }) => tasks.includes(task));
  return {
    tasks: transcriptionTasks.filter((task) => canDo(task) || (task === 'translate' && translates)),
    response_formats: responseFormats.filter((responseFormat) =>
      able.some((one) => planFormat(one, { responseFormat, granularities: [], include: [] }).mode !== 'refused'),
    ),
    timestamp_granularities: timestampGranularities.filter((it) =>
      able.some(({ granularities }) => granularities.includes(it)),
    ),
  };
}
