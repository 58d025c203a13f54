// Where and of what something was measured.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/** What stands above every table; `command` is the npm script. */
export function machineFacts(command) {
  return {
    cpus: `${cpus().length} x ${cpus()[0]?.model}`,
    node: process.version,
    commit: commitOf(),
    date: new Date().toISOString(),
    command: `npm run ${command} ${process.argv.slice(2).join(' ')}`.trim(),
  };
}

function commitOf() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
