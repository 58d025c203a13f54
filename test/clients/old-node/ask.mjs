// Asks a gateway through old clients of other APIs, and prints what each got as one line of JSON. The environment has URL (of the
// gateway), KEY and AUDIO (a file).
import { createReadStream } from 'node:fs';
import { Groq } from 'groq-sdk';
import { AzureOpenAI, OpenAI } from 'openai';
import { Portkey } from 'portkey-ai';

const { URL: gateway, KEY: apiKey, AUDIO } = process.env;

/** What every client made like OpenAI's can do. */
async function ask(clientOf) {
  const client = clientOf(apiKey);
  const send = (fields) => ({ file: createReadStream(AUDIO), model: 'whisper', ...fields });
  const { text } = await client.audio.transcriptions.create(send());
  const { segments, words } = await client.audio.transcriptions.create(
    send({ response_format: 'verbose_json', timestamp_granularities: ['word', 'segment'] }),
  );
  const translation = await client.audio.translations.create(send());
  const refused = await clientOf('sk-wrong')
    .audio.transcriptions.create(send())
    .catch(({ status }) => status);
  return { text, lists: [segments, words].map(Array.isArray), translation: translation.text, 'wrong key': refused };
}

const clients = {
  openai: (key) => new OpenAI({ baseURL: `${gateway}/v1`, apiKey: key, maxRetries: 0 }),
  azure: (key) => new AzureOpenAI({ endpoint: gateway, apiKey: key, apiVersion: '2024-06-01', maxRetries: 0 }),
  groq: (key) => new Groq({ baseURL: gateway, apiKey: key, maxRetries: 0 }),
  portkey: (key) => new Portkey({ baseURL: `${gateway}/v1`, apiKey: key }),
};
const answers = {};
for (const [name, clientOf] of Object.entries(clients)) answers[name] = await ask(clientOf);
console.log(JSON.stringify(answers));
