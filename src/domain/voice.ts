import type { SpeechCapabilities, SpeechRequest } from './speech.js';

/**
 * The provider's name of the voice that a client has asked for: what the operator's table says, otherwise a voice of the
 * provider's own, otherwise what the provider's table says. Capital letters make no difference.
 * @param table the operator's
 * @returns undefined when the provider has no such voice
 */
export function resolveVoice(
  { names, mapped, others, ids = false }: SpeechCapabilities['voices'],
  table: Readonly<Record<string, string>>,
  { voice, isVoiceId }: Pick<SpeechRequest, 'voice' | 'isVoiceId'>,
): Pick<SpeechRequest, 'voice' | 'isVoiceId'> | undefined {
  const known = lookUp(table, voice) ?? find(names, voice) ?? lookUp(mapped, voice);
  if (known !== undefined) return { voice: known, isVoiceId: false };
  return others || (isVoiceId && ids) ? { voice, isVoiceId } : undefined;
}

function lookUp(table: Readonly<Record<string, string>>, name: string): string | undefined {
  const key = find(Object.keys(table), name);
  return key === undefined ? undefined : table[key];
}

/** As it is written, otherwise whatever its capitals. */
function find(names: readonly string[], name: string): string | undefined {
  return names.includes(name) ? name : names.find((it) => it.toLowerCase() === name.toLowerCase());
}

/** Names that a client may send, the client's own table first. */
export function voicesToName(
  { names, mapped }: SpeechCapabilities['voices'],
  table: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set([...Object.keys(table), ...Object.keys(mapped), ...names])];
}
