// Mixed traffic against a gateway in front of a simulated provider, and what its process takes meanwhile and afterwards:
// npm run test:soak -- [minutes, 10 when none are given] [seed]. Needs Linux.
import { register } from 'node:module';

register('../test/support/typescript-hooks.mjs', import.meta.url);
const { runSoak } = await import('../test/soak/soak-run.ts');

const [minutes = 10, seed = 1] = process.argv.slice(2).map(Number);
if (!(minutes > 0) || !Number.isInteger(seed) || seed < 1) {
  console.error('usage: npm run test:soak -- [minutes] [seed]');
  process.exit(2);
}

console.log('   s  requests  RSS MiB  heap MiB  external MiB  delay p99 ms  open  files  upstream sockets');
const verdict = await runSoak({
  durationMs: minutes * 60_000,
  seed,
  onSample: (sample) => {
    const { seconds, requests, residentMib, heapMib, externalMib, loopDelayMs } = sample;
    const cells = [
      [seconds, 4],
      [requests, 10],
      [residentMib.toFixed(0), 9],
      [heapMib.toFixed(0), 10],
      [externalMib.toFixed(0), 14],
      [loopDelayMs.toFixed(1), 14],
      [sample.descriptors, 6],
      [sample.uploadFiles.length, 7],
      [sample.upstreamSockets, 18],
    ];
    console.log(cells.map(([value, width]) => String(value).padStart(width)).join(''));
  },
});
console.log(JSON.stringify({ ...verdict, minutes, seed }, undefined, 2));
for (const fault of verdict.faults) console.error(fault);
if (verdict.faults.length > 0) process.exitCode = 1;
