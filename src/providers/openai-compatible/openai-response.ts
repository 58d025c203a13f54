import { property } from '../answer-body.js';
import type { ProviderResponse } from '../provider-http.js';

/** The provider's name for the call: Groq's in the body, everybody else's in a header; Azure's support asks for its own. */
export function requestIdOf({ headers }: Pick<ProviderResponse, 'headers'>, json?: unknown): string | undefined {
  const groq = property(json, 'x_groq');
  const id = property(groq, 'id');
  return typeof id === 'string' ? id : (headers['apim-request-id'] ?? headers['x-request-id']);
}
