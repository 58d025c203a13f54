import { readFileSync } from 'node:fs';
import { opusPacket } from '../../../../test/support/ogg.js';
import { ByteWindow } from '../byte-window.js';
import { StepBudget } from '../step-budget.js';
import { walkCaf } from './caf.js';

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);

function walk(file: Buffer) {
  const steps = new StepBudget(file.length);
  return walkCaf(new ByteWindow(file, file.length, steps), steps);
}

function chunk(name: string, contents: Buffer, length = BigInt(contents.length)): Buffer {
  const header = Buffer.alloc(12);
  header.write(name, 0, 'latin1');
  header.writeBigInt64BE(length, 4);
  return Buffer.concat([header, contents]);
}

interface Made {
  readonly format?: string;
  readonly packetBytes?: number;
  readonly packetSamples?: number;
  readonly channels?: number;
  readonly bits?: number;
}

/** A file of 16,000 samples a second. */
function caf(
  { format = 'lpcm', packetBytes = 2, packetSamples = 1, channels = 1, bits = 16 }: Made,
  ...chunks: readonly Buffer[]
): Buffer {
  const description = Buffer.alloc(32);
  description.writeDoubleBE(16_000, 0);
  description.write(format, 8, 'latin1');
  for (const [index, value] of [0, packetBytes, packetSamples, channels, bits].entries()) {
    description.writeUInt32BE(value, 12 + index * 4);
  }
  return Buffer.concat([Buffer.from('caff\0\x01\0\0', 'latin1'), chunk('desc', description), ...chunks]);
}

const data = (bytes: Buffer, length?: bigint): Buffer => chunk('data', Buffer.concat([Buffer.alloc(4), bytes]), length);
/** Its numbers of samples lie. */
function pakt(count: number, sizes: readonly number[]): Buffer {
  const header = Buffer.alloc(24, 0x7f);
  header.writeBigInt64BE(BigInt(count), 0);
  const numbers = sizes.flatMap((size) => (size < 128 ? [size] : [0x80 + (size >> 7), size & 0x7f]));
  return chunk('pakt', Buffer.concat([header, Buffer.from(numbers)]));
}
const opus = { format: 'opus', packetBytes: 0, packetSamples: 960 };
const threePackets = Buffer.concat([opusPacket(), opusPacket(300), opusPacket(40)]);

describe('walkCaf', () => {
  it('counts the samples of a file', () => {
    expect(walk(fixture('voice.caf'))).toMatchObject({ method: 'counted', codec: 'pcm' });
    expect(walk(fixture('voice.caf'))?.seconds).toBeCloseTo(2.2, 3);
  });

  it.each<[string, Buffer, number | undefined]>([
    ['a length that is not known', caf({}, data(Buffer.alloc(32_000), -1n)), 1],
    ['a length that lies', caf({}, data(Buffer.alloc(32_000), 9_999_999n)), 1],
    ['a cut', caf({}, data(Buffer.alloc(32_000))).subarray(0, -16_000), 0.5],
    ['two channels of 24 bits', caf({ channels: 2, bits: 24, packetBytes: 6 }, data(Buffer.alloc(96_000))), 1],
    [
      'IMA ADPCM',
      caf({ format: 'ima4', packetBytes: 34, packetSamples: 64, bits: 0 }, data(Buffer.alloc(34 * 250))),
      1,
    ],
    ['packets and a table', caf(opus, data(threePackets), pakt(3, [20, 300, 40])), 0.06],
    ['a table in front', caf(opus, pakt(3, [20, 300, 40]), data(threePackets)), 0.06],
    [
      'a table of more than there is',
      caf(opus, pakt(2 ** 40, [20, 300, 40, 40]), data(threePackets.subarray(0, -1))),
      0.04,
    ],
    ['a table of less', caf(opus, pakt(2, [20, 300, 40]), data(threePackets)), 0.04],
    [
      'samples in the table, too',
      caf({ ...opus, packetSamples: 0 }, pakt(3, [20, 960, 300, 960, 40, 960]), data(threePackets)),
      0.06,
    ],
    ['packets without a table', caf(opus, data(threePackets)), undefined],
    ['a codec that nobody knows', caf({ format: 'QDM2' }, data(Buffer.alloc(1000))), undefined],
    ['no sound', caf({}, data(Buffer.alloc(0))), 0],
    ['no description', Buffer.from('caff\0\x01\0\0', 'latin1'), undefined],
  ])('measures a file with %s', (_, file, seconds) => {
    const measured = walk(file)?.seconds;
    if (seconds === undefined) expect(measured).toBeUndefined();
    else expect(measured).toBeCloseTo(seconds, 5);
  });
});
