import { wavHeader } from '../../domain/wav-header.js';
import { countCharacters, openAiVoices, PCM, type SpeechCapabilities, type SpeechFormat } from '../../domain/speech.js';

/** What the sandbox can say. */
export const sandboxSpeech: SpeechCapabilities = {
  formats: ['mp3', 'wav', 'pcm'],
  fields: ['instructions', 'speed'],
  voices: { names: [...openAiVoices], mapped: {}, others: true },
  options: [],
  max_characters: 4_096,
};

/** What each character takes: three frames of MPEG audio, so that the same text is as long in every format. */
const FRAMES_PER_CHARACTER = 3;
const SAMPLES_PER_CHARACTER = 576 * FRAMES_PER_CHARACTER;

const TONE_HZ = 440;
const LOUDNESS = 2_000;

/** A frame of MPEG-2 layer III at 24 kHz and 32 kbit/s, in which nothing is heard. */
const SILENT_FRAME = Buffer.concat([Buffer.from([0xff, 0xf3, 0x44, 0xc0]), Buffer.alloc(92)]);

/**
 * The audio for a text: a soft tone for every character that is no space, and silence in MP3. Piece by piece, always the
 * same for the same text.
 */
export function* makeSpeech(input: string, format: SpeechFormat): Generator<Buffer> {
  if (format === 'wav') yield wavHeader();
  for (const character of input) {
    yield format === 'mp3'
      ? Buffer.concat(Array.from({ length: FRAMES_PER_CHARACTER }, () => SILENT_FRAME))
      : tone(character.trim() !== '');
  }
}

/** How long the audio for a text is. */
export function secondsOf(input: string): number {
  return (countCharacters(input) * SAMPLES_PER_CHARACTER) / PCM.sampleRate;
}

function tone(isHeard: boolean): Buffer {
  const samples = Buffer.alloc(SAMPLES_PER_CHARACTER * PCM.bytesPerSample);
  if (!isHeard) return samples;
  for (let index = 0; index < SAMPLES_PER_CHARACTER; index += 1) {
    // It swells and fades, so that the tones do not click.
    const envelope = Math.sin((Math.PI * index) / SAMPLES_PER_CHARACTER);
    const value = LOUDNESS * envelope * Math.sin((2 * Math.PI * TONE_HZ * index) / PCM.sampleRate);
    samples.writeInt16LE(Math.round(value), index * PCM.bytesPerSample);
  }
  return samples;
}
