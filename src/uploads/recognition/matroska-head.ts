import type { ByteWindow } from '../measuring/byte-window.js';
import type { Sniffed } from './sniffed.js';

const EBML = 0x1a45dfa3;
const DOC_TYPE = 0x4282;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;
const TRACK_TYPE = 0x83;
const VIDEO = 1;
const AUDIO = 2;

/** Types of tracks that hold sound: audio, or sound beside pictures. */
const SOUNDING = new Set([AUDIO, 3]);

/** Elements that are looked at on one level: the tracks stand in front. */
const MAX_ELEMENTS = 500;

interface Element {
  readonly id: number;
  readonly contentAt: number;
  readonly end: number;
}

/** Tells WebM from Matroska, and whether there are tracks and none of sound; undefined where the bytes are neither. */
export function recogniseMatroska(bytes: ByteWindow, start: number): Sniffed | undefined {
  const [header] = elementsOf(bytes, start, bytes.sizeBytes);
  if (header?.id !== EBML) return undefined;
  const docType = childOf(bytes, header, DOC_TYPE);
  const name = docType ? textOf(bytes, docType) : 'matroska';
  if (name !== 'webm' && name !== 'matroska') return { found: 'data in EBML that is no recording' };
  const types = trackTypesOf(bytes, header.end);
  if (types.length > 0 && !types.some((type) => SOUNDING.has(type))) {
    return { found: types.includes(VIDEO) ? 'a video without sound' : 'a Matroska file without sound' };
  }
  return { container: name === 'webm' ? 'webm' : 'mkv' };
}

/** Of the tracks that are named before the media; none where they are not. */
function trackTypesOf(bytes: ByteWindow, at: number): readonly number[] {
  const [segment] = elementsOf(bytes, at, bytes.sizeBytes);
  if (segment?.id !== SEGMENT) return [];
  for (const element of elementsOf(bytes, segment.contentAt, segment.end)) {
    if (element.id === CLUSTER) return [];
    if (element.id !== TRACKS) continue;
    const types: number[] = [];
    for (const entry of elementsOf(bytes, element.contentAt, element.end)) {
      const type = entry.id === TRACK_ENTRY ? childOf(bytes, entry, TRACK_TYPE) : undefined;
      // Of one that does not say, anything may be true.
      if (entry.id === TRACK_ENTRY)
        types.push(type && bytes.has(type.contentAt, 1) ? bytes.byte(type.contentAt) : AUDIO);
    }
    return types;
  }
  return [];
}

function childOf(bytes: ByteWindow, parent: Element, id: number): Element | undefined {
  for (const element of elementsOf(bytes, parent.contentAt, parent.end)) if (element.id === id) return element;
  return undefined;
}

function textOf(bytes: ByteWindow, { contentAt, end }: Element): string {
  return bytes
    .view(contentAt, Math.min(end - contentAt, 20))
    .toString('latin1')
    .replaceAll('\0', '');
}

/** EBML: an id and a length, each with as many bytes as its first byte has zeros in front, and one more. */
function* elementsOf(bytes: ByteWindow, start: number, end: number): Generator<Element, void, undefined> {
  let at = start;
  for (let count = 0; count < MAX_ELEMENTS && at < end && bytes.has(at, 2); count += 1) {
    const idBytes = Math.clz32(bytes.byte(at)) - 23;
    if (idBytes > 4 || !bytes.has(at, idBytes + 1)) return;
    const lengthBytes = Math.clz32(bytes.byte(at + idBytes)) - 23;
    if (lengthBytes > 8 || !bytes.has(at + idBytes, lengthBytes)) return;
    const contentAt = at + idBytes + lengthBytes;
    const length = lengthOf(bytes, at + idBytes, lengthBytes);
    const contentEnd = length === undefined ? end : Math.min(contentAt + length, end);
    yield { id: bytes.uintBE(at, idBytes), contentAt, end: contentEnd };
    at = contentEnd;
  }
}

/** Undefined where all bits are set: until the end of what it is in. */
function lengthOf(bytes: ByteWindow, at: number, count: number): number | undefined {
  let length = bytes.byte(at) & (0xff >> count);
  let isUnknown = length === 0xff >> count;
  for (let index = 1; index < count; index += 1) {
    const byte = bytes.byte(at + index);
    isUnknown &&= byte === 0xff;
    length = length * 256 + byte;
  }
  return isUnknown ? undefined : length;
}
