/** Recordings of any length, of packets that hold nothing: what a long upload is for whoever looks into it. */
export const longRecordings: Readonly<Record<string, (seconds: number) => Buffer>> = {
  mp3: longMp3,
  aac: longAac,
  ogg: longOgg,
  webm: longWebm,
  wav: longWav,
};

/** Of so many equal parts; the last may end early. */
function repeated(part: Buffer, count: number): Buffer {
  return Buffer.alloc(part.length * Math.round(count), part);
}

function hex(text: string, lengthBytes = 0): Buffer {
  const bytes = Buffer.from(text.replaceAll(' ', ''), 'hex');
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, lengthBytes - bytes.length))]);
}

/** MPEG-2 layer III at 8 kbit/s: frames of 36 bytes, each of 576 samples at 16 kHz. */
function longMp3(seconds: number): Buffer {
  return repeated(hex('fff318c0', 36), (seconds * 16_000) / 576);
}

/** ADTS: frames of 60 bytes, each of 1024 samples at 16 kHz. */
function longAac(seconds: number): Buffer {
  return repeated(hex('fff160400783fc', 60), (seconds * 16_000) / 1024);
}

/** GSM 6.10: blocks of 65 bytes, each of 320 samples at 8 kHz. */
function longWav(seconds: number): Buffer {
  const samples = Buffer.alloc(Math.round((seconds * 8_000) / 320) * 65);
  const header = Buffer.alloc(48);
  header.write('RIFF    WAVEfmt ', 'latin1');
  header.writeUInt32LE(40 + samples.length, 4);
  header.writeUInt32LE(20, 16);
  header.writeUInt16LE(0x31, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(1_625, 28);
  header.writeUInt16LE(65, 32);
  header.writeUInt16LE(2, 36);
  header.writeUInt16LE(320, 38);
  header.write('data', 40, 'latin1');
  header.writeUInt32LE(samples.length, 44);
  return Buffer.concat([header, samples]);
}

const PACKETS_A_SECOND = 50;
/** 20 ms of Opus in narrow band. */
const OPUS_PACKET = hex('08', 20);
const OPUS_HEAD = Buffer.from('OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0', 'latin1');

/** Opus: a page a second, and a packet every 20 ms. */
function longOgg(seconds: number): Buffer {
  const tags = Buffer.from('OpusTags\0\0\0\0\0\0\0\0', 'latin1');
  const packets = Array<Buffer>(PACKETS_A_SECOND).fill(OPUS_PACKET);
  const pages = Array.from({ length: seconds }, (_, index) =>
    oggPage(packets, { flags: index === seconds - 1 ? 4 : 0, granule: (index + 1) * 48_000, sequence: index + 2 }),
  );
  return Buffer.concat([
    oggPage([OPUS_HEAD], { flags: 2, granule: 0, sequence: 0 }),
    oggPage([tags], { flags: 0, granule: 0, sequence: 1 }),
    ...pages,
  ]);
}

function oggPage(
  packets: readonly Buffer[],
  { flags, granule, sequence }: { readonly flags: number; readonly granule: number; readonly sequence: number },
): Buffer {
  const head = Buffer.alloc(27);
  head.write('OggS', 'latin1');
  head.writeUInt8(flags, 5);
  head.writeBigUInt64LE(BigInt(granule), 6);
  head.writeUInt32LE(1, 14);
  head.writeUInt32LE(sequence, 18);
  head.writeUInt8(packets.length, 26);
  const page = Buffer.concat([head, Buffer.from(packets.map(({ length }) => length)), ...packets]);
  page.writeUInt32LE(oggChecksum(page), 22);
  return page;
}

const CRC = Array.from({ length: 256 }, (_, index) => {
  let remainder = index << 24;
  for (let bit = 0; bit < 8; bit += 1) remainder = (remainder << 1) ^ (remainder < 0 ? 0x04c11db7 : 0);
  return remainder;
});

function oggChecksum(page: Buffer): number {
  return page.reduce((sum, byte) => (sum << 8) ^ (CRC[((sum >>> 24) ^ byte) & 0xff] ?? 0), 0) >>> 0;
}

/** Opus, as a browser records it: clusters of a second whose size is not known, and no duration. */
function longWebm(seconds: number): Buffer {
  const header = element('1a45dfa3', element('4282', Buffer.from('webm')));
  const track = element(
    'ae',
    element('d7', hex('01')),
    element('73c5', hex('01')),
    element('83', hex('02')),
    element('86', Buffer.from('A_OPUS')),
    element('63a2', OPUS_HEAD),
  );
  const blocks = Array.from({ length: PACKETS_A_SECOND }, (_, index) => {
    const place = Buffer.from([0x81, 0, 0, 0x80]);
    place.writeInt16BE((1_000 / PACKETS_A_SECOND) * index, 1);
    return element('a3', place, OPUS_PACKET);
  });
  const clusters = Array.from({ length: seconds }, (_, index) => {
    const time = Buffer.alloc(4);
    time.writeUInt32BE(index * 1_000);
    return Buffer.concat([hex('1f43b67501ffffffffffffff'), element('e7', time), ...blocks]);
  });
  return Buffer.concat([
    header,
    hex('1853806701ffffffffffffff'),
    element('1549a966', element('2ad7b1', hex('0f4240'))),
    element('1654ae6b', track),
    ...clusters,
  ]);
}

function element(id: string, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(0x10000000 + body.length);
  return Buffer.concat([hex(id), size, body]);
}
