// jest's environment for Node, which fails a file whose tests have left a process, a socket or a timer open. jest itself
// only says that a worker "failed to exit gracefully", of no file in particular, and on a busy machine also of workers
// that have left nothing but need more than half a second to end. There is one for all files of a worker, as there is one of the modules
// that live in it (`kept-modules.cjs`); what a file has changed of it is changed back.
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/** How long what was closed may take to be gone. */
const PATIENCE_MS = 30_000;
/** How long it is waited before the garbage is collected, and again after each time. */
const PAUSE_MS = 500;

// An answer whose large body nobody reads keeps its connection until fetch's Response is collected.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

// Node opens them where they are first used, which is nothing that a test has left.
const { stdout, stderr } = process;
void [stdout, stderr];

/** What a failed file has left goes on in this process: files after it are not accused of it. */
let hasFailedFile = false;

class ClosingEnvironment extends TestEnvironment {
  /** Before jest changes anything for a file. */
  begin(context) {
    this.processExit = this.global.process.exit;
    this.variables = { ...this.global.process.env };
    this.symbols = new Set(Object.getOwnPropertySymbols(this.global));
    this.testPath = context.testPath;
    this.hasFailed = false;
    this.before = process.getActiveResourcesInfo();
    return this;
  }

  /** A failure comes before what it has left open. */
  handleTestEvent({ name }) {
    if (['hook_failure', 'test_fn_failure', 'error'].includes(name)) this.hasFailed = true;
  }

  async teardown() {
    this.takeBack();
    hasFailedFile ||= this.hasFailed;
    if (hasFailedFile) return;
    const endsAtMs = performance.now() + PATIENCE_MS;
    let collectsAtMs = performance.now() + PAUSE_MS;
    while (this.leftOpen().length > 0) {
      if (performance.now() > collectsAtMs) {
        collectGarbage();
        collectsAtMs = performance.now() + PAUSE_MS;
      }
      if (performance.now() > endsAtMs)
        throw new Error(`${this.testPath} has left open: ${this.leftOpen().join(', ')}`);
      await delay(10, undefined, { ref: false });
    }
  }

  /** What jest and the tests of a file have changed of what all files see. */
  takeBack() {
    const { process } = this.global;
    this.fakeTimersModern.useRealTimers();
    process.exit = this.processExit;
    for (const name of Object.keys(process.env)) if (!(name in this.variables)) delete process.env[name];
    Object.assign(process.env, this.variables);
    // Under which jest has the file's tests, and with them all that their variables hold.
    for (const name of Object.getOwnPropertySymbols(this.global)) {
      if (!this.symbols.has(name)) delete this.global[name];
    }
  }

  /** What keeps this process alive and did not before, by the names that Node has for it. */
  leftOpen() {
    const before = [...this.before];
    return process.getActiveResourcesInfo().filter((name) => {
      const index = before.indexOf(name);
      if (index !== -1) before.splice(index, 1);
      return index === -1;
    });
  }
}

let kept;

/** What jest makes with `new`, once a file. */
export default function EnvironmentOfWorker(config, context) {
  kept ??= new ClosingEnvironment(config, context);
  return kept.begin(context);
}
