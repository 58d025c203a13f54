// jest's runtime, of which each worker has one for all its files: a module is loaded, linked and compiled once a worker and not
// once a file, for which a gateway takes two seconds of a processor. What modules hold is therefore shared by the files of a
// worker; `test/architecture.spec.ts` sees to it that those of src hold nothing. Mocks of modules are not for this runtime.
// jest documents neither `runtime` in its configuration nor this class, which both are what its own runner uses: where they change,
// tests fail to start, and without this file they take longer and nothing else.
const { pathToFileURL } = require('node:url');
const { default: Runtime } = require('jest-runtime');

class KeptRuntime extends Runtime {
  /** After each file: what holds its tests and their variables goes, as do jest's own modules (circus, expect), which are of one file. */
  teardown() {
    this.restoreAllMocks();
    this.registries.internalModuleRegistry.clear();
    this.registries.esModuleRegistry.delete(pathToFileURL(this.testPath).href);
  }
}

let kept;

/** What jest makes with `new`, once a file. */
function RuntimeOfWorker(...facts) {
  kept ??= new KeptRuntime(...facts);
  kept.testPath = facts[6];
  return kept;
}

module.exports = { __esModule: true, default: RuntimeOfWorker };
