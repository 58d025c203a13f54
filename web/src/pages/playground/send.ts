import * as z from 'zod/mini';
import { ApiError, ask } from '../../api/client';
import { fieldsOf, formatOf, task, type ColumnWish, type ResponseFormat } from './column-wish';
import { readEvents } from './event-stream';
import { heardIn, heardInJson, type Heard } from './heard';
import { headersOf, type Kept } from './kept';
import type { Recording } from './recording';

/** How far a request has come. */
export interface Progress {
  /** Of the recording that has been sent, 0 to 1. */
  readonly sent: number;
  /** What a stream has told so far. */
  readonly heard?: Heard;
}

/** What the gateway has answered. */
export interface Answer {
  readonly wish: ColumnWish;
  /** Of the body: what was asked for, or JSON where the gateway has said so. */
  readonly format: ResponseFormat;
  /** As it came. */
  readonly body: string;
  readonly isStream: boolean;
  readonly heard: Heard;
  readonly facts: AnswerFacts;
}

/** What the headers of an answer tell; of a stream its log tells the rest to those who may read it. */
export interface AnswerFacts {
  readonly requestId: string | undefined;
  readonly provider: string | undefined;
  /** The public model that has answered. */
  readonly model: string | undefined;
  readonly attempts: number | undefined;
  readonly origin: string | undefined;
  readonly cache: string | undefined;
  readonly warning: string | undefined;
  /** US dollars; undefined = unknown. */
  readonly costUsd: number | undefined;
  readonly providerMs: number | undefined;
  readonly overheadMs: number | undefined;
  /** From the click to the end, as this page has measured it. */
  readonly tookMs: number;
}

/** Sends a recording as a column asks for it. @throws ApiError; DOMException `AbortError` when it was cancelled */
export async function send(
  recording: Recording,
  wish: ColumnWish,
  kept: Kept,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of fieldsOf(wish)) form.append(name, value);
  // Last, so that the gateway knows what is wanted before the long part.
  if (recording.kind === 'file') form.append('file', recording.file);
  else form.append('url', recording.address);
  const startedAt = performance.now();
  const request = await exchanged(`/v1/audio/${task(wish)}`, form, kept, signal, onProgress);
  const tookMs = performance.now() - startedAt;
  const body = request.responseText;
  const requestId = request.getResponseHeader('x-request-id') ?? undefined;
  if (request.status < 200 || request.status > 299) throw apiErrorIn(body, request.status, requestId);
  const facts = factsOf(request, requestId, tookMs);
  const type = request.getResponseHeader('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) {
    const asked = formatOf(wish);
    const isDowngraded = /response_format/.test(facts.warning ?? '') && type.startsWith('application/json');
    const format = isDowngraded ? 'json' : asked;
    return { wish, format, body, isStream: false, heard: heardIn(format, body), facts };
  }
  const { text, segments, error } = readEvents(body);
  if (error) throw new ApiError(error.message, { status: request.status, code: error.code, requestId });
  return { wish, format: 'json', body, isStream: true, heard: heardInJson({ text, segments }), facts };
}

/** XMLHttpRequest, because `fetch` does not tell how much of a body has been sent. */
function exchanged(
  path: string,
  form: FormData,
  kept: Kept,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('x-auricle-ui', '1');
    for (const [name, value] of headersOf(kept)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      onProgress({ sent: total > 0 ? loaded / total : 0 });
    });
    request.upload.addEventListener('load', () => onProgress({ sent: 1 }));
    request.addEventListener('progress', () => {
      if (!request.getResponseHeader('content-type')?.startsWith('text/event-stream')) return;
      onProgress({ sent: 1, heard: heardInJson(readEvents(request.responseText)) });
    });
    request.addEventListener('load', () => resolve(request));
    request.addEventListener('error', () => reject(new TypeError('The gateway cannot be reached.')));
    request.addEventListener('abort', () => reject(new DOMException('cancelled', 'AbortError')));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}

function factsOf(request: XMLHttpRequest, requestId: string | undefined, tookMs: number): AnswerFacts {
  const text = (name: string) => request.getResponseHeader(name) ?? undefined;
  const number = (name: string) => {
    const value = text(name);
    return value === undefined ? undefined : Number(value);
  };
  return {
    requestId,
    provider: text('x-auricle-provider'),
    model: text('x-auricle-model'),
    attempts: number('x-auricle-attempts'),
    origin: text('x-auricle-format'),
    cache: text('x-auricle-cache'),
    warning: text('x-auricle-warning'),
    costUsd: number('x-auricle-cost-usd'),
    providerMs: number('x-auricle-provider-ms'),
    overheadMs: number('x-auricle-overhead-ms'),
    tookMs,
  };
}

const errorBody = z.object({ error: z.object({ message: z.string(), code: z.nullish(z.string()) }) });
const loggedCost = z.object({ cost_usd: z.nullable(z.number()) });

function apiErrorIn(body: string, status: number, requestId: string | undefined): ApiError {
  const { data } = errorBody.safeParse(jsonIn(body));
  const message = data?.error.message ?? `The gateway answered ${status}.`;
  return new ApiError(message, { status, code: data?.error.code ?? undefined, requestId });
}

/** Undefined of what is no JSON: something between has answered. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a stream has cost, as its log has it; undefined where it is unknown there, too. */
export async function costInLog(requestId: string): Promise<number | undefined> {
  const answer = await ask(`/admin/v1/logs/${requestId}`);
  return loggedCost.safeParse(await answer.json()).data?.cost_usd ?? undefined;
}
