import { readFileSync } from 'node:fs';
import { measureAudio, type Measure } from '../measure-audio.js';

const mp3 = readFileSync('test/fixtures/audio/vbr-bare.mp3');
const aac = readFileSync('test/fixtures/audio/voice.aac');

function measure(...parts: Buffer[]): Measure {
  const file = Buffer.concat(parts);
  return measureAudio(file, file.length, 'ts');
}
const seconds = (measured: Measure): number | undefined =>
  measured.kind === 'measured' ? measured.seconds : undefined;
const truth = (file: Buffer, container: 'mp3' | 'aac'): number =>
  seconds(measureAudio(file, file.length, container)) ?? 0;

/** The rest of the packet is filled in front of the payload, by an adaptation field. */
function packet(pid: number, isStart: boolean, payload: Buffer): Buffer {
  const stuffing = 184 - payload.length;
  const field = stuffing === 0 ? [] : [stuffing - 1, ...(stuffing > 1 ? [0, ...Array(stuffing - 2).fill(255)] : [])];
  const head = [0x47, (isStart ? 0x40 : 0) | (pid >> 8), pid & 255, stuffing === 0 ? 0x10 : 0x30, ...field];
  return Buffer.concat([Buffer.from(head), payload]);
}
const table = (pid: number, hex: string): Buffer => packet(pid, true, Buffer.from(`00${hex}`, 'hex'));
const pat = table(0, '00b00d0001c100000001f00000000000');
const pmt = (streams: string): Buffer => {
  const length = (13 + streams.length / 2).toString(16).padStart(2, '0');
  return table(0x1000, `02b0${length}0001c10000e100f000${streams}00000000`);
};
const VIDEO = '1be102f000';
/** Of stream 0x101, in packets of PES of 1,000 bytes. */
function sound(file: Buffer, id = 0xc0): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at < file.length; at += 1000) {
    const pes = Buffer.concat([
      Buffer.from([0, 0, 1, id, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1]),
      file.subarray(at, at + 1000),
    ]);
    for (let from = 0; from < pes.length; from += 184) {
      packets.push(packet(0x101, from === 0, pes.subarray(from, from + 184)), packet(0x102, false, Buffer.alloc(184)));
    }
  }
  return packets;
}

describe('MPEG-TS', () => {
  const whole = [pat, pmt(`${VIDEO}03e101f000`), ...sound(mp3)];

  it('counts the frames of the stream that its tables name', () => {
    expect(seconds(measure(...whole))).toBeCloseTo(truth(mp3, 'mp3'), 6);
    const ofAac = measure(pat, pmt(`${VIDEO}0fe101f000`), ...sound(aac));
    expect(seconds(ofAac)).toBeCloseTo(truth(aac, 'aac'), 6);
  });

  it.each([
    [4, 0],
    [0, 16],
  ])('knows packets with %d bytes before and %d behind', (before, behind) => {
    const dressed = whole.map((it) => Buffer.concat([Buffer.alloc(before), it, Buffer.alloc(behind)]));
    expect(seconds(measure(...dressed))).toBeCloseTo(truth(mp3, 'mp3'), 6);
  });

  it('goes on behind damage, and begins inside a packet', () => {
    expect(seconds(measure(Buffer.alloc(77, 1), ...whole, Buffer.alloc(5_000)))).toBeCloseTo(truth(mp3, 'mp3'), 6);
    const middle = 2 * Math.floor(whole.length / 4);
    const damaged = [...whole.slice(0, middle), Buffer.alloc(300, 1), ...whole.slice(middle)];
    expect(seconds(measure(...damaged))).toBeCloseTo(truth(mp3, 'mp3'), 6);
  });

  it('does without tables', () => {
    expect(seconds(measure(...sound(aac)))).toBeCloseTo(truth(aac, 'aac'), 6);
  });

  it('counts the packets of Opus by the headers before them', () => {
    const opus = (flags: string, size: string, rest: string, packetBytes: number): Buffer =>
      Buffer.concat([Buffer.from(`7f${flags}${size}${rest}`, 'hex'), Buffer.alloc(packetBytes, 0x98)]);
    // 20 ms each, but for the last one of 60 ms; 0x98 is one frame of 20 ms.
    const packets = [
      opus('f0', '50', '0138', 80),
      opus('e0', 'ff2e', '', 301),
      opus('f8', '05', '00010002', 5),
      opus('e4', '05', '03aabbcc', 5),
      opus('e0', 'ffff00', '', 510),
      Buffer.from('7fe00118', 'hex'),
    ];
    const file = Buffer.concat(packets);
    const registered = pmt(`${VIDEO}06e101f00605044f707573`);
    expect(seconds(measure(pat, registered, ...sound(file, 0xbd)))).toBeCloseTo(0.16, 6);
    const damaged = Buffer.concat([file, Buffer.alloc(99, 0x7f), file]);
    expect(seconds(measure(pat, registered, ...sound(damaged, 0xbd)))).toBeCloseTo(0.32, 6);
  });

  it('counts LATM, and DTS with what makes it lossless', () => {
    const latm = readFileSync('test/fixtures/media/latm-16k.latm');
    const ofLatm = measure(pat, pmt(`${VIDEO}11e101f000`), ...sound(latm));
    expect(ofLatm).toEqual(measureAudio(latm, latm.length, 'latm'));
    // 512 samples at 48 kHz in 96 bytes, and an extension of 48.
    const core = Buffer.concat([Buffer.from('7ffe8001fc3c05f0b4', 'hex'), Buffer.alloc(87, 1)]);
    const extension = Buffer.concat([Buffer.from('6458202500000005e0', 'hex'), Buffer.alloc(39, 1)]);
    const dts = Buffer.concat(Array.from({ length: 30 }, () => Buffer.concat([core, extension])));
    const ofDts = measure(pat, pmt(`${VIDEO}86e101f000`), ...sound(dts, 0xfd));
    expect(seconds(ofDts)).toBeCloseTo((30 * 512) / 48_000, 6);
  });

  it('knows a film without sound, and does not know every codec', () => {
    expect(measure(pat, pmt(VIDEO), ...sound(aac, 0xe0))).toEqual({ kind: 'empty' });
    expect(measure(pat, pmt('80e101f000'), ...sound(Buffer.alloc(9_000))).kind).toBe('unknown');
  });
});
