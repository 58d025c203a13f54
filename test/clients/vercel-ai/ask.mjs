// Asks a gateway through one generation of Vercel's AI SDK, and prints what it got as one line of JSON.
//
// usage: node ask.mjs GENERATION, with the environment variables URL (of the gateway), KEY and AUDIO (a file).
import { readFile } from 'node:fs/promises';

const { URL: gateway, KEY: apiKey, AUDIO } = process.env;
const generations = {
  v4: { ai: 'ai-v4', openai: 'openai-v1' },
  v5: { ai: 'ai-v5', openai: 'openai-v2', azure: 'azure-v2', groq: 'groq-v2' },
  v6: { ai: 'ai-v6', openai: 'openai-v3', azure: 'azure-v3', groq: 'groq-v3' },
};
const names = generations[process.argv[2]];
const { experimental_transcribe: transcribe, experimental_generateSpeech: generateSpeech } = await import(names.ai);
const audio = await readFile(AUDIO);

/** What the SDK makes of an answer, or of a refusal. */
async function ask(model, openai) {
  try {
    const { text, segments, language, durationInSeconds } = await transcribe({
      model,
      audio,
      maxRetries: 0,
      ...(openai && { providerOptions: { openai } }),
    });
    return { text, segments: segments.length, language, durationInSeconds };
  } catch (error) {
    return { error: error.name, status: error.statusCode, message: error.message };
  }
}

/** What the SDK makes of speech, or of a refusal. */
async function say(model, options = {}) {
  try {
    const { audio: spoken } = await generateSpeech({
      model,
      text: 'Hello.',
      voice: 'alloy',
      maxRetries: 0,
      ...options,
    });
    return { mediaType: spoken.mediaType ?? spoken.mimeType, bytes: spoken.uint8Array.length };
  } catch (error) {
    return { error: error.name, status: error.statusCode, message: error.message };
  }
}

const { createOpenAI } = await import(names.openai);
const openai = createOpenAI({ baseURL: `${gateway}/v1`, apiKey });
const results = {
  plain: await ask(openai.transcription('whisper-1')),
  options: await ask(openai.transcription('whisper-1'), {
    language: 'en',
    prompt: 'Auricle',
    temperature: 0.2,
    timestampGranularities: ['word', 'segment'],
  }),
  'a model of another name': await ask(openai.transcription('gpt4o'), { language: 'en' }),
  speech: await say(openai.speech('tts')),
  'speech in another format': await say(openai.speech('tts'), { outputFormat: 'wav', speed: 1.2 }),
  'speech with a voice that is not there': await say(openai.speech('tts'), { voice: 'nobody' }),
  'wrong key': await ask(createOpenAI({ baseURL: `${gateway}/v1`, apiKey: 'sk-wrong' }).transcription('whisper-1')),
};
if (names.azure) {
  const { createAzure } = await import(names.azure);
  const options = { baseURL: `${gateway}/openai`, apiKey };
  results.azure = await ask(createAzure(options).transcription('whisper-1'));
  results['azure by deployment'] = await ask(
    createAzure({ ...options, useDeploymentBasedUrls: true, apiVersion: '2025-04-01-preview' }).transcription(
      'whisper-1',
    ),
  );
}
if (names.groq) {
  const { createGroq } = await import(names.groq);
  results.groq = await ask(createGroq({ baseURL: `${gateway}/openai/v1`, apiKey }).transcription('whisper-1'));
}
console.log(JSON.stringify(results));
