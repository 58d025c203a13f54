import { evenBytes, evenPackets, type PacketMeter } from './packet-meter.js';

/** In hertz, by the two bits of a tag of sound (Adobe Flash Video File Format Specification 10.1, E.4.2.1). */
const RATES = [5_512, 11_025, 22_050, 44_100] as const;
/** The formats by their numbers in the same table. */
const FORMAT = {
  pcm: 0,
  adpcm: 1,
  pcmLittleEndian: 3,
  nellymoser16k: 4,
  nellymoser8k: 5,
  nellymoser: 6,
  alaw: 7,
  mulaw: 8,
  speex: 11,
} as const;
const NELLYMOSER = { bytes: 64, samples: 256 } as const;
const SPEEX_PACKET_SECONDS = 0.02;
/** A block of ADPCM has a sample in its header, and so many behind it. */
const ADPCM_BLOCK_CODES = 4095;
const ADPCM_HEADER_BITS = 22;

/**
 * The formats of sound that only Flash has, or that it describes by a byte of its own.
 * @param flags the first byte of a tag of sound
 * @returns undefined where it is another format
 */
export function flashPackets(flags: number): PacketMeter | undefined {
  const rate = RATES[((flags >> 2) & 3) as 0 | 1 | 2 | 3];
  const sampleBytes = (flags & 2) === 0 ? 1 : 2;
  const channels = (flags & 1) + 1;
  switch (flags >> 4) {
    case FORMAT.pcm:
    case FORMAT.pcmLittleEndian:
      return evenBytes('pcm', sampleBytes * channels, 1 / rate);
    case FORMAT.adpcm:
      return flashAdpcmPackets(rate, channels);
    case FORMAT.nellymoser16k:
      return evenBytes('nellymoser', NELLYMOSER.bytes, NELLYMOSER.samples / 16_000);
    case FORMAT.nellymoser8k:
      return evenBytes('nellymoser', NELLYMOSER.bytes, NELLYMOSER.samples / 8_000);
    case FORMAT.nellymoser:
      return evenBytes('nellymoser', NELLYMOSER.bytes, NELLYMOSER.samples / rate);
    case FORMAT.alaw:
      return evenBytes('alaw', channels, 1 / 8_000);
    case FORMAT.mulaw:
      return evenBytes('mulaw', channels, 1 / 8_000);
    case FORMAT.speex:
      return evenPackets('speex', SPEEX_PACKET_SECONDS);
    default:
      return undefined;
  }
}

/** ADPCM of Flash: two bits tell how long the codes of a packet are (SWF File Format Specification 19, "ADPCM sound data"). */
export function flashAdpcmPackets(rate: number, channels: number): PacketMeter {
  return {
    codec: 'adpcm',
    headBytes: 1,
    secondsOf(head, sizeBytes) {
      const codeBits = channels * (((head[0] ?? 0) >> 6) + 2);
      const headerBits = channels * ADPCM_HEADER_BITS;
      const blockBits = headerBits + ADPCM_BLOCK_CODES * codeBits;
      const bits = sizeBytes * 8 - 2;
      const blocks = Math.floor(bits / blockBits);
      const rest = bits - blocks * blockBits - headerBits;
      const samples = blocks * (ADPCM_BLOCK_CODES + 1) + (rest >= 0 ? 1 + Math.floor(rest / codeBits) : 0);
      return samples / rate;
    },
  };
}
