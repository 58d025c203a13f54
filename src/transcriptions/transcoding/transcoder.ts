import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, WORK_FOLDER } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { mediaTypeOf, type AudioContainerName } from '../../domain/audio-container.js';
import type { AudioSource } from '../../domain/audio-source.js';
import { badRequest, GatewayError } from '../../domain/errors.js';
import { Ffmpeg } from '../../ffmpeg/ffmpeg.js';
import { TempFolder, TRANSCODES_NAME } from '../../uploads/temp-folder.js';
import { MEBIBYTE } from '../../uploads/upload-options.js';
import type { TranscodingTarget } from '../candidates/transcoding-target.js';

/** How ffmpeg is told what a recording is in: nothing is guessed from its bytes, so none of its other formats can be reached. */
const DEMUXERS: Readonly<Record<AudioContainerName, string>> = {
  wav: 'wav',
  mp3: 'mp3',
  flac: 'flac',
  ogg: 'ogg',
  m4a: 'mov',
  mp4: 'mov',
  mov: 'mov',
  '3gp': 'mov',
  webm: 'matroska',
  mkv: 'matroska',
  aac: 'aac',
  latm: 'loas',
  amr: 'amr',
  aiff: 'aiff',
  au: 'au',
  caf: 'caf',
  asf: 'asf',
  avi: 'avi',
  flv: 'flv',
  ts: 'mpegts',
  mpeg: 'mpeg',
  mxf: 'mxf',
  ac3: 'ac3',
  eac3: 'eac3',
  wv: 'wv',
  tta: 'tta',
  ape: 'ape',
  dsf: 'dsf',
  dss: 'dss',
  '8svx': 'iff',
  voc: 'voc',
  qcp: 'qcp',
};

/** Sony Wave64 is a relative of WAV with a demuxer of its own; it begins with these bytes. */
const WAVE64 = { mark: 'riff', demuxer: 'w64' };

/** How each container is made: of speech, so at the rates that recognisers hear. */
const OUTPUTS: Readonly<Record<TranscodingTarget['container'], readonly string[]>> = {
  flac: [
    '-af',
    'aformat=channel_layouts=mono|stereo',
    '-ar',
    '16000',
    '-c:a',
    'flac',
    '-sample_fmt',
    's16',
    '-f',
    'flac',
  ],
  ogg: ['-ac', '1', '-ar', '24000', '-c:a', 'libopus', '-vbr', 'constrained', '-f', 'ogg'],
  webm: ['-ac', '1', '-ar', '24000', '-c:a', 'libopus', '-vbr', 'constrained', '-f', 'webm'],
};

/** Makes other files of recordings, by ffmpeg, in `DATA_DIR/transcodes`, where a start removes what a killed process has left. */
@Injectable()
export class Transcoder {
  private readonly folder: TempFolder;

  constructor(
    private readonly ffmpeg: Ffmpeg,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'ffmpeg_timeout_seconds' | 'ffmpeg_max_output_mb'>,
    @Inject(WORK_FOLDER) workFolder: string,
  ) {
    this.folder = new TempFolder(join(workFolder, TRANSCODES_NAME));
  }

  /** Whether there is an ffmpeg that makes both FLAC and Opus. */
  get isThere(): boolean {
    return this.ffmpeg.hasEncoder('flac') && this.ffmpeg.hasEncoder('libopus');
  }

  /** What is made of one recording is never larger. */
  get maxBytes(): number {
    return Math.floor(this.settings.ffmpeg_max_output_mb * MEBIBYTE);
  }

