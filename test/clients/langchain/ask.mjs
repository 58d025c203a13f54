// Asks a gateway through LangChain for JavaScript, the newest and one of 2024, and prints what they heard as one line of JSON. The
// environment has URL (of the gateway), KEY and AUDIO (a file).
const { URL: gateway, KEY: apiKey, AUDIO } = process.env;

// The old one knows no parameters: its model is always whisper-1.
const packages = { newest: '@langchain/community', old: 'community-v0' };
const heard = {};
for (const [age, name] of Object.entries(packages)) {
  const { OpenAIWhisperAudio } = await import(`${name}/document_loaders/fs/openai_whisper_audio`);
  const loader = new OpenAIWhisperAudio(AUDIO, {
    clientOptions: { apiKey, baseURL: `${gateway}/v1`, maxRetries: 0 },
    transcriptionCreateParams: { model: 'whisper', language: 'en' },
  });
  const documents = await loader.load();
  heard[age] = documents.map(({ pageContent }) => pageContent);
}
console.log(JSON.stringify(heard));
