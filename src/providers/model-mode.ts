import { z } from 'zod';
import type { Mode } from '../domain/task.js';
import { purposeByName } from './model-names.js';
import type { ProviderAdapter } from './provider-adapter.js';

/** The model behind a name that customers have given, as in Azure. */
const named = z.object({ base_model: z.string() });

/**
 * What a deployment is for, as far as the provider and the name of its model tell; transcription where they do not.
 * @param settings as the provider's schema reads them
 */
export function modeByName(
  { knownModels, isSpeechModel, speech }: Pick<ProviderAdapter, 'knownModels' | 'isSpeechModel' | 'speech'>,
  upstreamModel: string,
  settings: unknown,
): Mode {
  const name = named.safeParse(settings).data?.base_model ?? upstreamModel;
  if (knownModels.includes(name)) return 'audio_transcription';
  if (speech?.knownModels.includes(name)) return 'audio_speech';
  if (isSpeechModel?.(name) !== false) return 'audio_transcription';
  const purpose = purposeByName(name);
  return purpose === 'chat' || purpose === 'audio_speech' ? purpose : 'audio_transcription';
}
