// A reporter of jest for .ci/run. It appends to the file that TALLY names how many tests have passed, failed and been skipped. Where
// FAILED_FILES names a file, what may have failed by chance is to be run again: it writes these test files there, a line each, and
// does not count them. That file is empty where nothing failed, and missing where the run was broken off or more has failed than
// chance makes fail.
import { appendFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Above it something is broken, and nobody needs to see it fail again. */
const MAX_FILES = 5;

export default class ResultsReporter {
  onRunComplete(_, { testResults, numRuntimeErrorTestSuites, wasInterrupted }) {
    const failed = testResults.filter(
      ({ numFailingTests, testExecError }) => numFailingTests > 0 || testExecError !== undefined,
    );
    const { FAILED_FILES, TALLY } = process.env;
    const isChance =
      FAILED_FILES !== undefined &&
      !wasInterrupted &&
      failed.length <= MAX_FILES &&
      failed.length >= numRuntimeErrorTestSuites;
    if (isChance) writeFileSync(FAILED_FILES, failed.map(({ testFilePath }) => relative('.', testFilePath)).join('\n'));
    const counted = isChance ? testResults.filter((file) => !failed.includes(file)) : testResults;
    const sum = (count) => counted.reduce((total, file) => total + count(file), 0);
    const passed = sum((file) => file.numPassingTests);
    const lost = sum((file) => file.numFailingTests || (file.testExecError === undefined ? 0 : 1));
    const skipped = sum((file) => file.numPendingTests + file.numTodoTests);
    appendFileSync(TALLY, `${passed} ${lost} ${skipped}\n`);
  }
}
