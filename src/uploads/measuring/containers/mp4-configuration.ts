/** What the descriptor of an elementary stream tells (ISO/IEC 14496-1, 7.2.6.5), as far as it does. */
export interface SoundConfiguration {
  /** `objectTypeIndication`. */
  readonly objectType?: number;
  /** What the decoder is told first; AudioSpecificConfig of AAC. */
  readonly configuration?: Buffer;
}

const TAG = { stream: 3, decoder: 4, decoderSpecific: 5 } as const;
/** Of the stream's identifier and flags, and of the decoder's fields. */
const STREAM_BYTES = 3;
const DECODER_BYTES = 13;

/** @param descriptors the contents of `esds` after its version, or of the cookie of a CAF file */
export function readSoundConfiguration(descriptors: Buffer = Buffer.alloc(0)): SoundConfiguration {
  let rest: Buffer = descriptors;
  let objectType: number | undefined;
  while (rest.length >= 2) {
    const { tag, content, after } = readDescriptor(rest);
    if (tag === TAG.decoderSpecific) return { objectType, configuration: content };
    if (tag === TAG.stream) rest = content.subarray(STREAM_BYTES + optionalBytes(content));
    else if (tag === TAG.decoder) {
      objectType = content[0];
      rest = content.subarray(DECODER_BYTES);
    } else rest = after;
  }
  return { objectType };
}

/** The fields that are there if the flags say so: another stream's identifier, an address, a clock's identifier. */
function optionalBytes(stream: Buffer): number {
  const flags = stream[2] ?? 0;
  const dependsOn = flags & 0x80 ? 2 : 0;
  const address = flags & 0x40 ? 1 + (stream[STREAM_BYTES + dependsOn] ?? 0) : 0;
  return dependsOn + address + (flags & 0x20 ? 2 : 0);
}

function readDescriptor(bytes: Buffer): { tag: number; content: Buffer; after: Buffer } {
  let length = 0;
  let at = 1;
  for (let more = true; more && at < Math.min(5, bytes.length); at += 1) {
    const byte = bytes.readUInt8(at);
    length = length * 128 + (byte & 0x7f);
    more = byte >= 0x80;
  }
  return { tag: bytes.readUInt8(0), content: bytes.subarray(at, at + length), after: bytes.subarray(at + length) };
}
