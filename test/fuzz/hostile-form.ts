import { readFileSync } from 'node:fs';
import { makeWav } from '../support/audio.js';

/** A request as bytes: what a client sends that means well, and has been changed at a few places. */
export interface HostileRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const BOUNDARY = 'fuzz-boundary-5c1d';
const AUDIO = makeWav({ durationSeconds: 0.2, toneHz: 440, sampleRate: 8000 });
const recordings = [
  'cbr.mp3',
  'id3.mp3',
  'voice.m4a',
  'fragmented.mp4',
  'opus.ogg',
  'live.webm',
  'voice.flac',
  'voice.caf',
];
const files: readonly Buffer[] = [
  AUDIO,
  ...recordings.map((name) => readFileSync(`test/fixtures/audio/${name}`)),
  Buffer.alloc(0),
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  Buffer.from('RIFF\xff\xff\xff\xffWAVE', 'latin1'),
  Buffer.from('<html><body>no audio</body></html>'),
];

const names = [
  ['language', 'languages', 'languages[]', 'prompt', 'response_format', 'temperature', 'timestamp_granularities[]'],
  ['timestamp_granularities', 'include[]', 'include', 'stream', 'chunking_strategy', 'chunking_strategy[type]'],
  ['chunking_strategy[threshold]', 'keywords[]', 'keywords', 'known_speaker_names[]', 'known_speaker_references[]'],
  ['fallbacks', 'timeout', 'mock_testing_fallbacks', 'drop_params', 'url', 'user', 'metadata', 'api_key', 'api_base'],
  ['diarize', 'smart_format', 'keyterm', 'detect_language', 'num_speakers', 'tag_audio_events', 'speaker_labels'],
  ['punctuate', 'vad_model', 'file', 'model', '__proto__', 'constructor', 'x[', '[]', '[0]', '', 'ä', 'x\0', 'a;b="c'],
].flat();
const values: readonly (string | Buffer)[] = [
  ['', ' ', '0', '1', '-1', '0.5', '1e400', '1e-400', 'NaN', 'Infinity', '0x10', '٣', '1.', '.', '+1', '1_000'],
  ['true', 'false', 'null', 'undefined', 'True', 'constructor', '__proto__', 'toString', 'auto', 'none'],
  ['json', 'text', 'srt', 'vtt', 'verbose_json', 'diarized_json', 'word', 'segment', 'logprobs', 'en', 'en-US', 'EN'],
  ['deu', 'English', 'xx-', '-', 'en_US_x', 'whisper', 'gpt4o', 'nothing', 'whisper,gpt4o', ',,,', 'a'.repeat(300)],
  [
    '[]',
    '[[]]',
    '[1]',
    '["word"]',
    '["a","b"]',
    String.raw`["\u0000"]`,
    String.raw`["\ud800"]`,
    '{"a":',
    '{}',
    '[null]',
  ],
  ['{"type":"server_vad"}', '{"type":"server_vad","threshold":"x"}', '{"__proto__":{"type":"server_vad"}}', '"auto"'],
  [
    'http://127.0.0.1:1/',
    'https://[::1',
    'file:///etc/passwd',
    'https://a.example/x.wav',
    'data:audio/wav;base64,UklGRg==',
  ],
  ['\0', 'a\0b', '\u202e', '\ufffe', '😀', '\r\n', 'a\r\nb', '<b>', '../../x', "'; DROP TABLE request_log; --", '%00'],
  ['0'.repeat(3000), `${'0'.repeat(3000)}x`, '/'.repeat(3000), '['.repeat(3000), 'p'.repeat(66_000)],
  Buffer.from('ff fe c0 80 ed a0 80'.replaceAll(' ', ''), 'hex'),
  Buffer.from('\ud800', 'utf16le'),
].flat();
const filenames = [
  'speech.wav',
  '',
  'a.exe',
  '.',
  '../../etc/passwd',
  'ä 😀.mp3',
  'x\0.wav',
  'a'.repeat(500),
  'con:x;y="z',
];
const types = [
  ['application/octet-stream', 'audio/wav', 'text/plain; charset=utf-16le', 'text/plain; charset=latin1'],
  ['text/plain; charset=nothing', 'multipart/mixed; boundary=x', 'x', ''],
].flat();
const headers: readonly Readonly<Record<string, string>>[] = [
  { 'x-auricle-timeout-ms': '1' },
  { 'x-auricle-timeout-ms': '0' },
  { 'x-auricle-timeout-ms': '99999999999' },
  { 'x-auricle-timeout-ms': 'soon' },
  { 'content-type': 'multipart/form-data' },
  { 'content-type': `multipart/form-data; boundary="${BOUNDARY}"` },
  { 'content-type': 'multipart/form-data; boundary=' },
  { 'content-type': 'multipart/form-data; boundary=other' },
  { 'content-type': 'application/json' },
  { 'content-type': `MULTIPART/FORM-DATA; Boundary=${BOUNDARY}; charset=x` },
  { 'user-agent': 'x'.repeat(2000) },
  { 'user-agent': '\u00e4\u00ff' },
  { 'x-forwarded-for': '1.2.3.4, unknown' },
  { 'content-encoding': 'gzip' },
  { expect: '100-continue' },
];

