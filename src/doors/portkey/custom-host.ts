import { badRequest, GatewayError } from '../../domain/errors.js';
import { apiBaseSchema } from '../../domain/provider-access.js';

const HEADER = 'x-portkey-custom-host';

/**
 * The base URL that a caller names, where the operator allows it: one of the allowed ones, or below one.
 * @param allowed base URLs
 * @throws GatewayError 400 when it is none, 403 when it is not allowed
 */
export function customHost(told: string, allowed: readonly string[]): string {
  const read = apiBaseSchema.safeParse(told);
  // What may be decoded into another path by whoever is called is not looked at for long.
  if (!read.success || /[%\\?#]/.test(told)) {
    throw badRequest(`Invalid '${HEADER}': it must be an http or https URL with a plain path`, HEADER, 'invalid_value');
  }
  const base = withoutSlash(new URL(read.data).href);
  const isAllowed = allowed.some((it) => {
    const root = withoutSlash(new URL(it).href);
    return base === root || base.startsWith(`${root}/`);
  });
  if (isAllowed) return base;
  throw new GatewayError({
    status: 403,
    message: `Invalid '${HEADER}': it is not among the hosts of the gateway's setting CUSTOM_HOSTS`,
    param: HEADER,
    code: 'custom_host_not_allowed',
  });
}

function withoutSlash(url: string): string {
  return url.replace(/(?<!\/)\/+$/, '');
}
