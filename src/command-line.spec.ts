import { jest } from '@jest/globals';
import { runCommand } from './command-line.js';

/** What ends a process here: nothing goes on after it. */
class Exit extends Error {
  constructor(readonly code: unknown) {
    super(`exit ${String(code)}`);
  }
}

let written: string;
let errors: string;
beforeEach(() => {
  written = '';
  errors = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    errors += String(text);
    return true;
  });
  jest.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Exit(code);
  });
});
afterEach(() => jest.restoreAllMocks());

it.each([
  [['--config']],
  [['--config', '']],
  [['--confg', 'x']],
  [['check-config']],
  [['check-config', 'a', 'b']],
  [['--strict']],
  [['serve']],
  [['ledger']],
  [['ledger', 'mend']],
  [['ledger', 'verify', 'all']],
  [['--repair']],
  [['--json']],
  [['ledger', 'verify', '--strict']],
  [['ledger', 'verify', '--check']],
  [['rotate-encryption-key', 'now']],
  [['rotate-encryption-key', '--repair']],
  [['rotate-encryption-key', '--check', '--dry-run']],
])('the command line %j shows the usage and ends with 2', async (words) => {
  await expect(runCommand(words)).rejects.toMatchObject({ code: 2 });
  expect(written).toBe('');
  expect(errors).toMatch(/^usage: auricle \[--config FILE\]/);
});

it('--help shows the usage, and is no mistake', async () => {
  await runCommand(['--help']);
  expect(written).toContain('check-config [--strict] FILE');
  expect(errors).toBe('');
});
