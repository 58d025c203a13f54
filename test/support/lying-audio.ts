/** An Ogg file whose last page claims to end at another granule, by its 64 bits. */
export function withLastGranule(ogg: Buffer, granule: bigint): Buffer {
  const patched = Buffer.from(ogg);
  patched.writeBigInt64LE(BigInt.asIntN(64, granule), patched.lastIndexOf('OggS') + 6);
  return patched;
}

/** An Ogg file of Opus that says that it is something else, so that nobody knows how long its packets play. */
export function ofUnknownCodec(ogg: Buffer): Buffer {
  const patched = Buffer.from(ogg);
  patched.write('Unheard', ogg.indexOf('OpusHead'), 'latin1');
  return patched;
}

/** A WebM or Matroska file whose header claims another duration, in ticks (milliseconds, as a rule). */
export function withSegmentDuration(webm: Buffer, ticks: number): Buffer {
  const patched = Buffer.from(webm);
  const at = patched.indexOf(Buffer.from('448988', 'hex'));
  if (at === -1) throw new Error('the file has no Duration of eight bytes');
  patched.writeDoubleBE(ticks, at + 3);
  return patched;
}

/** An AIFF file whose `COMM` chunk claims another number of samples of each channel. */
export function withSampleFrames(aiff: Buffer, frames: number): Buffer {
  return withUInt32After(aiff, 'COMM', 10, frames);
}

/** An MP3 file whose Xing header claims another number of frames. */
export function withXingFrames(mp3: Buffer, frames: number): Buffer {
  return withUInt32After(mp3, mp3.includes('Xing') ? 'Xing' : 'Info', 8, frames);
}

function withUInt32After(file: Buffer, mark: string, offset: number, value: number): Buffer {
  const at = file.indexOf(mark, 0, 'latin1');
  if (at === -1) throw new Error(`the file has no ${mark}`);
  const patched = Buffer.from(file);
  patched.writeUInt32BE(value, at + offset);
  return patched;
}

/** A WebM file of elements without contents, two bytes each: a parser is busy with it for minutes. */
export function busyWebm(sizeBytes: number): Buffer {
  const head = '1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581021853806701ffffffffffffff';
  return Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(sizeBytes, Buffer.from('ec80', 'hex'))]);
}

/** A FLAC file whose `VORBIS_COMMENT` has this many tiny comments, which is a matter of minutes for a parser, too. */
export function busyFlac(flac: Buffer, comments: number): Buffer {
  const list = Buffer.alloc(comments * 7, Buffer.from('\x03\0\0\0A=B', 'latin1'));
  const counts = Buffer.alloc(8);
  counts.writeUInt32LE(comments, 4);
  const header = Buffer.alloc(4);
  header.writeUInt32BE(counts.length + list.length, 0);
  header.writeUInt8(0x84, 0);
  // The magic and STREAMINFO, no longer the last of its kind, before; what follows it is left out.
  const streamInfo = Buffer.from(flac.subarray(0, 42));
  streamInfo.writeUInt8(0, 4);
  return Buffer.concat([streamInfo, header, counts, list]);
}

/** The boxes of an MP4 file that hold the header of its sound. */
const PARENTS = ['moov', 'trak', 'mdia'];

/** An MP4 file whose `mdhd` claims another duration, in 32 bits as it was, or in 64 where it needs them. */
export function withMediaDuration(mp4: Buffer, duration: bigint): Buffer {
  const name = mp4.indexOf('mdhd', 0, 'latin1');
  const patched = Buffer.from(mp4);
  if (duration <= 0xffffffffn) {
    patched.writeUInt32BE(Number(duration), name + 20);
    return patched;
  }
  // Version 1 has two times and the duration with four bytes more each.
  const header = Buffer.alloc(36);
  header.writeUInt8(1, 0);
  mp4.copy(header, 20, name + 16, name + 20);
  header.writeBigUInt64BE(duration, 24);
  for (const parent of PARENTS) {
    const at = patched.lastIndexOf(parent, name, 'latin1') - 4;
    patched.writeUInt32BE(patched.readUInt32BE(at) + 12, at);
  }
  patched.writeUInt32BE(patched.readUInt32BE(name - 4) + 12, name - 4);
  return Buffer.concat([patched.subarray(0, name + 4), header, patched.subarray(name + 28)]);
}

/** Puts the samples of a WAV file into one of the long relatives of WAV. */
export function inLongWav(wav: Buffer, kind: 'RF64' | 'BW64' | 'W64', declaredDataBytes?: bigint): Buffer {
  const format = wav.subarray(20, 36);
  const samples = wav.subarray(44);
  const dataBytes = declaredDataBytes ?? BigInt(samples.length);
  if (kind === 'W64') {
    const chunk = (guid: string, length: bigint, contents: Buffer) => {
      const header = Buffer.alloc(24);
      header.write(guid.slice(0, 4), 0, 'latin1');
      header.write(guid.slice(4), 4, 'hex');
      header.writeBigUInt64LE(BigInt.asUintN(64, length + 24n), 16);
      return Buffer.concat([header, contents]);
    };
    const id = 'f3acd3118cd100c04f8edb8a';
    const wave = Buffer.concat([Buffer.from('wave', 'latin1'), Buffer.from(id, 'hex')]);
    return Buffer.concat([
      chunk('riff2e91cf11a5d628db04c10000', BigInt(16 + 24 + 16 + 24 + samples.length), wave),
      chunk(`fmt ${id}`, 16n, format),
      chunk(`data${id}`, dataBytes, samples),
    ]);
  }
  const sizes = Buffer.alloc(28);
  sizes.writeBigUInt64LE(BigInt(samples.length + 72), 0);
  sizes.writeBigUInt64LE(dataBytes, 8);
  const chunk = (name: string, length: number, contents: Buffer) => {
    const header = Buffer.alloc(8);
    header.write(name, 0, 'latin1');
    header.writeUInt32LE(length, 4);
    return Buffer.concat([header, contents]);
  };
  return Buffer.concat([
    chunk(kind, 0xffffffff, Buffer.from('WAVE', 'latin1')),
    chunk('ds64', sizes.length, sizes),
    chunk('fmt ', format.length, format),
    chunk('data', 0xffffffff, samples),
  ]);
}
