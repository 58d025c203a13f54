import { ProviderError } from '../../domain/errors.js';

/** How a request names the deployment: in its path, or as the model in its form. */
export type AzureUrlStyle = 'deployment' | 'v1';

/** What decides where a request goes. */
export interface AzureTarget {
  /** The resource's endpoint, or any longer address of it that the portal and other clients use; needed. */
  readonly apiBase?: string;
  /** Used where the base names none. */
  readonly deployment: string;
  /** What is asked for, such as `/audio/transcriptions`. */
  readonly operation: string;
  readonly url_style: AzureUrlStyle;
  /** Absent = the one in the base's query, otherwise the default of the style. */
  readonly api_version?: string;
}

/**
 * The last dated version, which the gpt-4o models need and whisper takes too; and the preview of v1, because its stable
 * version has no audio.
 */
const API_VERSIONS = { deployment: '2025-04-01-preview', v1: 'preview' } satisfies Record<AzureUrlStyle, string>;

/** What may follow the endpoint: `/openai`, `/openai/v1`, `/openai/deployments/{deployment}`, the operation. */
const SUFFIX =
  /\/openai(?:\/v1|\/deployments(?:\/([^/]+))?)?(?:\/audio\/(?:transcriptions|translations|speech)|\/chat\/completions)?\/*$/;

/**
 * The address of a request. Whatever the base already has of it is not repeated, and a deployment in the base
 * wins, as in the official client.
 * Source: https://learn.microsoft.com/azure/ai-foundry/openai/reference-preview
 * @throws ProviderError where there is no base that can be read
 */
export function azureUrl({ apiBase, deployment, operation, url_style, api_version }: AzureTarget): string {
  if (!apiBase || !URL.canParse(apiBase)) {
    throw new ProviderError('unknown', 'the azure deployment names no endpoint of its resource');
  }
  const url = new URL(apiBase);
  const [suffix = '', ownDeployment] = SUFFIX.exec(url.pathname) ?? [];
  const root = url.origin + url.pathname.slice(0, url.pathname.length - suffix.length).replace(/(?<!\/)\/+$/, '');
  const path = url_style === 'v1' ? 'v1' : `deployments/${ownDeployment ?? encodeURIComponent(deployment)}`;
  const version = api_version ?? url.searchParams.get('api-version') ?? API_VERSIONS[url_style];
  return `${root}/openai/${path}${operation}?api-version=${encodeURIComponent(version)}`;
}
