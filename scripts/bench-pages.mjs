// How long each page of the dashboard takes to show its first data, and how smoothly its long lists scroll:
// npm run bench:pages -- [--rows 5000000] [--folder /tmp/...] [--only Logs] [--times 3] [--scroll-rows 100000] [--bound-ms 1000] [--quick].
// Fills an embedded PostgreSQL of its own (a folder that is named is kept, and used again), starts the built gateway on it, and opens
// the pages in Chromium: `cold` in a browser that has never been here, `warm` in one that has its files. From the beginning of the
// navigation to the first data, by the page's own clock; what the first data is says scripts/bench-pages/pages.mjs. Then, in a page that
// is there, from a click to the first data. `--bound-ms` is what the median of each may take, or the end is a failure. `--quick` is a
// small ledger, each page once: whether it works.
import { cpus, loadavg, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { fillAccess, SHAPES } from './bench-pages/fill-access.mjs';
import { PAGES, STEPS } from './bench-pages/pages.mjs';
import { measureScrolling } from './bench-pages/scrolling.mjs';
import { MASTER_KEY, withFilledGateway } from './filled-gateway.mjs';

const { launchChromium } = await import('../test/support/chromium.ts');

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    folder: { type: 'string' },
    only: { type: 'string', default: '' },
    times: { type: 'string' },
    'bound-ms': { type: 'string' },
    'scroll-rows': { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const isQuick = options.quick;
const rows = Number(options.rows ?? (isQuick ? 3000 : 5_000_000));
const times = Number(options.times ?? (isQuick ? 1 : 3));
const scrollRows = Number(options['scroll-rows'] ?? (isQuick ? 250 : 100_000));
const shape = isQuick ? SHAPES.small : SHAPES.large;
const PATIENCE_MS = 60_000;
const LOOK_MS = 20;

const began = Date.now();
const { keysInAll: _, events: __, deliveries: ___, ...ledger } = shape;
await withFilledGateway(
  {
    rows,
    folder: options.folder,
    isBuilt: true,
    ...ledger,
    more: (connect) => fillAccess(connect, shape),
    say: isQuick ? () => undefined : console.log,
    settings: {
      shared_buffers: isQuick ? '128MB' : '2GB',
      effective_cache_size: '6GB',
      max_wal_size: '8GB',
      random_page_cost: '1.1',
      // What is lost with a power cut is filled anew.
      fsync: 'off',
      wal_level: 'minimal',
      max_wal_senders: '0',
    },
  },
  async ({ origin }) => {
    const browser = await launchChromium();
    try {
      console.log(
        `${rows} logs, ${shape.keysInAll} keys, ${shape.teams} teams, ${shape.events} audit events, in ${secondsSince(began)} s`,
      );
      console.log(
        `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, load ${loadavg()[0]?.toFixed(1)}`,
      );
      console.log(
        `Node ${process.versions.node}, Chromium ${browser.version()}, ${new Date().toISOString()}, ${times} times each`,
      );
      console.log(`npm run bench:pages -- ${process.argv.slice(2).join(' ')}\n`);
      const session = await signIn(browser, origin);
      const isWanted = ({ name }) => name.includes(options.only);
      const pages = isQuick ? oneOfEach(PAGES) : PAGES;
      const steps = isQuick ? STEPS.slice(0, 1) : STEPS;
      const slow = [
        ...(await measurePages(browser, origin, session, pages.filter(isWanted))),
        ...(await measureSteps(browser, origin, session, steps.filter(isWanted))),
      ];
      const rough = await measureScrolling({ browser, origin, session, rows: scrollRows, only: options.only });
      console.log(`\nAll of it took ${secondsSince(began)} s.`);
      if (slow.length > 0) {
        console.error(`More than ${options['bound-ms']} ms: ${slow.join('; ')}`);
        process.exitCode = 1;
      }
      if (rough.length > 0) {
        console.error(`Not smooth: ${rough.join('; ')}`);
        if (options['bound-ms']) process.exitCode = 1;
      }
    } finally {
      await browser.close();
    }
  },
);

/** Each page once, whatever it is asked. */
function oneOfEach(pages) {
  const pathOf = ({ path }) => path.split('?')[0];
  return pages.filter((page, index) => pages.findIndex((other) => pathOf(other) === pathOf(page)) === index);
}

/** The cookie of a session. */
async function signIn(browser, origin) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${origin}/ui/`);
  await page.getByLabel('Key', { exact: true }).fill(MASTER_KEY);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

async function measurePages(browser, origin, storageState, pages) {
  if (pages.length === 0) return [];
  console.log('| Page | cold, median ms | worst | warm, median ms | worst |\n| --- | ---: | ---: | ---: | ---: |');
  const slow = [];
  for (const { name, path, first, isLater } of pages) {
    const took = { cold: [], warm: [] };
    for (let turn = 0; turn < times; turn += 1) {
      const context = await browser.newContext({ storageState, viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      for (const which of ['cold', 'warm']) {
        await page.goto(origin + path, { waitUntil: 'commit' });
        await seen(first(page), name);
        took[which].push(await page.evaluate(() => performance.now()));
        // What is still under way is not of the next measurement.
        if (!isQuick && which === 'cold') await page.waitForLoadState('networkidle');
      }
      await context.close();
    }
    console.log(`| ${name} | ${told(took.cold)} | ${told(took.warm)} |`);
    if (!isLater && (isSlow(took.cold) || isSlow(took.warm))) slow.push(name);
  }
  return slow;
}

async function measureSteps(browser, origin, storageState, steps) {
  if (steps.length === 0) return [];
  console.log('\n| From a click | median ms | worst |\n| --- | ---: | ---: |');
  const slow = [];
  for (const { name, path, ready, prepare, act, first } of steps) {
    const took = [];
    for (let turn = 0; turn < times; turn += 1) {
      const context = await browser.newContext({ storageState, viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      await page.goto(origin + path);
      await seen(ready(page), name);
      if (!isQuick) await page.waitForLoadState('networkidle');
      await prepare?.(page);
      const start = performance.now();
      await act(page);
      await seen(first(page), name);
      took.push(performance.now() - start);
      await context.close();
    }
    console.log(`| ${name} | ${told(took)} |`);
    if (isSlow(took)) slow.push(name);
  }
  return slow;
}

/** Looked for often: `waitFor` looks but twice a second after the first half. */
async function seen(locator, name) {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (!(await isThere(locator))) {
    if (performance.now() > giveUpAt) throw new Error(`${name}: its first data was not seen`);
    await delay(LOOK_MS);
  }
}

/** What is looked at may go with the page before. */
async function isThere(locator) {
  return await locator
    .first()
    .isVisible()
    .catch(() => false);
}

function told(took) {
  return `${Math.round(medianOf(took))} | ${Math.round(Math.max(...took))}`;
}

function isSlow(took) {
  return medianOf(took) > Number(options['bound-ms'] ?? Infinity);
}

function medianOf(took) {
  return took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)];
}

function secondsSince(moment) {
  return Math.round((Date.now() - moment) / 1000);
}
