/** Where OpenAI announces what it ends. */
export const OPENAI_DEPRECATIONS = 'https://developers.openai.com/api/docs/deprecations';
