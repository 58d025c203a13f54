#!/usr/bin/env node
// What ffmpeg is for the gateway, without making anything: it says what it was told, and passes on what it reads.
import { argv, env, exit, stderr, stdin, stdout } from 'node:process';

if (argv.includes('-encoders')) {
  stdout.write('Encoders:\n ------\n');
  for (const name of ['libmp3lame', 'libopus', 'aac', 'flac', 'pcm_s16le']) stdout.write(` A....D ${name}   ${name}\n`);
  stdout.write(' V....D libx264   libx264\n');
} else {
  stdin.once('data', (first) => {
    const text = first.toString('latin1');
    if (text.startsWith('BROKEN')) {
      stderr.write('[mp3 @ 0x1] a line before\nInvalid data found when processing input\n');
      stdin.destroy();
      exit(1);
    }
    if (text.startsWith('EARLY')) {
      stdout.write('enough', () => exit(0));
      return;
    }
    const formats = argv.flatMap((word, index) => (word === '-f' ? [argv[index + 1]] : []));
    const told = Object.keys(env).filter((name) => !name.startsWith('__'));
    stdout.write(`[${formats.join('>')} ${told.join()}]`);
    stdout.write(first);
    if (text.startsWith('HANG')) {
      setInterval(() => undefined, 1_000);
      return;
    }
    stdin.pipe(stdout);
  });
}
