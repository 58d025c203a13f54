// A reporter of jest: writes which files failed into the file that FAILED_FILES names, a line each. That file is empty where nothing
// failed, and missing where the run was broken off or more has failed than chance makes fail.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Above it something is broken, and nobody needs to see it fail again. */
const MAX_FILES = 5;

export default class FailedFilesReporter {
  onRunComplete(_, { testResults, numRuntimeErrorTestSuites, wasInterrupted }) {
    const failed = testResults.filter(
      ({ numFailingTests, testExecError }) => numFailingTests > 0 || testExecError !== undefined,
    );
    if (wasInterrupted || failed.length > MAX_FILES || failed.length < numRuntimeErrorTestSuites) return;
    writeFileSync(process.env.FAILED_FILES, failed.map(({ testFilePath }) => relative('.', testFilePath)).join('\n'));
  }
}
