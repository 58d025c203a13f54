import { lookup } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { addressFault, ANY_BUT_FORBIDDEN } from '../provider-addresses.js';
import { isForbiddenAddress } from '../public-address.js';
import type { HostAddress, ResolveHost } from './fetch-target.js';

/** Injection token of {@link ResolveHost}, for webhooks. */
export const WEBHOOK_HOSTS = Symbol('WEBHOOK_HOSTS');

/** The system's own resolution of names. */
export const resolveByDns: ResolveHost = (hostname) => lookup(hostname, { all: true });

/** What is read of an answer, which nobody wants to know. */
const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_URL_CHARACTERS = 2048;

/** What became of a post: the status of the answer, or why there was none. The words never have the URL in them. */
export type WebhookResult = { readonly status: number } | { readonly failure: string };

/**
 * What is wrong with the URL of a webhook, as far as it can be told without its name server.
 * @returns the end of a sentence that begins with the name of the field; `undefined` when it can be used
 */
export function webhookUrlFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || text.length > MAX_URL_CHARACTERS) {
    return `must be an http or https URL of at most ${MAX_URL_CHARACTERS} characters`;
  }
  if (url.username !== '' || url.password !== '') return 'must not contain credentials';
  return addressFault(url, ANY_BUT_FORBIDDEN);
}

/**
 * Posts to webhooks: to the address that was checked, whatever the name may mean a moment later, without following redirects, and
 * without cookies, proxies or connections that are shared.
 */
@Injectable()
export class WebhookPoster {
  constructor(@Inject(WEBHOOK_HOSTS) private readonly resolve: ResolveHost) {}

  /**
   * Posts JSON; never rejects.
   * @param signal ends it; its reason is an error whose message says why
   */
  async post(
    text: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<WebhookResult> {
    const fault = webhookUrlFault(text);
    if (fault !== undefined) return { failure: `its URL ${fault}` };
    try {
      const url = new URL(text);
      const address = await unless(signal, this.addressOf(url));
      if (!address) return { failure: 'its host has no address that may be called' };
      const response = await send(url, address, headers, body, signal);
      await skim(response);
      return { status: response.statusCode ?? 0 };
    } catch {
      const { aborted, reason }: { aborted: boolean; reason: unknown } = signal;
      return { failure: aborted && reason instanceof Error ? reason.message : 'its server cannot be reached' };
    }
  }

  /** Undefined unless every address of the name may be called. */
  private async addressOf(url: URL): Promise<HostAddress | undefined> {
    const host = hostOf(url);
    const family = isIP(host);
    const addresses = family > 0 ? [{ address: host, family }] : await this.resolve(host).catch(() => []);
    return addresses.some(({ address }) => isForbiddenAddress(address)) ? undefined : addresses[0];
  }
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** @throws the signal's reason, as soon as it is aborted */
async function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return await new Promise<T>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    promise.then(resolve, reject);
  });
}

function send(
  url: URL,
  { address, family }: HostAddress,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method: 'POST',
      signal,
      agent: false,
      lookup: (_hostname, { all }, callback) => {
        if (all) callback(null, [{ address, family }]);
        else callback(null, address, family);
      },
      headers: {
        'user-agent': 'auricle',
        accept: '*/*',
        'accept-encoding': 'identity',
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      },
    };
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, resolve);
    request.on('error', reject);
    request.end(body);
  });
}

/** Reads an answer as far as a receiver can expect that it is read. Its status counts, however it ends. */
async function skim(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) break;
    }
  } catch {
    // It has been answered.
  } finally {
    response.destroy();
  }
}
