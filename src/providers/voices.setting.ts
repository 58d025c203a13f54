import { z } from 'zod';

const voiceName = z.string().trim().min(1).max(200);

/** The setting of every provider that speaks: the operator's own table of voices. */
export const voicesSetting = z
  .record(voiceName, voiceName)
  .refine((table) => Object.keys(table).length <= 200, 'must have at most 200 voices')
  .optional()
  .meta({
    description: "The provider's voice for each name that clients send; wins over the table that is built in",
    example: { alloy: 'aura-2-thalia-en' },
  });

/** The settings of a provider that has a table of voices. */
export interface VoiceSettings {
  readonly voices?: Readonly<Record<string, string>>;
}

const withVoices = z.object({ voices: voicesSetting });

/** The operator's table of voices in a deployment's settings; empty where there is none. */
export function voicesIn(settings: unknown): Readonly<Record<string, string>> {
  return withVoices.safeParse(settings).data?.voices ?? {};
}
