// Resolves to the client in this folder's own node_modules, once `npm ci` was run here.
export { APIError, OpenAI, toFile } from 'openai';
