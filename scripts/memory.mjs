// How much memory many large uploads take that come side by side, slowly, before an upstream that reads slowly:
// npm run test:memory -- [uploads MIB-of-each bound-in-MIB]; without arguments the two cases below. Needs Linux.
import { register } from 'node:module';

register('../test/support/typescript-hooks.mjs', import.meta.url);
const { runMemory } = await import('../test/soak/memory-run.ts');

/** Of the default settings: the most memory that the gateway's process has resident, in MiB. */
const cases = [
  { uploads: 100, fileMib: 10, boundMib: 450 },
  { uploads: 200, fileMib: 25, boundMib: 700 },
];

const words = process.argv.slice(2).map(Number);
const chosen = words.length === 0 ? cases : [{ uploads: words[0], fileMib: words[1], boundMib: words[2] }];
if (words.length > 0 && (words.length !== 3 || words.some((word) => !(word > 0)))) {
  console.error('usage: npm run test:memory -- [uploads MIB-of-each bound-in-MIB]');
  process.exit(2);
}

for (const { uploads, fileMib, boundMib } of chosen) {
  const startedAt = performance.now();
  const verdict = await runMemory({ uploads, fileMib });
  const { idleMib, peakMib, finalMib, failures, left, descriptorsLeft } = verdict;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(
    `${uploads} uploads of ${fileMib} MiB: idle ${idleMib} MiB, peak ${peakMib} MiB (bound ${boundMib}), final ${finalMib} MiB; ` +
      `${failures.length} failures, ${left.uploadFiles.length} files, ${descriptorsLeft} descriptors left; ${seconds} s`,
  );
  for (const failure of new Set(failures)) console.error(`  ${failure}`);
  const isClean = left.uploadFiles.length === 0 && left.upstreamRequests === 0 && descriptorsLeft === 0;
  if (peakMib >= boundMib || failures.length > 0 || !isClean) process.exitCode = 1;
}
