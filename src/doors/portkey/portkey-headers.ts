import type { IncomingHttpHeaders } from 'node:http';

/** Portkey's own headers, of which each is a mark of its clients. */
const MARK = 'x-portkey-';

/** Whether a client of Portkey's has sent this. */
export function isPortkeys(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => name.startsWith(MARK));
}

/** What a header says; undefined where it says nothing. */
export function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
