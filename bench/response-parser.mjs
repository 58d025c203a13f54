// Where an HTTP/1.1 answer ends, and nothing more: what the load generator spends on an answer is not spent on the gateways.

/** Follows one connection's answers: `onAnswer(status)` at the end of each, `onChunk(bytes)` for what belongs to a body. */
export class ResponseParser {
  #pending = Buffer.alloc(0);
  #status = 0;
  /** What is left of the body, or of the chunk; undefined = the head, or the next chunk's size, comes first. */
  #left;
  #isChunked = false;
  #isLastChunk = false;

  constructor({ onAnswer, onChunk = () => undefined }) {
    this.onAnswer = onAnswer;
    this.onChunk = onChunk;
  }

  push(bytes) {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (this.#step());
  }

  #step() {
    if (this.#left !== undefined) return this.#readBody();
    if (this.#isChunked) return this.#readChunkSize();
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end === -1) return false;
    const head = this.#pending.toString('latin1', 0, end).toLowerCase();
    this.#pending = this.#pending.subarray(end + 4);
    this.#status = Number(head.slice(9, 12));
    this.#isChunked = head.includes('\r\ntransfer-encoding: chunked');
    this.#isLastChunk = false;
    if (!this.#isChunked) this.#left = Number(/\r\ncontent-length: *(\d+)/.exec(head)?.[1] ?? 0);
    return true;
  }

  #readChunkSize() {
    const end = this.#pending.indexOf('\r\n');
    if (end === -1) return false;
    const size = Number.parseInt(this.#pending.toString('latin1', 0, end), 16);
    this.#pending = this.#pending.subarray(end + 2);
    this.#isLastChunk = size === 0;
    // A chunk ends with an empty line.
    this.#left = size + 2;
    return true;
  }

  #readBody() {
    const there = Math.min(this.#left, this.#pending.length);
    if (there > 0) this.onChunk(this.#pending.subarray(0, there));
    this.#pending = this.#pending.subarray(there);
    this.#left -= there;
    if (this.#left > 0) return false;
    this.#left = undefined;
    if (this.#isChunked && !this.#isLastChunk) return true;
    this.#isChunked = false;
    this.onAnswer(this.#status);
    return this.#pending.length > 0;
  }
}
