// jest's runtime, of which each worker has one for all its files: a module is loaded, linked and compiled once a worker and not
// once a file, for which a gateway takes two seconds of a processor. What modules hold is therefore shared by the files of a
// worker; `test/architecture.spec.ts` sees to it that those of src hold nothing. Mocks of modules are not for this runtime.
// jest documents neither `runtime` in its configuration nor this class, which both are what its own runner uses: where they change,
// tests fail to start, and without this file they take longer and nothing else.
const { default: Runtime } = require('jest-runtime');

class KeptRuntime extends Runtime {
  /** After each file. jest's own modules (circus, expect) are of one file. */
  teardown() {
    this.restoreAllMocks();
    this.registries.internalModuleRegistry.clear();
  }
}

let kept;

/** What jest makes with `new`, once a file. */
function RuntimeOfWorker(...facts) {
  kept ??= new KeptRuntime(...facts);
  return kept;
}

module.exports = { __esModule: true, default: RuntimeOfWorker };
