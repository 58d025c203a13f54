import { readFileSync } from 'node:fs';
import { measureWebmDuration } from './webm-duration.js';

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);

async function* inChunks(bytes: Buffer, chunkBytes = bytes.length): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
}

const UNKNOWN_SIZE = Buffer.from('01ffffffffffffff', 'hex');

function element(id: string, ...content: (Buffer | 'unknown size')[]): Buffer {
  const parts = content.filter((it) => it !== 'unknown size');
  const body = Buffer.concat(parts);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(0x10000000 + body.length);
  return Buffer.concat([Buffer.from(id, 'hex'), parts.length < content.length ? UNKNOWN_SIZE : size, body]);
}

function number(id: string, value: number, bytes = 4): Buffer {
  const content = Buffer.alloc(bytes);
  content.writeUIntBE(value, Math.max(0, bytes - 6), Math.min(bytes, 6));
  return element(id, content);
}

function block(id: 'a3' | 'a1', offset: number, track = 1): Buffer {
  const content = Buffer.from([0x80 + track, 0, 0, 0x80, 1, 2, 3]);
  content.writeInt16BE(offset, 1);
  return element(id, content);
}

const cluster = (timestamp: number, ...blocks: Buffer[]): Buffer =>
  element('1f43b675', 'unknown size', number('e7', timestamp), ...blocks);
const segment = (...content: Buffer[]): Buffer =>
  Buffer.concat([element('1a45dfa3', Buffer.from('junk')), element('18538067', 'unknown size', ...content)]);
const millisecondTicks = element('1549a966', number('2ad7b1', 1_000_000));

describe('measureWebmDuration', () => {
  it.each(['piped.webm', 'live.webm', 'voice.webm', 'voice.mkv'])('measures %s', async (name) => {
    expect(await measureWebmDuration(inChunks(fixture(name)))).toBeCloseTo(2.2, 1);
  });

  it.each([1, 2, 7, 1000])('does not depend on how the bytes are cut: %i at a time', async (chunkBytes) => {
    const whole = await measureWebmDuration(inChunks(fixture('live.webm')));
    expect(await measureWebmDuration(inChunks(fixture('live.webm'), chunkBytes))).toBe(whole);
  });

  it.each<[string, Buffer, number]>([
    [
      'clusters of unknown size',
      segment(millisecondTicks, cluster(0, block('a3', 0)), cluster(5000, block('a3', 900))),
      6.02,
    ],
    ['a last frame as long as the one before', segment(cluster(0, block('a3', 0), block('a3', 60))), 0.12],
    ['a long pause before the last frame', segment(cluster(0, block('a3', 0), block('a3', 9000))), 9.12],
    ['a start that is not zero', segment(cluster(70_000, block('a3', 0), block('a3', 20))), 0.04],
    ['blocks before their cluster', segment(cluster(1000, block('a3', -500), block('a3', 500, 2))), 1],
    [
      'tracks of their own pace',
      segment(cluster(0, block('a3', 0), block('a3', 0, 2), block('a3', 40), block('a3', 99, 2))),
      0.198,
    ],
    ['a stated block length', segment(cluster(0, element('a0', block('a1', 0), number('9b', 250)))), 0.25],
    [
      'another timestamp scale',
      segment(element('1549a966', number('2ad7b1', 100_000, 3)), cluster(0, block('a3', 0), block('a3', 600))),
      0.12,
    ],
    [
      'timestamps of eight bytes',
      segment(cluster(0, block('a3', 0)), element('1f43b675', 'unknown size', number('e7', 3000, 8), block('a3', 0))),
      3.12,
    ],
    [
      'damage after the first second',
      Buffer.concat([segment(cluster(0, block('a3', 0), block('a3', 1000))), Buffer.from([0, 1, 2])]),
      1.12,
    ],
  ])('copes with %s', async (_what, bytes, expected) => {
    const measured = await measureWebmDuration(inChunks(bytes));
    expect(measured).toBeCloseTo(expected, 1);
  });

  it.each<[string, Buffer]>([
    ['only a header', segment(millisecondTicks)],
    ['nothing', Buffer.alloc(0)],
    ['something else', Buffer.from('RIFF....WAVEfmt is not Matroska')],
    ['zeros', Buffer.alloc(100)],
  ])('measures nothing in %s', async (_what, bytes) => {
    expect(await measureWebmDuration(inChunks(bytes))).toBeUndefined();
  });

  it('ends at every cut without an error, and never measures more than there is', async () => {
    const whole = fixture('live.webm');
    let previous = 0;
    for (let length = 0; length < whole.length; length += 13) {
      const measured = (await measureWebmDuration(inChunks(whole.subarray(0, length), 512))) ?? 0;
      expect(measured).toBeGreaterThanOrEqual(previous);
      previous = measured;
    }
    expect(previous).toBeCloseTo(2.2, 1);
  });
});
