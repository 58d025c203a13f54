import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import { ProviderError } from '../domain/errors.js';
import { Ffmpeg } from './ffmpeg.js';

const FAKE = fileURLToPath(new URL('../../test/support/fake-ffmpeg.mjs', import.meta.url));
const LIMITS = { ffmpeg_recordings: 1, ffmpeg_streams: 2 };
const never = new AbortController().signal;

beforeAll(() => Logger.overrideLogger(false));

async function started(ffmpeg_path = FAKE): Promise<Ffmpeg> {
  const ffmpeg = new Ffmpeg({ ffmpeg_path, ...LIMITS }, { PATH: process.env['PATH'] ?? '', SECRET: 'x' });
  await ffmpeg.onModuleInit();
  return ffmpeg;
}

async function* stream(...pieces: string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

async function text(audio: AsyncIterable<Buffer>): Promise<string> {
  let whole = '';
  for await (const piece of audio) whole += String(piece);
  return whole;
}

describe('Ffmpeg', () => {
  it('finds out what it can make', async () => {
    const ffmpeg = await started();
    for (const format of ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const)
      expect(ffmpeg.canMake(format)).toBe(true);
  });

  it.each(['', '/nowhere/ffmpeg', '/bin/false', '/etc/passwd'])('makes nothing where %j is no ffmpeg', async (path) => {
    const ffmpeg = await started(path);
    expect(ffmpeg.canMake('mp3')).toBe(false);
  });

  it('makes one format of another, and sees nothing of the environment but the path', async () => {
    const ffmpeg = await started();
    const made = ffmpeg.transcode(stream('some ', 'audio'), { from: 'opus', to: 'mp3', signal: never });
    expect(await text(made)).toBe('[ogg>mp3 PATH]some audio');
  });

  it('is given no more than it has asked for', async () => {
    const ffmpeg = await started();
    let given = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        given += 65_536;
        yield Buffer.alloc(65_536);
      }
    }
    const made = ffmpeg.transcode(endless(), { from: 'mp3', to: 'pcm', signal: never });
    await made.next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(given).toBeLessThan(4 * 1024 * 1024);
    await made.return(undefined);
  });

  it('tells what is wrong with audio that it cannot read', async () => {
    const ffmpeg = await started();
    const made = ffmpeg.transcode(stream('BROKEN'), { from: 'mp3', to: 'opus', signal: never });
    await expect(text(made)).rejects.toMatchObject({
      reason: 'bad_response',
      message: 'the audio could not be made into opus: Invalid data found when processing input',
    });
  });

  it('may end before it has read all', async () => {
    const ffmpeg = await started();
    const many = Array.from({ length: 100 }, () => 'x'.repeat(65_536));
    const made = ffmpeg.transcode(stream('EARLY', ...many), { from: 'mp3', to: 'opus', signal: never });
    expect(await text(made)).toBe('enough');
  });

  it('passes on what the source fails with', async () => {
    const ffmpeg = await started();
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.from('some');
      throw new ProviderError('unavailable', 'the provider hung up');
    }
    const made = ffmpeg.transcode(failing(), { from: 'mp3', to: 'opus', signal: never });
    await expect(text(made)).rejects.toThrow('the provider hung up');
  });

  it('is killed with the request, whatever it is doing', async () => {
    const ffmpeg = await started();
    const request = new AbortController();
    const made = ffmpeg.transcode(stream('HANG'), { from: 'mp3', to: 'opus', signal: request.signal });
    await made.next();
    const reading = text(made);
    request.abort(new Error('gone'));
    await expect(reading).rejects.toMatchObject({ reason: 'aborted' });
    const late = ffmpeg.transcode(stream('HANG'), { from: 'mp3', to: 'opus', signal: AbortSignal.timeout(50) });
    await expect(text(late)).rejects.toMatchObject({ reason: 'timeout' });
  });

  it('hangs up on the source when nobody reads on', async () => {
    const ffmpeg = await started();
    let isOpen = true;
    async function* source(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        isOpen = false;
      }
    }
    for await (const _ of ffmpeg.transcode(source(), { from: 'mp3', to: 'opus', signal: never })) break;
    expect(isOpen).toBe(false);
  });

  it('makes files, and says how it ended', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'auricle-ffmpeg-'));
    const script = join(folder, 'ffmpeg');
    await writeFile(script, '#!/bin/sh\necho first >&2; echo "$8: last" >&2; exit "$7"\n', { mode: 0o755 });
    const ffmpeg = new Ffmpeg({ ffmpeg_path: script, ...LIMITS }, { PATH: process.env['PATH'] ?? '' });
    expect(await ffmpeg.run(['3', 'x'], never)).toEqual({ code: 3, words: 'x: last' });
    expect(await ffmpeg.run(['0', 'y'], never)).toEqual({ code: 0, words: 'y: last' });
    await writeFile(script, '#!/bin/sh\nexec sleep 60\n');
    const slow = ffmpeg.run([], AbortSignal.timeout(100));
    await expect(slow).rejects.toMatchObject({ reason: 'timeout' });
    await rm(folder, { recursive: true });
    expect(await ffmpeg.run([], never)).toMatchObject({ code: null });
  });

  it('makes no more files at once than it may', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'auricle-ffmpeg-'));
    const [script, log] = [join(folder, 'ffmpeg'), join(folder, 'log')];
    await writeFile(script, `#!/bin/sh\necho begins >> ${log}\nsleep 0.1\necho ends >> ${log}\n`, { mode: 0o755 });
    const ffmpeg = new Ffmpeg({ ffmpeg_path: script, ...LIMITS }, { PATH: process.env['PATH'] ?? '' });
    await Promise.all([1, 2, 3].map(() => ffmpeg.run([], never)));
    expect((await readFile(log, 'utf8')).trim().split('\n')).toEqual([1, 2, 3].flatMap(() => ['begins', 'ends']));
    await rm(folder, { recursive: true });
  });
});
