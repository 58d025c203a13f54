import { formatOf, isReadable, SIGNATURE_BYTES } from '../domain/audio-signature.js';
import { ProviderError } from '../domain/errors.js';
import type { SpeechFormat } from '../domain/speech.js';
import { isErrorBody, isHtml, parseJson } from './answer-body.js';
import type { ProviderResponse } from './provider-http.js';
import type { ResponseBody } from './response-body.js';

/** No error is longer; what follows is not read. */
const MAX_ERROR_BYTES = 64 * 1024;

/** What always begins with a signature. Others may begin with something else, or are in several containers. */
const SIGNED: ReadonlySet<SpeechFormat> = new Set(['wav', 'flac']);

/** What is known of an answer that should be speech. */
export interface SpokenFacts {
  /** What was asked for. */
  readonly format: SpeechFormat;
  readonly upstreamRequestId?: string;
  /** The provider's error for an answer that is none of its audio. */
  readonly errorOf: (response: ProviderResponse) => ProviderError;
}

/**
 * The audio in the body of an answer whose status is a success, as it arrives. Its bytes tell whether it is audio: what
 * the answer says of its type is often wrong. Finishes with the body, and closes the connection of a reader who stops
 * early.
 * @throws ProviderError `bad_response` for an answer without audio or with that of another format, the provider's own
 *   error where the answer is one, and as `ResponseBody.next`
 */
export async function* audioIn(
  response: ProviderResponse<ResponseBody>,
  facts: SpokenFacts,
): AsyncGenerator<Buffer, void, undefined> {
  const { body } = response;
  let complete = false;
  try {
    const head = await readUpTo(body, Buffer.alloc(0), SIGNATURE_BYTES);
    yield await judgeHead(response, head, facts);
    for (let chunk = await body.next(); chunk; chunk = await body.next()) if (chunk.length > 0) yield chunk;
    complete = true;
  } finally {
    if (complete) body.release();
    else body.destroy();
  }
}

async function judgeHead(
  response: ProviderResponse<ResponseBody>,
  head: Buffer,
  { format, upstreamRequestId, errorOf }: SpokenFacts,
): Promise<Buffer> {
  const bad = (what: string): ProviderError =>
    new ProviderError('bad_response', `the provider answered ${response.status} with ${what}`, {
      upstreamStatus: response.status,
      upstreamRequestId,
    });
  if (head.length === 0) throw bad('no audio');
  const found = formatOf(head);
  if (found === format) return head;
  if (isReadable(head.subarray(0, SIGNATURE_BYTES))) {
    const text = await readUpTo(response.body, head, MAX_ERROR_BYTES);
    const json = parseJson(text);
    if (isErrorBody(json)) throw errorOf({ ...response, body: text });
    if (isHtml({ ...response, body: text })) throw bad('a web page instead of audio');
    if (json !== undefined || format !== 'pcm' || isReadable(text)) throw bad('text instead of audio');
    return text;
  }
  // Samples without a header may begin with anything, but hardly with the header of a WAV file.
  const isOther = format === 'pcm' ? found !== undefined && found !== 'mp3' && found !== 'aac' : found !== undefined;
  if (isOther) throw bad(`${found} where ${format} was asked for`);
  if (SIGNED.has(format)) throw bad(`what is no ${format}`);
  return head;
}

/** What has been read, and more until it is that long or the body ends. */
async function readUpTo(body: ResponseBody, read: Buffer, bytes: number): Promise<Buffer> {
  const chunks = [read];
  let length = read.length;
  while (length < bytes) {
    const chunk = await body.next();
    if (!chunk) break;
    chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks);
}
