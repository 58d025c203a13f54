import createClient from 'openapi-fetch';
import type { components, paths } from './generated/schema';

/** What the API's schemas are called in the OpenAPI document. */
export type Schemas = components['schemas'];

/** Says to the gateway that this very page asks: no other page's form or link can send it along with the cookie. */
const PROOF = { 'x-auricle-ui': '1' };

/**
 * The gateway's API, as `docs/openapi.json` has it. Paths and answers are checked by the compiler. Requests carry the cookie of the
 * session and the proof that it needs; answers other than 2xx are thrown as {@link ApiError}.
 */
export const api = createClient<paths>({ baseUrl: '/', headers: PROOF });

/** The gateway, or the network on the way to it, is not there. What browsers say of it is no help to anybody. */
export class UnreachedError extends Error {
  constructor(options?: ErrorOptions) {
    super('The gateway cannot be reached. Look whether it runs, and whether the network does.', options);
    this.name = 'UnreachedError';
  }
}

api.use({
  onError: ({ error }) => unreached(error),
  async onResponse({ response }) {
    if (!response.ok) throw await apiErrorOf(response);
    return response;
  },
});

/** Of what has no JSON for an answer, or goes on for long: `fetch` with the proof, which throws {@link ApiError}. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(PROOF)) headers.set(name, value);
  const response = await fetch(path, { ...init, headers }).catch((error: unknown) => {
    throw unreached(error);
  });
  if (!response.ok) throw await apiErrorOf(response);
  return response;
}

/** An answer other than 2xx, in the words of the gateway. */
export class ApiError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** The gateway's own word for it, such as `no_session`. */
  readonly code: string | undefined;
  /** Which field of what was sent is meant, as the API calls it: `budgets.0.limit_usd`. */
  readonly param: string | undefined;
  /** By which the log and the process log tell of it. */
  readonly requestId: string | undefined;

  constructor(message: string, facts: { status: number; code?: string; param?: string; requestId?: string }) {
    super(message);
    this.name = 'ApiError';
    this.status = facts.status;
    this.code = facts.code;
    this.param = facts.param;
    this.requestId = facts.requestId;
  }
}

/** Who has stopped a request is told that, and not that there is no gateway. */
function unreached(error: unknown): Error {
  if (error instanceof ApiError || (error instanceof Error && error.name === 'AbortError')) return error;
  return new UnreachedError({ cause: error });
}

async function apiErrorOf(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const body: unknown = await response.json().catch(() => undefined);
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  const message = typeof error.message === 'string' ? error.message : `The gateway answered ${response.status}.`;
  const code = typeof error.code === 'string' ? error.code : undefined;
  const param = typeof error.param === 'string' ? error.param : undefined;
  return new ApiError(message, { status: response.status, code, param, requestId });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
