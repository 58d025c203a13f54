import { useEffect, useSyncExternalStore } from 'react';
import { queries } from '../api/queries';
import { nameOf, sessionQuery, SIGNED_OUT } from '../api/session';

/** The newest recordings that are held, and requests that each was sent with. A file of a disk takes no memory. */
const MAX_RECORDINGS = 4;
const MAX_REQUESTS = 40;

const given = new Map<string, File>();
/** Requests whose recordings are waited for here. */
const wanted = new Set<string>();
const listeners = new Set<() => void>();

/**
 * Other tabs of this browser in which the same session is shown: a log is read in a tab of its own, and its recording is where it was
 * given. Whoever signs in next is not heard by them.
 */
let tabs: BroadcastChannel | undefined;
addEventListener(SIGNED_OUT, forget);

function tabsOfSession(): BroadcastChannel | undefined {
  const session = queries.getQueryData(sessionQuery.queryKey);
  if (!session) return undefined;
  const name = `auricle-recordings ${nameOf(session)}`;
  if (tabs?.name !== name) {
    tabs?.close();
    tabs = new BroadcastChannel(name);
    tabs.addEventListener('message', ({ data }: MessageEvent<unknown>) => hear(data));
  }
  return tabs;
}

function say(message: { readonly ask: string } | { readonly id: string; readonly file: File }): void {
  // A channel is of one origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  tabsOfSession()?.postMessage(message);
}

function hear(said: unknown): void {
  if (typeof said !== 'object' || said === null) return;
  if ('ask' in said && typeof said.ask === 'string') {
    const file = given.get(said.ask);
    if (file) say({ id: said.ask, file });
  } else if ('id' in said && typeof said.id === 'string' && 'file' in said && said.file instanceof File) {
    if (wanted.has(said.id)) hold(said.id, said.file);
  }
}

function hold(requestId: string, file: File): void {
  given.delete(requestId);
  given.set(requestId, file);
  for (const id of given.keys()) {
    if (given.size <= MAX_REQUESTS && new Set(given.values()).size <= MAX_RECORDINGS) break;
    given.delete(id);
  }
  for (const listener of listeners) listener();
}

function forget(): void {
  given.clear();
  tabs?.close();
  tabs = undefined;
  for (const listener of listeners) listener();
}

/** Remembers the recording that a request was sent with, for as long as this page is open and signed in. */
export function noteGiven(requestId: string, file: File): void {
  hold(requestId, file);
  // Whoever has looked for it before it was here.
  say({ id: requestId, file });
}

/** The recording of a request, where it was given on a page of this browser that is still open. */
export function useGiven(requestId: string): File | undefined {
  useEffect(() => {
    if (given.has(requestId)) return undefined;
    wanted.add(requestId);
    say({ ask: requestId });
    return () => void wanted.delete(requestId);
  }, [requestId]);
  return useSyncExternalStore(subscribe, () => given.get(requestId));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
