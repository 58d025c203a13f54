// Says which files failed in a run of jest, a line each: node scripts/failed-test-files.mjs RESULTS.json
// Ends with exit code 1 where there is nothing to say: no results, no file that failed, or more than chance makes fail.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';

/** Above it something is broken, and nobody needs to see it fail again. */
const MAX_FILES = 5;

const { testResults } = await readFile(process.argv[2], 'utf8').then(JSON.parse, () => ({ testResults: [] }));
const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative('.', name));
if (failed.length === 0 || failed.length > MAX_FILES) process.exit(1);
console.log(failed.join('\n'));
