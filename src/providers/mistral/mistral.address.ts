/** Where Mistral is. */
export const MISTRAL_API_BASE = 'https://api.mistral.ai/v1';
