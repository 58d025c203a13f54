// Has clients vanish in every phase of a request, and looks at what they leave behind in the gateway's process:
// npm run test:vanish -- [clients, 1000 when none are given] [seed]. Needs Linux.
import { register } from 'node:module';

register('../test/support/typescript-hooks.mjs', import.meta.url);
const { isSound } = await import('../test/soak/compare-logs.ts');
const { runVanishing } = await import('../test/soak/vanishing-run.ts');

const [clients = 1000, seed = 1] = process.argv.slice(2).map(Number);
if (!Number.isInteger(clients) || clients < 1 || !Number.isInteger(seed) || seed < 1) {
  console.error('usage: npm run test:vanish -- [clients] [seed]');
  process.exit(2);
}

const startedAt = performance.now();
const secondsSince = () => Math.round((performance.now() - startedAt) / 1000);
const verdict = await runVanishing({
  clients,
  seed,
  onProgress: (gone) => {
    if (gone % 100 === 0) console.log(`${String(secondsSince()).padStart(5)} s  ${gone} have vanished`);
  },
});
console.log(JSON.stringify({ ...verdict, seconds: secondsSince(), seed }, undefined, 2));
const { left, descriptorsBefore, descriptorsAfter, logs } = verdict;
const isClean = left.uploadFiles.length === 0 && left.upstreamRequests === 0 && left.upstreamSockets === 0;
if (!isClean || !isSound(logs) || descriptorsAfter > descriptorsBefore) process.exitCode = 1;
