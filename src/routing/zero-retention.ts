import type { Deployment } from '../domain/deployment.js';
import type { Mode } from '../domain/task.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import type { Unfit } from './job.js';

/** What a refusal calls that of which nothing may be kept. */
const ZERO_RETENTION = 'zero_retention';

/** What has to be known of a provider. */
type KnownProvider = Pick<ProviderAdapter, 'title' | 'zeroRetention' | 'defaultApiBase'>;

/**
 * The deployment as it is asked where nothing may be kept: with the settings by which its provider is told so. What the operator
 * has declared of it decides; else what is known of the provider.
 * @param mode what is asked of it
 */
export function askingForZeroRetention<D extends Deployment>(
  deployment: D,
  provider: KnownProvider,
  mode: Mode,
): D | { readonly unfit: Unfit } {
  const { zero_retention: declared } = deployment.routing;
  const known = provider.zeroRetention?.[mode];
  if (declared === false) return { unfit: keeps('its routing.zero_retention is false') };
  const isKnown = known !== undefined && known.kind !== 'by_contract' && isAtProvider(deployment, provider);
  if (!isKnown && declared === undefined) return { unfit: keeps(explanationOf(provider, mode)) };
  if (known?.kind !== 'on_request') return deployment;
  return { ...deployment, settings: { ...Object(deployment.settings), ...known.settings } };
}

/** Why something else than the deployment itself is not asked where nothing may be kept. */
export function keeps(explanation: string): Unfit {
  return { param: ZERO_RETENTION, explanation, isOfRetention: true };
}

function explanationOf(provider: KnownProvider, mode: Mode): string {
  const { title, zeroRetention } = provider;
  const declare = 'and its routing.zero_retention does not say that it keeps nothing';
  switch (zeroRetention?.[mode]?.kind) {
    case 'by_contract':
      return `${title} keeps nothing only where that is agreed with it, ${declare}`;
    case undefined:
      return `it is not known what ${title} keeps, ${declare}`;
    default:
      return `its base URL is not ${title}'s own, ${declare}`;
  }
}

/** Whether it is the provider that is called: what is known of it does not hold for a server at another address. */
function isAtProvider({ apiBase }: Deployment, { defaultApiBase }: KnownProvider): boolean {
  if (apiBase === undefined) return true;
  return defaultApiBase !== undefined && domainOf(apiBase) === domainOf(defaultApiBase);
}

/** `deepgram.com` of `https://api.eu.deepgram.com/v1`: providers have regions. */
function domainOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.split('.').slice(-2).join('.') : undefined;
}
