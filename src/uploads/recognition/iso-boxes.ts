import type { AudioContainerName } from '../../domain/audio-container.js';
import type { ByteWindow } from '../measuring/byte-window.js';
import type { Sniffed } from './sniffed.js';

/** A box by where it and its contents begin and end. */
interface Box {
  readonly name: string;
  readonly contentAt: number;
  readonly end: number;
}

/** Boxes that are looked at on one level; fragments come in thousands, but behind what is looked for. */
const MAX_BOXES = 500;

/** What files begin with; old QuickTime begins with anything. */
const FIRST_BOXES = new Set(['ftyp', 'styp', 'moov', 'moof', 'mdat', 'wide', 'free', 'skip', 'pnot', 'sidx', 'uuid']);

/** Brands of pictures: HEIF, AVIF, Canon's raw format. */
const IMAGE_BRANDS: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  avis: 'image/avif',
  mif1: 'image/heif',
  msf1: 'image/heif',
  heic: 'image/heic',
  heix: 'image/heic',
  hevc: 'image/heic',
  hevx: 'image/heic',
  heim: 'image/heic',
  heis: 'image/heic',
  'crx ': 'image/x-canon-cr3',
};

/** First match first; any other brand is MP4. */
const BRANDS: readonly (readonly [RegExp, AudioContainerName])[] = [
  [/^qt /, 'mov'],
  [/^3g|^kddi$|^mmp4$/, '3gp'],
  [/^(?:M4A|M4B|M4P|F4A|F4B) $/, 'm4a'],
];

/** Handlers of tracks that certainly hold no sound; QuickTime knows others that hold it beside pictures. */
const SILENT_HANDLERS = new Set([
  'vide',
  'text',
  'tmcd',
  'hint',
  'meta',
  'sbtl',
  'subt',
  'subp',
  'clcp',
  'pict',
  'mdta',
]);

/** Tells an ISO base media file, or one of QuickTime, from which it comes, by the boxes in it; undefined where the bytes are none. */
export function recogniseBoxes(bytes: ByteWindow, start: number): Sniffed | undefined {
  let container: AudioContainerName | undefined;
  let holdsMedia = false;
  let index = 0;
  for (const box of boxesOf(bytes, start, bytes.sizeBytes)) {
    if (index === 0 && !FIRST_BOXES.has(box.name)) return undefined;
    index += 1;
    if (box.name === 'ftyp' && !container) {
      const brand = bytes.has(box.contentAt, 4) ? bytes.text(box.contentAt, 4) : '';
      const image = IMAGE_BRANDS[brand];
      if (image) return { found: `an image (${image})` };
      container = BRANDS.find(([pattern]) => pattern.test(brand))?.[1] ?? 'mp4';
    }
    if (box.name === 'styp' || box.name === 'moof') container ??= 'mp4';
    if (box.name === 'mdat') holdsMedia = true;
    if (box.name === 'moov') {
      if (hasOnlyPictures(bytes, box)) return { found: 'a video without sound' };
      holdsMedia = true;
      break;
    }
  }
  if (container) return { container };
  return holdsMedia ? { container: 'mov' } : undefined;
}

/** Whether there are tracks, one of them of pictures and none that may be sound. */
function hasOnlyPictures(bytes: ByteWindow, moov: Box): boolean {
  const handlers: string[] = [];
  for (const trak of boxesOf(bytes, moov.contentAt, moov.end)) {
    if (trak.name === 'trak') handlers.push(handlerOf(bytes, trak) ?? 'unknown');
  }
  return handlers.includes('vide') && handlers.every((handler) => SILENT_HANDLERS.has(handler));
}

function handlerOf(bytes: ByteWindow, trak: Box): string | undefined {
  const media = childOf(bytes, trak, 'mdia');
  const handler = media && childOf(bytes, media, 'hdlr');
  return handler && bytes.has(handler.contentAt, 12) ? bytes.text(handler.contentAt + 8, 4) : undefined;
}

function childOf(bytes: ByteWindow, parent: Box, name: string): Box | undefined {
  for (const box of boxesOf(bytes, parent.contentAt, parent.end)) if (box.name === name) return box;
  return undefined;
}

/** The boxes between two positions, one after the other, up to one that is none or goes beyond. */
function* boxesOf(bytes: ByteWindow, start: number, end: number): Generator<Box, void, undefined> {
  let at = start;
  for (let count = 0; count < MAX_BOXES && at + 8 <= end && bytes.has(at, 8); count += 1) {
    let length = bytes.uintBE(at, 4);
    const name = bytes.text(at + 4, 4);
    let headerBytes = 8;
    if (length === 1 && bytes.has(at, 16)) {
      length = bytes.uint64BE(at + 8);
      headerBytes = 16;
    } else if (length === 0) {
      length = end - at;
    }
    if (length < headerBytes) return;
    yield { name, contentAt: at + headerBytes, end: Math.min(at + length, end) };
    at += length;
  }
}
