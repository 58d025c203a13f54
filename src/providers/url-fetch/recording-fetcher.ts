import { lookup } from 'node:dns/promises';
import { request as requestHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { badRequest, type GatewayError } from '../../domain/errors.js';
import { chooseTarget, followRedirect, parseRecordingUrl, type FetchTarget, type ResolveHost } from './fetch-target.js';

/** A recording on its way here. */
export interface FetchedRecording {
  /** The last part of the path, decoded; may be empty. */
  readonly filename: string;
  /** What the server says of the length; absent = nothing. */
  readonly declaredBytes?: number;
  /**
   * The bytes, at the pace of the reader; must be read, or returned from, to the end.
   * @throws GatewayError 400 when the server breaks off, or the signal's reason
   */
  readonly bytes: AsyncIterable<Buffer>;
}

const MAX_REDIRECTS = 3;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

const resolveByDns: ResolveHost = (hostname) => lookup(hostname, { all: true });

/**
 * Fetches recordings from addresses that clients name, and from nowhere else: never out of the operator's own network.
 * Every hop is resolved, checked and connected to at exactly the checked address; no credentials, cookies or proxies.
 */
export class RecordingFetcher {
  /** @param allowedHosts `host` or `host:port` that may be fetched from although they are not public */
  constructor(
    private readonly allowedHosts: readonly string[],
    private readonly resolve: ResolveHost = resolveByDns,
  ) {}

  /**
   * Opens a recording; resolves when its first bytes may be read.
   * @throws GatewayError 400 that names the field `url`, or the signal's reason
   */
  async open(address: string, signal: AbortSignal): Promise<FetchedRecording> {
    let url = parseRecordingUrl(address);
    for (let redirects = 0; ; redirects += 1) {
      const target = await chooseTarget(url, this.allowedHosts, this.resolve);
      signal.throwIfAborted();
      const response = await connect(target, signal);
      const { statusCode: status = 0, headers } = response;
      if (status >= 200 && status <= 299) {
        const declared = Number(headers['content-length'] ?? Number.NaN);
        return {
          filename: filenameOf(url),
          declaredBytes: Number.isSafeInteger(declared) ? declared : undefined,
          bytes: read(response, signal),
        };
      }
      response.destroy();
      if (!REDIRECTS.includes(status) || headers.location === undefined) {
        throw unreachable(`its server answered ${status}`);
      }
      if (redirects === MAX_REDIRECTS) throw unreachable(`it leads through more than ${MAX_REDIRECTS} redirects`);
      url = followRedirect(url, headers.location);
    }
  }
}

function connect({ url, address }: FetchTarget, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      signal,
      // A connection of its own, so that none is shared with what was not checked.
      agent: false,
      lookup: pinnedTo(address),
      headers: { 'user-agent': 'auricle', accept: '*/*', 'accept-encoding': 'identity' },
    };
    const request: ClientRequest = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, resolve);
    request.on('error', () => reject(signal.aborted ? signal.reason : unreachable('its server cannot be reached')));
    request.end();
  });
}

/** A name resolution that always gives the address that has been checked. */
function pinnedTo({ address, family }: FetchTarget['address']): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

async function* read(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) yield chunk;
  } catch {
    throw signal.aborted ? signal.reason : unreachable('its server broke off');
  } finally {
    response.destroy();
  }
}

function filenameOf({ pathname }: URL): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** 400: nothing came from there. */
function unreachable(reason: string): GatewayError {
  return badRequest(`The recording at 'url' could not be fetched: ${reason}`, 'url', 'url_unreachable');
}
