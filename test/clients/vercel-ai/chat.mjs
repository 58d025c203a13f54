// Holds chats with a gateway through one generation of Vercel's AI SDK, and prints what it got as one line of JSON.
//
// usage: node chat.mjs GENERATION, with the environment variables URL (of the gateway), KEY and AUDIO (a file).
import { readFile } from 'node:fs/promises';

const { URL: gateway, KEY: apiKey, AUDIO } = process.env;
const generations = {
  v4: { ai: 'ai-v4', openai: 'openai-v1' },
  v5: { ai: 'ai-v5', openai: 'openai-v2' },
  v6: { ai: 'ai-v6', openai: 'openai-v3' },
};
const names = generations[process.argv[2]];
const { generateText, streamText } = await import(names.ai);
const { createOpenAI } = await import(names.openai);
const chat = (name, key = apiKey) =>
  createOpenAI({ baseURL: `${gateway}/v1`, apiKey: key, compatibility: 'strict' }).chat(name);

const recording = await readFile(AUDIO);
// The fourth generation calls the type of a file otherwise than those after it.
const file = { type: 'file', data: recording, mediaType: 'audio/wav', mimeType: 'audio/wav' };
const messages = [{ role: 'user', content: [{ type: 'text', text: 'What is in this recording?' }, file] }];
const prompt = 'Is a golden retriever a good family dog?';

const heard = await generateText({ model: chat('gpt-hears'), messages, maxRetries: 0 });
const streamed = streamText({ model: chat('gpt-4o-mini'), prompt, maxRetries: 0 });
let text = '';
for await (const piece of streamed.textStream) text += piece;
const { totalTokens } = await streamed.usage;
const refused = await generateText({ model: chat('gpt-4o-mini', 'sk-wrong'), prompt, maxRetries: 0 }).catch(
  (error) => error,
);
console.log(
  JSON.stringify({ heard: heard.text, streamed: text, tokens: totalTokens, 'wrong key': refused.statusCode }),
);
