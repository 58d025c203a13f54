import { spawnSync } from 'node:child_process';

/** Prometheus' own checker: `PROMTOOL` names the program, else it is looked for in `PATH`. */
const PROGRAM = process.env['PROMTOOL'] ?? 'promtool';

/** Whether it is there. */
export const hasPromtool = spawnSync(PROGRAM, ['--version']).status === 0;

/** Runs it. @throws Error with what it says, when it finds something wrong */
export function promtool(...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(PROGRAM, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`promtool ${words.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}
