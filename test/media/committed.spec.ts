import { readCommitted, readManifest } from './committed.js';
import { honestSeconds } from './honest-seconds.js';
import { withVariants } from './kinds.js';
import { openFaults } from './open-faults.js';
import { gauge, judge } from './verdict.js';

const files = readCommitted();
const manifest = readManifest();
const recordings = Object.entries(manifest).map(([file, about]) => {
  const bytes = files.get(file);
  if (!bytes) throw new Error(`${file} is in the manifest only`);
  return { file, ...about, bytes };
});

const whole = (recording: (typeof recordings)[number]): number | undefined =>
  recording.decoded_seconds['whole'] ?? undefined;

it('is a manifest of all of them', () => {
  expect(Object.keys(manifest).toSorted()).toEqual([...files.keys()].toSorted());
});

it.each(recordings.map(({ file }) => file))(
  '%s plays as long as it is decoded, whatever becomes of it',
  async (file) => {
    const faults: string[] = [];
    for (const arrival of withVariants(recordings).filter(({ of }) => of.file === file)) {
      const { of, variant } = arrival;
      const what = variant.what || variant.kind;
      const decodedSeconds = of.decoded_seconds[what];
      if (decodedSeconds === undefined) throw new Error(`${what}: run "npm run test:media -- --write-committed"`);
      const { seconds, explanation } = await gauge(variant.make());
      const verdict = judge(seconds, {
        decodedSeconds: decodedSeconds ?? undefined,
        honestSeconds: honestSeconds(arrival, decodedSeconds ?? undefined, whole),
      });
      const isFault = verdict === 'wrong' || verdict === 'unknown';
      const isKnown = openFaults.durations.includes(`${file}, ${what}`);
      if (isFault !== isKnown) faults.push(`${what}: ${seconds ?? verdict} for ${decodedSeconds} (${explanation})`);
    }
    expect(faults).toEqual([]);
  },
);