  /**
   * Makes another file of a recording. Its duration is that of the original; nothing is left when it fails.
   * @returns what its caller disposes of
   * @throws GatewayError 400 for what cannot be decoded, 413 where it becomes too large, 502 where ffmpeg fails
   * @throws the signal's reason
   */
  async transcode(audio: AudioSource, target: TranscodingTarget, signal: AbortSignal): Promise<AudioSource> {
    const input = await this.folder.createFile();
    const output = await this.folder.createFile();
    try {
      await output.handle.close();
      // Some containers are read from their end, which a pipe does not allow.
      await pipeline(audio.stream(), input.handle.createWriteStream(), { signal });
      await this.run(audio, target, { input: input.path, output: output.path }, signal);
      const { size: sizeBytes } = await stat(output.path);
      if (sizeBytes > target.maxBytes) throw tooLarge(audio, target);
      return new TranscodedAudio(audio, target.container, output.path, sizeBytes);
    } catch (error) {
      await rm(output.path, { force: true });
      throw error;
    } finally {
      await input.handle.close().catch(() => undefined);
      await rm(input.path, { force: true });
    }
  }

  private async run(
    audio: AudioSource,
    { container, maxBytes, bitRate }: TranscodingTarget,
    { input, output }: { readonly input: string; readonly output: string },
    signal: AbortSignal,
  ): Promise<void> {
    const { ffmpeg_timeout_seconds: timeoutSeconds } = this.settings;
    const timeout = AbortSignal.timeout(1000 * timeoutSeconds);
    const read = ['-protocol_whitelist', 'file', '-f', await demuxerOf(audio), '-i', `file:${input}`];
    const firstSound = ['-map', '0:a:0', '-map_metadata', '-1', '-map_chapters', '-1'];
    const rate = bitRate === undefined ? [] : ['-b:a', String(bitRate)];
    // It ends there, and a little beyond, so that it can be told from one that fits.
    const write = ['-fs', String(maxBytes + 65_536), '-y', `file:${output}`];
    const options = [...read, ...firstSound, ...OUTPUTS[container], ...rate, ...write];
    const ended = await this.ffmpeg.run(options, AbortSignal.any([signal, timeout])).catch((error: unknown) => {
      signal.throwIfAborted();
      throw timeout.aborted ? failed(`it took longer than ${timeoutSeconds} s`) : error;
    });
    if (ended.code === 0) return;
    if (ended.code === null || /No space left|Cannot allocate|Permission denied/.test(ended.words)) {
      throw failed(ended.words || 'ffmpeg was stopped');
    }
    const why = ended.words.replaceAll(input, 'the file').replaceAll(output, 'the file');
    throw badRequest(`The recording cannot be decoded: ${why}`, audio.field ?? 'file', 'invalid_audio');
  }
}

/** A recording that was made of another. Owns its file. */
class TranscodedAudio implements AudioSource {
  readonly field: AudioSource['field'];
  readonly filename: string;
  readonly mediaType: string;

  constructor(
    private readonly original: AudioSource,
    readonly container: TranscodingTarget['container'],
    private readonly path: string,
    readonly sizeBytes: number,
  ) {
    this.field = original.field;
    this.filename = original.filename.replace(/\.[^.]*$/, '') + `.${container}`;
    this.mediaType = mediaTypeOf(container, container);
  }

  stream(): ReturnType<AudioSource['stream']> {
    return createReadStream(this.path);
  }

  probe(): ReturnType<AudioSource['probe']> {
    return this.original.probe();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { force: true });
  }
}

async function demuxerOf(audio: AudioSource): Promise<string> {
  if (audio.container === undefined) throw new Error('Of what nobody knows nothing can be made');
  if (audio.container !== 'wav') return DEMUXERS[audio.container];
  const stream = audio.stream();
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      return chunk.toString('latin1', 0, 4) === WAVE64.mark ? WAVE64.demuxer : DEMUXERS.wav;
    }
    return DEMUXERS.wav;
  } finally {
    stream.destroy();
  }
}

function tooLarge({ field = 'file' }: AudioSource, { container, maxBytes }: TranscodingTarget): GatewayError {
  return new GatewayError({
    status: 413,
    message: `The recording has more than ${maxBytes} bytes, which is what the model takes, also as ${container}`,
    param: field,
    code: 'file_too_large',
  });
}

function failed(why: string): GatewayError {
  return new GatewayError({
    status: 502,
    message: `The recording could not be made into a file that the model takes: ${why}`,
    type: 'server_error',
    code: 'transcoding_failed',
  });
}
