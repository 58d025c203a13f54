// Asks a gateway through LangChain for JavaScript, and prints what it heard as one line of JSON. The environment has URL (of the
// gateway), KEY and AUDIO (a file).
import { OpenAIWhisperAudio } from '@langchain/community/document_loaders/fs/openai_whisper_audio';

const { URL: gateway, KEY: apiKey, AUDIO } = process.env;

const loader = new OpenAIWhisperAudio(AUDIO, {
  clientOptions: { apiKey, baseURL: `${gateway}/v1`, maxRetries: 0 },
  transcriptionCreateParams: { model: 'whisper', language: 'en' },
});
const documents = await loader.load();
console.log(JSON.stringify(documents.map(({ pageContent }) => pageContent)));
