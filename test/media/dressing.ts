/** With an ID3v2.3 tag in front that holds a picture of so many bytes, in which headers of frames are likely. */
export function withId3v2(file: Buffer, pictureBytes: number): Buffer {
  const about = Buffer.from('\0image/jpeg\0\x03\0', 'latin1');
  const picture = Buffer.alloc(pictureBytes, Buffer.from('ffd8fffb50c4123456ff', 'hex'));
  const frame = Buffer.alloc(10);
  frame.write('APIC', 'latin1');
  frame.writeUInt32BE(about.length + picture.length, 4);
  const sizeBytes = frame.length + about.length + picture.length;
  const head = Buffer.from('ID3\x03\0\0\0\0\0\0', 'latin1');
  writeSynchsafe(head, sizeBytes, 6);
  return Buffer.concat([head, frame, about, picture, file]);
}

/** Seven bits a byte, so that no size looks like the header of a frame. */
export function writeSynchsafe(to: Buffer, value: number, at: number): void {
  for (let index = 0; index < 4; index += 1) to.writeUInt8((value >> (7 * (3 - index))) & 0x7f, at + index);
}

/** With the 128 bytes of an ID3v1 tag behind. */
export function withId3v1(file: Buffer): Buffer {
  const tag = Buffer.alloc(128);
  tag.write('TAGinterview', 'latin1');
  return Buffer.concat([file, tag]);
}

/** With an APEv2 tag behind, with a header and a footer, that holds one item of so many bytes. */
export function withApeTag(file: Buffer, itemBytes: number): Buffer {
  const item = Buffer.alloc(8 + 'Cover Art (Front)'.length + 1 + itemBytes, 0xfb);
  item.writeUInt32LE(itemBytes, 0);
  item.writeUInt32LE(2, 4);
  item.write('Cover Art (Front)\0', 8, 'latin1');
  const border = (flags: number): Buffer => {
    const bytes = Buffer.alloc(32);
    bytes.write('APETAGEX', 'latin1');
    bytes.writeUInt32LE(2000, 8);
    bytes.writeUInt32LE(item.length + 32, 12);
    bytes.writeUInt32LE(1, 16);
    bytes.writeUInt32LE(flags, 20);
    return bytes;
  };
  return Buffer.concat([file, border(0xa0000000), item, border(0x80000000)]);
}

/** With a frame in front that holds Fraunhofer's VBRI header, of a file that begins with a frame of 44.1 kHz, mono. */
export function withVbri(file: Buffer): Buffer {
  const frame = Buffer.alloc(417);
  file.copy(frame, 0, 0, 4);
  // 128 kbit/s without padding, which makes 417 bytes.
  frame.writeUInt8(0x90, 2);
  frame.write('VBRI', 36, 'latin1');
  frame.writeUInt16BE(1, 40);
  frame.writeUInt32BE(file.length, 46);
  frame.writeUInt32BE(500, 50);
  return Buffer.concat([frame, file]);
}
