// Holds what the gateway measures against ffmpeg on files of every kind, and has it measure what is made to do harm:
// npm run test:media -- [--seconds N] [--seed S] [--whole-only] [--only mp4] [--every N] [--folder where the files stay] [--write-committed]
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

register('../test/support/typescript-hooks.mjs', import.meta.url);
const { isInstalled } = await import('../test/media/program.ts');

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(randomInt(1, 2_147_483_646)) },
    'whole-only': { type: 'boolean' },
    only: { type: 'string' },
    every: { type: 'string', default: '1' },
    folder: { type: 'string' },
    'write-committed': { type: 'boolean' },
  },
});

if (!isInstalled('ffmpeg')) {
  console.error('npm run test:media needs ffmpeg, and makes more of sox and lame: please install them.');
  process.exitCode = 2;
} else if (values['write-committed']) {
  const { writeCommitted } = await import('../test/media/write-committed.ts');
  const folder = await mkdtemp(join(tmpdir(), 'auricle-media-'));
  await writeCommitted(folder).finally(() => rm(folder, { recursive: true }));
} else {
  const { runMedia } = await import('../test/media/media-run.ts');
  const { only, folder } = values;
  console.log(`seed ${values.seed}`);
  const options = {
    seconds: Number(values.seconds),
    seed: Number(values.seed),
    wholeOnly: values['whole-only'],
    every: Number(values.every),
    only,
    folder,
  };
  if (!(await runMedia(options, (line) => console.log(line)))) process.exitCode = 1;
}
