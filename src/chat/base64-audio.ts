import { setImmediate as nextTurn } from 'node:timers/promises';
import { badRequest } from '../domain/errors.js';
import type { JsonValue } from '../domain/json/json-outline.js';

/** How much is decoded at once; a multiple of four, so that nothing is left over where nothing is escaped. */
const SLICE_BYTES = 64 * 1024;
/** After so much, others have their turn. */
const TURN_BYTES = 1024 * 1024;

const BACKSLASH = 0x5c;
/** The longest escape, without its end. */
const PARTIAL_ESCAPE_BYTES = 5;

/** In front of the base64, as in addresses of data; some applications leave it there, and some languages escape the slash in it. */
const DATA_URL = /^data:[\w.+-]{1,50}\\?\/[\w.+-]{1,50}(?:;[\w.+-]{1,50}=[\w.+-]{1,50}){0,5};base64,/;
const DATA_URL_BYTES = 600;

/** Both alphabets. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * Decodes a recording that stands in a document as a string, piece by piece. The string may have any of JSON's escapes, which
 * the encoders of some languages put into base64.
 * @param string with its quotation marks
 * @throws GatewayError 400 that names the field when it is no base64
 */
export async function* decodeAudio(bytes: Buffer, string: JsonValue, param: string): AsyncGenerator<Buffer> {
  const end = string.end - 1;
  let rest = '';
  let sinceTurn = 0;
  let isPadded = false;
  let position = string.start + 1;
  const head = DATA_URL.exec(bytes.toString('latin1', position, Math.min(position + DATA_URL_BYTES, end)))?.[0] ?? '';
  position += head.length;
  while (position < end) {
    const until = sliceEnd(bytes, position, end);
    // Who breaks lines may.
    const text = plainText(bytes, position, until).replaceAll(/\s/g, '');
    sinceTurn += until - position;
    position = until;
    if (!BASE64.test(text) || (isPadded && text !== '')) throw malformed(param);
    isPadded ||= text.includes('=');
    const digits = rest + text.replaceAll('=', '');
    const whole = position < end ? digits.length - (digits.length % 4) : digits.length;
    rest = digits.slice(whole);
    if (position >= end && whole % 4 === 1) throw malformed(param);
    if (whole > 0) yield Buffer.from(digits.slice(0, whole), 'base64');
    if (sinceTurn < TURN_BYTES) continue;
    sinceTurn = 0;
    await nextTurn();
  }
}

/** Never within an escape. */
function sliceEnd(bytes: Buffer, start: number, end: number): number {
  const until = Math.min(start + SLICE_BYTES, end);
  if (until === end) return end;
  const tail = bytes.subarray(until - PARTIAL_ESCAPE_BYTES, until).lastIndexOf(BACKSLASH);
  return tail === -1 ? until : until - PARTIAL_ESCAPE_BYTES + tail;
}

function plainText(bytes: Buffer, start: number, end: number): string {
  const isEscaped = bytes.subarray(start, end).includes(BACKSLASH);
  return isEscaped
    ? String(JSON.parse(`"${bytes.toString('utf8', start, end)}"`))
    : bytes.toString('latin1', start, end);
}

function malformed(param: string) {
  return badRequest(`Invalid '${param}': it must be base64`, param, 'invalid_value');
}
