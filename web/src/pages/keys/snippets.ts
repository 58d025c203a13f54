/** What somebody pastes to use a key. */
export interface Snippet {
  readonly name: 'curl' | 'Python' | 'Node' | '.env';
  readonly text: string;
}

/**
 * A first request in several languages, and the variables that OpenAI's clients read by themselves.
 * @param origin the gateway's own address
 * @param key the secret
 * @param model a public model that the key may use
 */
export function snippets(origin: string, key: string, model: string): readonly Snippet[] {
  const base = `${origin}/v1`;
  return [
    {
      name: 'curl',
      text: `curl ${base}/audio/transcriptions \\
  -H "Authorization: Bearer ${key}" \\
  -F file=@speech.wav \\
  -F model=${model}`,
    },
    {
      name: 'Python',
      text: `from openai import OpenAI

client = OpenAI(base_url="${base}", api_key="${key}")
with open("speech.wav", "rb") as file:
    transcript = client.audio.transcriptions.create(model="${model}", file=file)
print(transcript.text)`,
    },
    {
      name: 'Node',
      text: `import { createReadStream } from 'node:fs';
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${base}', apiKey: '${key}' });
const file = createReadStream('speech.wav');
const transcript = await client.audio.transcriptions.create({ model: '${model}', file });
console.log(transcript.text);`,
    },
    { name: '.env', text: `OPENAI_BASE_URL=${base}\nOPENAI_API_KEY=${key}` },
  ];
}
