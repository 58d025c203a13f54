/** Where Gemini is. */
export const GEMINI_API_BASE = 'https://generativelanguage.googleapis.com';
