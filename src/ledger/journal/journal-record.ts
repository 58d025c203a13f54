import { crc32 } from 'node:zlib';
import { z } from 'zod';

/**
 * What a record tells: `o`, that a request is about to be sent to a provider, with the log that it leaves should it never be
 * told how it ended; `c`, how a request ended, with its log.
 */
export type RecordKind = 'o' | 'c';

/** One record of the journal. */
export interface JournalRecord {
  readonly kind: RecordKind;
  /** Of the request, and of the log. */
  readonly id: string;
  /** The log as JSON (`entry/ledger-record.ts`), on one line. */
  readonly json: string;
}

const CHECKSUM_DIGITS = 8;
/** `<kind> <uuid> ` */
const BODY = /^([oc]) ([0-9a-f-]{36}) (\{.*\})$/s;
const id = z.uuid();

/**
 * The record as a line: the CRC-32 of all that follows in eight hexadecimal digits, the kind, the id and the log, between
 * blanks. JSON has no line feed of its own, so that a damaged line ends where the next one begins.
 */
export function encodeLine({ kind, id: request, json }: JournalRecord): Buffer {
  const body = `${kind} ${request} ${json}`;
  return Buffer.from(`${checksumOf(body)} ${body}\n`);
}

/** Reads a line without its line feed. @returns undefined when it is damaged */
export function decodeLine(line: Buffer): JournalRecord | undefined {
  const text = line.toString();
  const body = text.slice(CHECKSUM_DIGITS + 1);
  if (text[CHECKSUM_DIGITS] !== ' ' || text.slice(0, CHECKSUM_DIGITS) !== checksumOf(body)) return undefined;
  const [, kind, request = '', json = ''] = BODY.exec(body) ?? [];
  if ((kind !== 'o' && kind !== 'c') || !id.safeParse(request).success) return undefined;
  return { kind, id: request, json };
}

function checksumOf(body: string): string {
  return crc32(body).toString(16).padStart(CHECKSUM_DIGITS, '0');
}
