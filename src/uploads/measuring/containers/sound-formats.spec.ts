import { measureAudio } from '../measure-audio.js';

function dsf(samples: number, dataBytes: number): Buffer {
  const file = Buffer.alloc(92 + dataBytes);
  file.write('DSD ', 'latin1');
  file.writeUInt32LE(2, 52);
  file.writeUInt32LE(2_822_400, 56);
  file.writeUInt32LE(samples, 64);
  return file;
}

function iff(compression: number, bodyBytes: number, length = bodyBytes): Buffer {
  const head = Buffer.alloc(48);
  head.write('FORM', 0, 'latin1');
  head.write('8SVXVHDR', 8, 'latin1');
  head.writeUInt32BE(20, 16);
  head.writeUInt16BE(8_000, 32);
  head.writeUInt8(compression, 35);
  head.write('BODY', 40, 'latin1');
  head.writeUInt32BE(length, 44);
  return Buffer.concat([head, Buffer.alloc(bodyBytes)]);
}

describe('sound of old computers and of DSD', () => {
  it.each([
    ['DSF without what fills its last block', 'dsf', dsf(2_822_400, 706_560), 1],
    ['DSF whose number of samples is a lie', 'dsf', dsf(9, 705_600), 1],
    ['DSF that was cut off', 'dsf', dsf(2_822_400, 352_800), 0.5],
    ['8SVX', '8svx', iff(0, 16_000), 2],
    ['8SVX that was cut off', '8svx', iff(0, 4_000, 16_000), 0.5],
    ['8SVX of differences', '8svx', iff(1, 8_000), 2],
  ] as const)('measures %s', (_, container, file, seconds) => {
    expect(measureAudio(file, file.length, container)).toEqual({ kind: 'measured', seconds, method: 'counted' });
  });
});
