const BYTES_PER_FLOAT = 4;

/** Turns Mistral's `pcm`, floats of 32 bits between -1 and 1, into OpenAI's, integers of 16 bits, piece by piece. */
export class IntegerSamples {
  private rest: Buffer = Buffer.alloc(0);

  /** The samples that are complete with this piece; may be empty. */
  add(piece: Buffer): Buffer {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, piece]) : piece;
    const count = Math.floor(bytes.length / BYTES_PER_FLOAT);
    const samples = Buffer.alloc(count * 2);
    for (let index = 0; index < count; index += 1) {
      const value = bytes.readFloatLE(index * BYTES_PER_FLOAT);
      const bounded = Number.isNaN(value) ? 0 : Math.max(-1, Math.min(1, value));
      samples.writeInt16LE(Math.round(bounded * 32_767), index * 2);
    }
    this.rest = bytes.subarray(count * BYTES_PER_FLOAT);
    return samples;
  }
}
