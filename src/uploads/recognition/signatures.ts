import type { ByteWindow } from '../measuring/byte-window.js';
import type { AudioContainerName } from '../../domain/audio-container.js';

/** Bytes that tell what a file is: a text of one character a byte, at a position. */
type Mark = readonly [at: number, text: string];

/** First match first: what the bytes begin with, and what must stand behind it. */
const SIGNATURES: readonly (readonly [AudioContainerName, ...Mark[]])[] = [
  ['wav', [0, 'RIFF'], [8, 'WAVE']],
  ['wav', [0, 'RF64'], [8, 'WAVE']],
  ['wav', [0, 'BW64'], [8, 'WAVE']],
  ['wav', [0, 'RIFX'], [8, 'WAVE']],
  // Sony Wave64: GUIDs that begin with RIFF's names, with 64 bits of length between them.
  [
    'wav',
    [0, 'riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00'],
    [24, 'wave\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a'],
  ],
  ['avi', [0, 'RIFF'], [8, 'AVI ']],
  ['qcp', [0, 'RIFF'], [8, 'QLCM']],
  ['aiff', [0, 'FORM'], [8, 'AIFF']],
  ['aiff', [0, 'FORM'], [8, 'AIFC']],
  ['8svx', [0, 'FORM'], [8, '8SVX']],
  ['flac', [0, 'fLaC']],
  ['ogg', [0, 'OggS']],
  ['caf', [0, 'caff']],
  ['amr', [0, '#!AMR']],
  ['au', [0, '.snd']],
  ['au', [0, 'dns.']],
  ['flv', [0, 'FLV\x01']],
  ['asf', [0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c']],
  ['wv', [0, 'wvpk']],
  ['ape', [0, 'MAC ']],
  ['tta', [0, 'TTA1']],
  ['tta', [0, 'TTA2']],
  ['dsf', [0, 'DSD ']],
  ['voc', [0, 'Creative Voice File\x1a']],
  ['dss', [0, '\x02dss']],
  ['dss', [0, '\x03dss']],
  ['mxf', [0, '\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02']],
  ['aac', [0, 'ADIF']],
  ['mpeg', [0, '\x00\x00\x01\xba']],
];

/** The container whose magic number stands at a position; undefined where none does. */
export function containerBySignature(bytes: ByteWindow, at: number): AudioContainerName | undefined {
  return SIGNATURES.find(([, ...marks]) => marks.every(([offset, text]) => standsAt(bytes, at + offset, text)))?.[0];
}

/** Whether there is this text, of one character a byte. */
export function standsAt(bytes: ByteWindow, at: number, text: string): boolean {
  return bytes.has(at, text.length) && bytes.text(at, text.length) === text;
}
