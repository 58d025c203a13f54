// The providers that Auricle can call, one line each: all that there is to do beside a provider's own folder.
export { assemblyAi } from './assemblyai/assemblyai.adapter.js';
export { azure } from './azure/azure.adapter.js';
export { cloudflare } from './cloudflare/cloudflare.adapter.js';
export { deepgram } from './deepgram/deepgram.adapter.js';
export { deepInfra } from './deepinfra/deepinfra.adapter.js';
export { elevenLabs } from './elevenlabs/elevenlabs.adapter.js';
export { fireworks } from './fireworks/fireworks.adapter.js';
export { gemini } from './gemini/gemini.adapter.js';
export { groq } from './groq/groq.adapter.js';
export { mistral } from './mistral/mistral.adapter.js';
export { openAiCompatible } from './openai-compatible/openai-compatible.adapter.js';
export { openAi } from './openai/openai.adapter.js';
export { together } from './together/together.adapter.js';
