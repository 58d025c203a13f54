import { filled, hex, MEGABYTE } from './blocks.js';
import type { HostileFile } from './hostile-file.js';

const EBML = '1a45dfa3 9f 42868101 42f78101 42f28104 42f38108 4282 84 7765626d 42878104 42858102';
const UNKNOWN = '01ffffffffffffff';
const LARGEST = '01fffffffffffffe';
/** A segment without an end, with one track of Opus in it. */
const TRACKS = '1654ae6b 9a ae98 d78101 73c58101 838102 86 86 415f4f505553 e1 85 b58440bb8000'.replaceAll(' ', '');
const HEAD = hex(`${EBML} 18538067 ${UNKNOWN} ${TRACKS}`);
const CLUSTER = `1f43b675 ${UNKNOWN} e78100`;

/** WebM and Matroska. */
export const hostileElements: readonly HostileFile[] = [
  {
    name: 'WebM of 4 MB of empty voids',
    container: 'webm',
    make: () => filled(4 * MEGABYTE, hex('ec80'), hex(`${EBML} 18538067 ${UNKNOWN}`)),
  },
  {
    name: 'WebM of voids in a cluster',
    container: 'webm',
    make: () => filled(4 * MEGABYTE, hex('ec80'), Buffer.concat([HEAD, hex(CLUSTER)])),
  },
  {
    name: 'WebM of segments in segments',
    container: 'webm',
    make: () => filled(2 * MEGABYTE, hex(`18538067 ${UNKNOWN}`), hex(EBML)),
  },
  {
    name: 'WebM of clusters in clusters',
    container: 'webm',
    make: () => filled(2 * MEGABYTE, hex(`1f43b675 ${UNKNOWN}`), HEAD),
  },
  {
    name: 'WebM of groups in groups',
    container: 'webm',
    make: () => filled(2 * MEGABYTE, hex(`a0 ${LARGEST}`), Buffer.concat([HEAD, hex(CLUSTER)])),
  },
  {
    name: 'WebM of blocks without anything',
    container: 'webm',
    make: () => filled(4 * MEGABYTE, hex('a380'), Buffer.concat([HEAD, hex(CLUSTER)])),
  },
  {
    name: 'WebM of blocks without packets',
    container: 'webm',
    make: () => filled(4 * MEGABYTE, hex('a384 81 0000 80'), Buffer.concat([HEAD, hex(CLUSTER)])),
  },
  {
    name: 'WebM of blocks with 256 packets of nothing',
    container: 'webm',
    make: () => filled(4 * MEGABYTE, hex('a385 81 0000 84 ff'), Buffer.concat([HEAD, hex(CLUSTER)])),
  },
  {
    name: 'WebM of blocks whose packets have sizes below zero',
    container: 'webm',
    make: () => filled(2 * MEGABYTE, hex('a38b 81 0000 86 03 81 80 80 80 80 80'), Buffer.concat([HEAD, hex(CLUSTER)])),
  },
  {
    name: 'WebM of Xiph laces without an end',
    container: 'webm',
    make: () => filled(2 * MEGABYTE, hex('ff'), Buffer.concat([HEAD, hex(`${CLUSTER} a3 ${LARGEST} 81 0000 82 ff`)])),
  },
  {
    name: 'WebM with an element of 2^56 bytes',
    container: 'webm',
    make: () => filled(MEGABYTE, hex('00'), Buffer.concat([HEAD, hex(`ec ${LARGEST}`)])),
  },
  {
    name: 'WebM whose tracks have 2^56 bytes',
    container: 'webm',
    make: () => filled(MEGABYTE, hex('ae80'), hex(`${EBML} 18538067 ${UNKNOWN} 1654ae6b ${LARGEST}`)),
  },
  {
    name: 'WebM of half a million tracks',
    container: 'webm',
    make: () => filled(3 * MEGABYTE, hex('ae84 d7820101'), hex(`${EBML} 18538067 ${UNKNOWN} 1654ae6b ${LARGEST}`)),
  },
  {
    name: 'Matroska whose sizes are no sizes',
    container: 'mkv',
    make: () => filled(MEGABYTE, hex('a300'), Buffer.concat([HEAD, hex(CLUSTER)])),
  },
  { name: 'Matroska of 100,000 headers', container: 'mkv', make: () => filled(3 * MEGABYTE, hex(EBML)) },
  {
    name: 'Matroska of times that go back and forth',
    container: 'mkv',
    make: () =>
      filled(
        2 * MEGABYTE,
        hex('e788 7fffffffffffffff a385 81 7fff 80 78 e788 0000000000000000 a385 81 8000 80 78'),
        Buffer.concat([HEAD, hex(CLUSTER)]),
      ),
  },
];
