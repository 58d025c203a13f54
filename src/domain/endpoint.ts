/** What a key may be limited to: the routes for applications, each by its last name. Whichever door leads to a route, it is the same. */
export const ENDPOINTS = [
  'transcriptions',
  'translations',
  'speech',
  'chat',
  'models',
  'client_tokens',
  'feedback',
] as const;
/** One of {@link ENDPOINTS}. */
export type Endpoint = (typeof ENDPOINTS)[number];
