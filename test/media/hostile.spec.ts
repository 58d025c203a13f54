import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

// In a process of its own: in jest's contexts what is global (Buffer, Math) takes ten times as long to look up.
it('does no harm, whatever is uploaded', async () => {
  const words = ['--import', './test/support/typescript-hooks.mjs', 'test/media/hostile-run.mjs'];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  expect(JSON.parse(stdout)).toEqual([]);
});
