// A process that some of the simulated gateways live in. It is told by its parent what to do, and says what came of it.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { SimulatedGateway } from './gateway.mjs';

const { seededRandom } = await import('../../test/support/seeded-random.ts');

/** How many gateways start at the same time. */
const STARTING = 10;

Logger.overrideLogger(['warn', 'error', 'fatal']);
const loop = monitorEventLoopDelay({ resolution: 10 });
let gateways = [];

const orders = {
  /** Starts so many gateways. `first` is the number of the first among all. */
  async start({ first, count, folder, ...stores }) {
    const numbers = Array.from({ length: count }, (_, index) => first + index);
    for (let begin = 0; begin < count; begin += STARTING) {
      const starting = numbers
        .slice(begin, begin + STARTING)
        .map((number) => SimulatedGateway.start({ ...stores, folder: join(folder, String(number)) }));
      gateways.push(...(await Promise.all(starting)));
    }
  },

  /** Where the gateways count limits. */
  places: () => [...new Set(gateways.map(({ place }) => place))],

  /**
   * Requests from the moment `startsAtMs` on until `endsAtMs`, of which those count that begin after `countsAtMs`: `perSecond` of each gateway by chance (Poisson), whatever has become of
   * those before, or else `atOnce` of each gateway, of which each begins when the one before it has ended.
   */
  async load({ secrets, startsAtMs, countsAtMs, endsAtMs, seed, perSecond, atOnce, providerMs }) {
    const waitedMs = [];
    const ids = [];
    const failures = new Map();
    const counts = { letIn: 0, refused: 0, inTime: 0 };
    const random = seededRandom(seed);
    const onDecided = (ms) => {
      const atMs = nowMs();
      if (atMs - ms >= countsAtMs) waitedMs.push(ms);
      if (atMs >= countsAtMs && atMs <= endsAtMs) counts.inTime += 1;
    };
    const serve = async (gateway) => {
      try {
        const secret = secrets[Math.floor(random() * secrets.length)];
        const { id, isLetIn } = await gateway.serve(secret, { providerMs, onDecided });
        ids.push(id);
        counts[isLetIn ? 'letIn' : 'refused'] += 1;
      } catch (error) {
        const reason = String(error);
        failures.set(reason, (failures.get(reason) ?? 0) + 1);
      }
    };
    const openLoop = async (gateway) => {
      const serving = [];
      for (let atMs = startsAtMs; ;) {
        atMs += (-1000 * Math.log(1 - random())) / perSecond;
        if (atMs > endsAtMs) break;
        await delay(Math.max(atMs - nowMs(), 0));
        serving.push(serve(gateway));
      }
      await Promise.all(serving);
    };
    const closedLoop = async (gateway) => {
      while (nowMs() < endsAtMs) await serve(gateway);
    };
    await delay(Math.max(startsAtMs - nowMs(), 0));
    const ofOne = (gateway) =>
      perSecond > 0 ? [openLoop(gateway)] : Array.from({ length: atOnce }, () => closedLoop(gateway));
    await Promise.all(gateways.flatMap(ofOne));
    return { ...counts, waitedMs: Float64Array.from(waitedMs), ids, failures };
  },

  /** So many requests of each gateway, one after the other. */
  async warmUp({ secrets, times }) {
    const served = gateways.map(async (gateway, index) => {
      for (let count = 0; count < times; count += 1) {
        await gateway.serve(secrets[(index * times + count) % secrets.length], {
          providerMs: 0,
          onDecided: () => undefined,
        });
      }
    });
    await Promise.all(served);
  },

  /** So many requests of each gateway, all at once. */
  async storm({ secret, times }) {
    const serving = gateways.flatMap((gateway) =>
      Array.from({ length: times }, () => gateway.serve(secret, { providerMs: 0, onDecided: () => undefined })),
    );
    const served = await Promise.all(serving);
    return { ids: served.map(({ id }) => id), letIn: served.filter(({ isLetIn }) => isLetIn).length };
  },

  /** The first gateway changes what all know. @returns when it was asked to, milliseconds since 1970 */
  async change({ version }) {
    const beganAtMs = nowMs();
    await gateways[0].change(version);
    return beganAtMs;
  },

  /** @returns when each gateway knew of the change; undefined while there are gateways that do not */
  knownAt({ version }) {
    const known = gateways.map(({ knownAtMs }) => knownAtMs.get(version));
    return known.includes(undefined) ? undefined : known;
  },

  replaceBudgets: ({ budgets }) => gateways[0].replaceBudgets(budgets),

  settle: () => Promise.all(gateways.map((gateway) => gateway.settle())).then(() => undefined),

  /** @returns how many logs are in the database */
  written: () => gateways.reduce((sum, { ledger }) => sum + ledger.state.writtenRecords, 0),

  /** @returns by how much the event loop is late in one of a hundred looks since the last question, milliseconds */
  lateness() {
    const lateMs = loop.percentile(99) / 1e6;
    loop.reset();
    loop.enable();
    return lateMs;
  },

  async stop() {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    gateways = [];
  },
};

process.on('message', ({ number, name, options }) => {
  Promise.resolve()
    .then(() => orders[name](options))
    .then(
      (answer) => process.send({ number, answer }),
      (error) => process.send({ number, error: error instanceof Error ? error.stack : String(error) }),
    );
});
process.on('disconnect', () => process.exit());
process.send('ready');

function nowMs() {
  return performance.timeOrigin + performance.now();
}
