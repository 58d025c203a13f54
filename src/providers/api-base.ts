import { apiBaseSchema } from '../domain/provider-access.js';
import { addressFault, ANY_BUT_FORBIDDEN } from './provider-addresses.js';

/** How the base URLs of a provider are written. */
export interface ApiBaseForm {
  /** What is shown to whoever wrote another; absent = the provider's own base URL. */
  readonly example?: string;
  /** The ends of paths that calls add: a base URL that has one already would have it twice. */
  readonly endpoints: RegExp;
  /** The parameters that the query may have; absent = there is no query. */
  readonly query?: readonly string[];
}

/** What is known of a provider's base URLs. */
interface BaseUrls {
  readonly apiBaseForm?: ApiBaseForm;
  readonly defaultApiBase?: string;
}

/** OpenAI's endpoints, and whisper.cpp's. */
const openAiEndpoints =
  /\/(?:audio\/(?:transcriptions|translations|speech)|chat\/completions|completions|embeddings|responses|inference)$/i;

const openAiForm: ApiBaseForm = { endpoints: openAiEndpoints };

/** The base URL without slashes at its end, and without the version that some people write there. */
export function rootOf(apiBase: string, version: string): string {
  const base = apiBase.replace(/(?<!\/)\/+$/, '');
  return base.endsWith(version) ? base.slice(0, -version.length) : base;
}

/** For servers that are anywhere. */
const ANY_SERVER = 'http://127.0.0.1:8000/v1';

/**
 * What is wrong with a provider's base URL, wherever it was written; `undefined` when it can be used. The one rule of the
 * admin API, the configuration file and the environment.
 * @param addresses what is allowed of what can be told without asking a name server; the rest is seen when it is called
 * @returns the end of a sentence that begins with the name of the setting; it does not repeat the URL
 */
export function apiBaseFault(
  { apiBaseForm = openAiForm, defaultApiBase }: BaseUrls,
  url: string,
  addresses = ANY_BUT_FORBIDDEN,
): string | undefined {
  const parsed = apiBaseSchema.safeParse(url);
  if (!parsed.success) return parsed.error.issues[0]?.message;
  const misled = addressFault(new URL(url), addresses);
  if (misled !== undefined) return misled;
  const surplus = surplusOf(url, apiBaseForm);
  if (surplus === undefined) return undefined;
  return `must be a base URL such as ${apiBaseForm.example ?? defaultApiBase ?? ANY_SERVER}, without ${surplus}`;
}

function surplusOf(url: string, { endpoints, query = [] }: ApiBaseForm): string | undefined {
  if (url.includes('#')) return 'a fragment (#...)';
  const { pathname, searchParams } = new URL(url);
  const isAllowed = query.length > 0 && [...searchParams.keys()].every((name) => query.includes(name));
  if (url.includes('?') && !isAllowed) return 'a query (?...)';
  return endpoints.test(pathname.replace(/(?<!\/)\/+$/, '')) ? 'the path of an endpoint: calls add it' : undefined;
}
