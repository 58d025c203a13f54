import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SETTINGS, VARIABLES } from '../config/config.module.js';
import { availableProcessors } from '../config/processors.js';
import type { Settings } from '../config/settings.schema.js';
import type { Variables } from '../config/settings.js';
import { ProviderError } from '../domain/errors.js';
import { PCM, type SpeechFormat, speechFormats } from '../domain/speech.js';
import { Slots } from './slots.js';

/** Whole files can wait; nobody listens to them meanwhile. */
const NICE = 10;
const START_TIMEOUT_MS = 10_000;
const MAX_LIST_BYTES = 1024 * 1024;
/** What ffmpeg says of a failure, as far as it is kept. */
const MAX_WORDS = 500;

const QUIET = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-threads', '1'];
/** The first track of sound, and nothing that is said about it. */
const FROM_STDIN = ['-i', 'pipe:0', '-map', '0:a:0', '-map_metadata', '-1'];
const TO_STDOUT = ['-flush_packets', '1', 'pipe:1'];
const SAMPLES = ['-f', 's16le', '-ar', String(PCM.sampleRate), '-ac', String(PCM.channels)];

/** How ffmpeg is told what comes in: nothing is guessed from the bytes. */
const INPUTS: Readonly<Record<SpeechFormat, readonly string[]>> = {
  mp3: ['-f', 'mp3'],
  opus: ['-f', 'ogg'],
  aac: ['-f', 'aac'],
  flac: ['-f', 'flac'],
  wav: ['-f', 'wav'],
  pcm: SAMPLES,
};

/** How each format is made, and the encoder that it takes. A WAV file is made of samples, with a header of our own. */
const OUTPUTS: Readonly<Record<Exclude<SpeechFormat, 'wav'>, { encoder: string; options: readonly string[] }>> = {
  mp3: { encoder: 'libmp3lame', options: ['-b:a', '128k', '-write_xing', '0', '-id3v2_version', '0', '-f', 'mp3'] },
  opus: { encoder: 'libopus', options: ['-b:a', '64k', '-page_duration', '100000', '-f', 'ogg'] },
  aac: { encoder: 'aac', options: ['-b:a', '128k', '-f', 'adts'] },
  flac: { encoder: 'flac', options: ['-f', 'flac'] },
  pcm: { encoder: 'pcm_s16le', options: SAMPLES },
};

/**
 * The program ffmpeg, where it is there: makes formats that a provider does not give. It reads one pipe and writes another,
 * knows nothing of the gateway's environment but where programs are, and is killed with the request that it works for.
 */
@Injectable()
export class Ffmpeg implements OnModuleInit {
  private readonly logger = new Logger(Ffmpeg.name);
  private readonly streamSlots: Slots;
  private readonly fileSlots: Slots;
  private encoders: ReadonlySet<string> = new Set();

  constructor(
    @Inject(SETTINGS)
    private readonly settings: Pick<Settings, 'ffmpeg_path' | 'ffmpeg_recordings' | 'ffmpeg_streams'>,
    @Inject(VARIABLES) private readonly variables: Variables,
  ) {
    this.streamSlots = new Slots(settings.ffmpeg_streams);
    this.fileSlots = new Slots(settings.ffmpeg_recordings ?? Math.max(1, availableProcessors() - 1));
  }

  /** Finds out whether it is there, and what it can make. */
  async onModuleInit(): Promise<void> {
    this.encoders = await this.listEncoders();
    const formats = speechFormats.filter((format) => this.canMake(format));
    this.logger.log(
      formats.length > 0
        ? `ffmpeg makes ${formats.join(', ')}`
        : 'ffmpeg is not there: formats of speech are as providers give them, and recordings go on as they are',
    );
  }

  /** Whether it can make that format of any other. */
  canMake(format: SpeechFormat): boolean {
    return this.encoders.has(OUTPUTS[format === 'wav' ? 'pcm' : format].encoder);
  }

  /** Whether it has an encoder of this name. */
  hasEncoder(name: string): boolean {
    return this.encoders.has(name);
  }

