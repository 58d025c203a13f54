// Preloaded into a gateway (`--import`): at every SIGUSR2 it writes down what each turn of the event loop has had of a processor since the
// one before, in milliseconds, which is the same however busy the machine is. Needs Linux.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const TICK_MS = 2;

if (isMainThread) {
  const file = process.env.TURNS_FILE;
  const turnsMs = [];
  let last = processorMs();
  setInterval(() => {
    const now = processorMs();
    turnsMs.push(now - last);
    last = now;
  }, TICK_MS).unref();
  process.on('SIGUSR2', () => {
    // Whoever waits for it finds all of it.
    writeFileSync(`${file}.new`, JSON.stringify(turnsMs.splice(0)));
    renameSync(`${file}.new`, file);
  });
}

function processorMs() {
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}