/** Makes requests, the same from the same random numbers. */
export class HostileForms {
  constructor(
    private readonly random: () => number,
    private readonly models: readonly string[],
  ) {}

  /** The next request: a form that would be answered, with a few changes to its parts, its bytes and its headers. */
  next(): HostileRequest {
    const parts = [this.part('model', this.pick(this.models)), this.file()];
    for (let count = this.upTo(4); count > 0; count -= 1) this.changeParts(parts);
    let body: Buffer = Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
    for (let count = this.oneIn(3) ? this.upTo(3) : 0; count > 0; count -= 1) body = this.changeBytes(body);
    return {
      path: `${this.oneIn(2) ? '/v1' : ''}/audio/${this.oneIn(4) ? 'translations' : 'transcriptions'}`,
      headers: {
        'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
        ...(this.oneIn(5) && this.pick(headers)),
        'content-length': String(Math.max(body.length + (this.oneIn(20) ? this.upTo(200) - 100 : 0), 0)),
      },
      body,
    };
  }

  private changeParts(parts: Buffer[]): void {
    const at = this.upTo(parts.length);
    const change = this.upTo(8);
    if (change < 5) parts.splice(at, 0, this.part(this.pick(names), this.pick(values)));
    else if (change === 5) parts.splice(at, 1);
    else if (change === 6) parts.splice(at, 0, ...parts.slice(at, at + 1));
    else
      for (let count = this.upTo(230); count > 0; count -= 1)
        parts.push(this.part(this.pick(names), this.pick(['a', ''])));
  }

  private changeBytes(body: Buffer): Buffer {
    const from = this.upTo(body.length);
    const to = Math.min(from + this.upTo(40), body.length);
    const [before, cut, after] = [body.subarray(0, from), body.subarray(from, to), body.subarray(to)];
    const noise = Buffer.from(Array.from({ length: this.upTo(20) }, () => this.upTo(256)));
    return Buffer.concat(
      this.pick([
        [before, after],
        [before, cut, cut, after],
        [before, noise, after],
        [before],
        [before, Buffer.from(`\r\n--${BOUNDARY}\r\n`), after],
      ]),
    );
  }

  private part(name: string, value: string | Buffer): Buffer {
    const type = this.oneIn(15) ? `\r\ncontent-type: ${this.pick(types)}` : '';
    return Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${type}\r\n\r\n`),
      Buffer.from(value),
      Buffer.from('\r\n'),
    ]);
  }

  private file(): Buffer {
    const isPlain = this.oneIn(2);
    const name = isPlain ? 'speech.wav' : this.pick(filenames);
    const type = isPlain ? 'audio/wav' : this.pick(types);
    let bytes = isPlain ? AUDIO : Buffer.from(this.pick(files));
    if (this.oneIn(6)) bytes = this.changeBytes(bytes);
    return Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n`),
      Buffer.from(`content-type: ${type}\r\n\r\n`),
      bytes,
      Buffer.from('\r\n'),
    ]);
  }

  /** A whole number from 0 to just below `bound`. */
  private upTo(bound: number): number {
    return Math.floor(this.random() * bound);
  }

  private oneIn(count: number): boolean {
    return this.upTo(count) === 0;
  }

  private pick<T>(from: readonly T[]): T {
    const picked = from[this.upTo(from.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }
}
