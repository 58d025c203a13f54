import type { ScriptedAnswer } from '../../../support/simulator-answers.js';
import type { RecordedRequest } from '../../../support/simulator-request.js';
import { cloudflareWire } from './cloudflare.wire.js';
import { deepgramWire } from './deepgram.wire.js';
import { elevenLabsWire } from './elevenlabs.wire.js';
import { geminiWire } from './gemini.wire.js';
import { mistralWire } from './mistral.wire.js';
import { openAiWire } from './openai.wire.js';

/** How each provider writes down the same recording; AssemblyAI's simulator is told when it starts. */
export const wires: Readonly<Record<string, (request: RecordedRequest) => ScriptedAnswer>> = {
  openai: openAiWire({ language: 'english' }),
  azure: openAiWire({ language: 'english' }),
  groq: openAiWire({ language: 'English' }),
  fireworks: openAiWire({
    language: 'english',
    bareSegments: true,
    speakerIds: { A: 'SPEAKER_01', B: 'SPEAKER_00' },
  }),
  deepgram: deepgramWire,
  elevenlabs: elevenLabsWire,
  mistral: mistralWire,
  gemini: geminiWire,
  together: openAiWire({
    language: 'en',
    bareSegments: true,
    speakerIds: { A: 'SPEAKER_01', B: 'SPEAKER_00' },
    speakerSegments: true,
  }),
  deepinfra: openAiWire({ language: 'en' }),
  cloudflare: cloudflareWire,
  'openai-compatible': openAiWire({ language: 'english' }),
};
