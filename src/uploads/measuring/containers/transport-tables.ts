import type { ByteWindow } from '../byte-window.js';
import type { StepBudget } from '../step-budget.js';
import { transportPackets } from './transport-packets.js';

/** What the frames of a stream are; `any` = nobody says. */
export type TransportCodec = 'mpeg' | 'adts' | 'latm' | 'ac3' | 'dts' | 'opus' | 'any';

/** A stream of sound in MPEG-TS. */
export interface TransportStream {
  readonly pid: number;
  /** Undefined where it is one that is not walked here. */
  readonly codec: TransportCodec | undefined;
}

/** By the type in the table (ISO/IEC 13818-1, table 2-34; those above 128 by ATSC and Blu-ray). */
const CODECS = new Map<number, TransportCodec | undefined>([
  [0x03, 'mpeg'],
  [0x04, 'mpeg'],
  [0x0f, 'adts'],
  [0x11, 'latm'],
  [0x80, undefined],
  [0x81, 'ac3'],
  [0x82, 'dts'],
  [0x83, undefined],
  [0x84, 'ac3'],
  [0x85, 'dts'],
  [0x86, 'dts'],
  [0x87, 'ac3'],
  [0x8a, 'dts'],
]);
const PRIVATE = 0x06;
/** Descriptors of private streams (ETSI EN 300 468): AC-3, E-AC-3, DTS, and the registration of a name. */
const [AC3, EAC3, DTS, REGISTRATION] = [0x6a, 0x7a, 0x7b, 0x05] as const;
/** The sections that are read, of which the first begins in a packet of its own: PAT and PMT. */
const [PROGRAMS, PROGRAM] = [0x00, 0x02] as const;
/** Behind them nobody waits for a table any longer. */
const MAX_PACKETS = 100_000;
/** More than one file has. */
const MAX_PROGRAMS = 64;

/** The streams of sound of the first program that has any, by its tables; undefined where there are no tables. */
export function transportStreams(bytes: ByteWindow, steps: StepBudget): TransportStream[] | undefined {
  const programs = new Set<number>();
  let hasTable = false;
  let count = 0;
  for (const { pid, isStart, payload } of transportPackets(bytes, steps)) {
    count += 1;
    if (count > MAX_PACKETS) break;
    if (!isStart || (pid !== 0 && !programs.has(pid))) continue;
    const section = payload.subarray(1 + (payload[0] ?? 0));
    if (section.length < 12) continue;
    const end = Math.min(section.length, 3 + (section.readUInt16BE(1) & 0xfff) - 4);
    if (pid === 0 && section[0] === PROGRAMS) {
      for (let at = 8; at + 4 <= end && programs.size < MAX_PROGRAMS; at += 4) {
        if (section.readUInt16BE(at) !== 0) programs.add(section.readUInt16BE(at + 2) & 0x1fff);
      }
    } else if (pid !== 0 && section[0] === PROGRAM) {
      hasTable = true;
      const streams = readProgram(section, end);
      if (streams.length > 0) return streams;
    }
  }
  return hasTable ? [] : undefined;
}

function readProgram(section: Buffer, end: number): TransportStream[] {
  const streams: TransportStream[] = [];
  let at = 12 + (section.readUInt16BE(10) & 0xfff);
  while (at + 5 <= end) {
    const type = section.readUInt8(at);
    const pid = section.readUInt16BE(at + 1) & 0x1fff;
    const next = at + 5 + (section.readUInt16BE(at + 3) & 0xfff);
    const codec = type === PRIVATE ? codecOf(section.subarray(at + 5, Math.min(next, end))) : CODECS.get(type);
    if (codec !== 'none' && (codec !== undefined || CODECS.has(type) || type === PRIVATE)) streams.push({ pid, codec });
    at = next;
  }
  return streams;
}

/** Of a private stream; `none` where it is no sound. */
function codecOf(descriptors: Buffer): TransportCodec | 'none' {
  for (let at = 0; at + 2 <= descriptors.length; at += 2 + descriptors.readUInt8(at + 1)) {
    const tag = descriptors.readUInt8(at);
    const name = tag === REGISTRATION ? descriptors.toString('latin1', at + 2, at + 6) : '';
    if (tag === AC3 || tag === EAC3 || name === 'AC-3' || name === 'EAC3') return 'ac3';
    if (tag === DTS || name.startsWith('DTS')) return 'dts';
    if (name === 'Opus') return 'opus';
  }
  return 'none';
}
