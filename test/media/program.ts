import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** No command here takes a second; one that waits for something for ever is ended. */
const PATIENCE_MS = 60_000;

/**
 * Runs a program to its end, whatever it thinks of its input.
 * @param receive what it writes, piece by piece
 * @returns whether it ended with 0
 */
export async function runProgram(
  [program = '', ...words]: readonly string[],
  folder: string,
  receive: (piece: Buffer) => void = () => undefined,
  patienceMs = PATIENCE_MS,
): Promise<boolean> {
  return await new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'], timeout: patienceMs });
    child.stdout.on('data', receive);
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}

/** Whether a program is on the PATH. */
export function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
