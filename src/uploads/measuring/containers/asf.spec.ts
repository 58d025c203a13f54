import { measureAudio } from '../measure-audio.js';

const PACKET_BYTES = 200;
const BLOCK_BYTES = 160;

function object(guid: string, contents: Buffer): Buffer {
  const head = Buffer.alloc(24);
  head.write(guid, 'hex');
  head.writeUInt32LE(24 + contents.length, 16);
  return Buffer.concat([head, contents]);
}

function header(codec: number, declaredSeconds: number, flags = 1): Buffer {
  const file = Buffer.alloc(80);
  file.writeBigUInt64LE(BigInt((declaredSeconds + 3) * 1e7), 40);
  file.writeUInt32LE(3_000, 56);
  file.writeUInt32LE(PACKET_BYTES, 72);
  const stream = Buffer.alloc(82);
  stream.write('409e69f84d5bcf11a8fd00805f5c442b', 'hex');
  stream.writeUInt32LE(28, 40);
  stream.writeUInt16LE(1, 48);
  const format = stream.subarray(54);
  format.writeUInt16LE(codec, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(16_000, 4);
  format.writeUInt16LE(BLOCK_BYTES, 12);
  format.writeUInt16LE(16, 14);
  format.writeUInt16LE(flags, 22);
  const objects = [
    Buffer.alloc(6),
    object('a1dcab8c47a9cf118ee400c00c205365', file),
    object('9107dcb7b7a9cf118ee600c00c205365', stream),
  ];
  const data = Buffer.alloc(50);
  data.write('3626b2758e66cf11a6d900aa0062ce6c', 'hex');
  return Buffer.concat([object('3026b2758e66cf11a6d900aa0062ce6c', Buffer.concat(objects)), data]);
}

/** One payload with one media object, the first byte of which says of Windows Media Audio how many frames end in it. */
function packet(number: number, timeMs: number, first = 0): Buffer {
  const bytes = Buffer.alloc(PACKET_BYTES);
  // Error correction, a byte of padding length, fields of 8, 32 and 8 bits.
  bytes.write('820000085d', 'hex');
  bytes.writeUInt8(PACKET_BYTES - 27 - BLOCK_BYTES, 5);
  bytes.writeUInt8(1, 12);
  bytes.writeUInt8(number % 256, 13);
  bytes.writeUInt8(8, 18);
  bytes.writeUInt32LE(BLOCK_BYTES, 19);
  bytes.writeUInt32LE(timeMs, 23);
  bytes.writeUInt8(first, 27);
  return bytes;
}

function packets(count: number, first = 0): Buffer[] {
  return Array.from({ length: count }, (_, number) => packet(number, 3_000 + 32 * number, first));
}

function measure(...parts: Buffer[]) {
  const file = Buffer.concat(parts);
  const measured = measureAudio(file, file.length, 'asf');
  return measured.kind === 'measured' ? [measured.method, Number(measured.seconds.toFixed(3))] : measured.kind;
}

const [WMA2, WMA_PRO, PCM] = [0x161, 0x162, 1] as const;
const cut = Buffer.concat(packets(100)).subarray(0, 50.5 * PACKET_BYTES);

describe('ASF', () => {
  it.each<[string, Buffer[], unknown]>([
    ['counts WMA', [header(WMA2, 99), ...packets(101)], ['counted', 3.2]],
    ['counts several frames of WMA in a packet', [header(WMA2, 99, 3), ...packets(101, 0x14)], ['counted', 12.864]],
    ['counts what is there', [header(WMA2, 3.2), cut], ['counted', 1.568]],
    ['counts samples', [header(PCM, 99), ...packets(100)], ['counted', 0.5]],
    ['goes by times', [header(WMA_PRO, 99), ...packets(100)], ['timed', 3.2]],
    ['goes by the header near them', [header(WMA_PRO, 3.18), ...packets(100)], ['timed', 3.18]],
    [
      'leaves out a time that is a lie',
      [header(WMA_PRO, 99), ...packets(50), packet(50, 2 ** 32 - 1), ...packets(50)],
      ['timed', 3.167],
    ],
    ['finds nothing in a header', [header(WMA2, 99)], 'unknown'],
  ])('%s', (_, parts, expected) => {
    expect(measure(...parts)).toEqual(expected);
  });
});