  /**
   * Makes one file of another, behind everything else that the machine does.
   * @param options all that it is told but how much it may say
   * @returns the exit code, null where it was killed or could not be started, and the last line of what it said
   * @throws ProviderError `aborted` or `timeout` when the signal fires
   */
  async run(options: readonly string[], signal: AbortSignal): Promise<{ code: number | null; words: string }> {
    using _slot = await this.fileSlots.enter(signal).catch(() => {
      throw interrupted(signal);
    });
    const child = this.start([...QUIET, ...options]);
    child.stdin.on('error', () => undefined).end();
    child.stdout.resume();
    const words = wordsOf(child.stderr);
    const exit = exitOf(child);
    const stop = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    try {
      standBack(child.pid);
      const code = await exit;
      if (signal.aborted) throw interrupted(signal);
      return { code, words: await words };
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /**
   * Makes other audio of some, piece by piece as it comes, no faster than it is read.
   * @param to not `wav`, which is made of `pcm`
   * @throws ProviderError `bad_response` for audio that cannot be read; what the source throws
   */
  async *transcode(
    source: AsyncIterable<Buffer>,
    { from, to, signal }: { from: SpeechFormat; to: Exclude<SpeechFormat, 'wav'>; signal: AbortSignal },
  ): AsyncGenerator<Buffer> {
    using _slot = await this.streamSlots.enter(signal).catch(() => {
      throw interrupted(signal);
    });
    const rate = to === 'opus' ? '48000' : String(PCM.sampleRate);
    const { encoder, options } = OUTPUTS[to];
    const child = this.start([
      ...QUIET,
      ...INPUTS[from],
      ...FROM_STDIN,
      '-ar',
      rate,
      '-ac',
      String(PCM.channels),
      '-c:a',
      encoder,
      ...options,
      ...TO_STDOUT,
    ]);
    const words = wordsOf(child.stderr);
    const exit = exitOf(child);
    const stop = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    // It ends by itself when it has read all, or does not want more; then what it says counts.
    const feeding = pipeline(Readable.from(source, { objectMode: false }), child.stdin).then(
      () => undefined,
      (error: unknown) => {
        if (!isBrokenPipe(error)) stop();
        return error;
      },
    );
    try {
      yield* piecesOf(child.stdout);
      const [fed, ended] = [await feeding, await exit];
      if (fed instanceof ProviderError) throw fed;
      if (signal.aborted) throw interrupted(signal);
      if (ended !== 0) {
        const why = await words;
        const facts = { cause: fed };
        throw new ProviderError('bad_response', `the audio could not be made into ${to}${why && `: ${why}`}`, facts);
      }
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
      await feeding;
    }
  }

  private start(options: readonly string[]): ChildProcessWithoutNullStreams {
    const { PATH = '' } = this.variables;
    return spawn(this.settings.ffmpeg_path, options, { env: { PATH }, windowsHide: true });
  }

  private async listEncoders(): Promise<ReadonlySet<string>> {
    if (this.settings.ffmpeg_path === '') return new Set();
    const child = this.start(['-nostdin', '-hide_banner', '-encoders']);
    child.stdin.on('error', () => undefined).end();
    child.stderr.resume();
    const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
    const exit = exitOf(child);
    let list = '';
    for await (const piece of piecesOf(child.stdout)) if (list.length < MAX_LIST_BYTES) list += String(piece);
    const code = await exit;
    clearTimeout(timer);
    // ` A....D libmp3lame           libmp3lame MP3 (MPEG audio layer 3) (codec mp3)`
    return code === 0 ? new Set([...list.matchAll(/^ A\S{5} (\S+)/gm)].map(([, name = '']) => name)) : new Set();
  }
}

function standBack(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE);
  } catch {
    // It has ended already, or the system does not allow it.
  }
}

/** What it writes; one that could not be started writes nothing. */
async function* piecesOf(stdout: Readable): AsyncGenerator<Buffer, void, undefined> {
  const pieces: AsyncIterator<Buffer> = stdout[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await pieces.next().catch(() => undefined);
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    await pieces.return?.();
  }
}

/** Its exit code; null where it was killed or could not be started. */
function exitOf(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('close', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
}

/** The last line of what it says. */
async function wordsOf(stderr: Readable): Promise<string> {
  let words = '';
  stderr.on('data', (piece: Buffer) => {
    words = (words + piece.toString()).slice(-MAX_WORDS);
  });
  await once(stderr, 'close');
  return words.trim().split('\n').at(-1) ?? '';
}

function isBrokenPipe(error: unknown): boolean {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET';
}

function interrupted({ reason }: AbortSignal): ProviderError {
  const name: unknown = typeof reason === 'object' && reason !== null ? Reflect.get(reason, 'name') : undefined;
  return name === 'TimeoutError'
    ? new ProviderError('timeout', 'the audio was not made before the deadline', { cause: reason })
    : new ProviderError('aborted', 'the client went away', { cause: reason });
}
