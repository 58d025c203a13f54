// How smoothly the long lists scroll: by the wheel, as fast as the list reads on, until so many rows were in view or the list ends. Told
// are the tasks that kept the page's thread for more than 50 ms (`PerformanceObserver`), the longest time between two frames, how much of
// the processor the page's thread took for each turn of the wheel, which is the same on a busy machine, the most elements that the page
// had at once, and its memory; then how long the keys Home and End take to show the other end.

const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString();
const always = `from=${daysAgo(400)}&to=${daysAgo(0)}`;

/** Each list, and what has its rows. A row says by `aria-rowindex` or `aria-posinset` which it is. */
const LISTS = [
  { name: 'Logs', path: `/ui/logs?${always}`, list: (page) => page.getByRole('grid', { name: 'Requests' }) },
  { name: 'Audit', path: `/ui/audit?${always}`, list: (page) => page.getByRole('list', { name: 'Changes' }) },
  { name: 'Keys', path: '/ui/keys', list: (page) => page.getByRole('table') },
];

/** More elements than any window can show at once are a list that draws all of its rows. */
const MOST_ELEMENTS = 5000;
/** What is longer is seen as a stutter by everybody. */
const MOST_TASK_MS = 200;
/** More than a window's height: each turn draws other rows. */
const WHEEL_PX = 1200;
/** What reads on no more: so many turns of the wheel in which no further row came. */
const PATIENCE = 400;
/** So many frames a key has before it is pressed again. */
const FRAMES_OF_A_KEY = 60;

/** @returns what was not smooth, in words */
export async function measureScrolling({ browser, origin, session, rows, only }) {
  const lists = LISTS.filter(({ name }) => `Scroll ${name}`.includes(only) || name.includes(only));
  if (lists.length === 0) return [];
  console.log(
    '\n| Scrolled | rows | s | long tasks | longest ms | longest frame ms | CPU ms a turn | elements | memory MB | End ms | Home ms |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  );
  const rough = [];
  for (const { name, path, list } of lists) {
    const context = await browser.newContext({ storageState: session, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(origin + path);
    await placeIn(page, list(page), 2);
    const told = await scroll(page, list(page), rows);
    console.log(
      `| ${name} | ${told.rows} | ${told.seconds.toFixed(0)} | ${told.tasks.length} | ${most(told.tasks)} | ${most(told.frames)} | ${told.cpuMs.toFixed(1)} | ${told.elements} | ${told.memoryMb.join(' to ')} | ${told.endMs} | ${told.homeMs} |`,
    );
    if (told.elements > MOST_ELEMENTS) rough.push(`${name} draws ${told.elements} elements`);
    if (most(told.tasks) > MOST_TASK_MS) rough.push(`${name} had a task of ${most(told.tasks)} ms`);
    await context.close();
  }
  return rough;
}

async function scroll(page, list, wanted) {
  const tools = await page.context().newCDPSession(page);
  const memory = async () => {
    await tools.send('HeapProfiler.collectGarbage');
    return Math.round((await tools.send('Runtime.getHeapUsage')).usedSize / 1e6);
  };
  const memoryMb = [await memory()];
  await tools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busySeconds = async () => {
    const { metrics } = await tools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value;
  };
  await page.evaluate(() => {
    const seen = { tasks: [], frames: [], elements: 0, last: performance.now() };
    globalThis.seenWhileScrolling = seen;
    new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) seen.tasks.push(Math.round(duration));
    }).observe({ type: 'longtask' });
    const onFrame = (now) => {
      seen.frames.push(Math.round(now - seen.last));
      seen.last = now;
      seen.elements = Math.max(seen.elements, document.getElementsByTagName('*').length);
      requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  });
  const box = await list.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 200);
  const began = performance.now();
  const busyBefore = await busySeconds();
  let [place, still, turns] = [0, 0, 0];
  while (place < wanted && still < PATIENCE) {
    await page.mouse.wheel(0, WHEEL_PX);
    turns += 1;
    const now = await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(lastPlace()))));
    still = now > place ? 0 : still + 1;
    place = Math.max(place, now);
  }
  const seconds = (performance.now() - began) / 1000;
  const cpuMs = (1000 * ((await busySeconds()) - busyBefore)) / turns;
  const { tasks, frames, elements } = await page.evaluate(() => globalThis.seenWhileScrolling);
  const homeMs = await timeOfKey(page, 'Home', (last) => last < 200);
  const endMs = await timeOfKey(page, 'End', (last) => last >= place - 200);
  memoryMb.push(await memory());
  return { rows: place, seconds, tasks, frames, cpuMs, elements, memoryMb, homeMs, endMs };
}

async function timeOfKey(page, key, isThere) {
  const began = performance.now();
  for (let frame = 0; !isThere(await page.evaluate(() => lastPlace())); frame += 1) {
    // While the page still moves from the key before, this one may have no effect.
    if (frame % FRAMES_OF_A_KEY === 0) await page.keyboard.press(key);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    if (frame > FRAMES_OF_A_KEY * PATIENCE) throw new Error(`the key ${key} leads nowhere`);
  }
  return Math.round(performance.now() - began);
}

async function placeIn(page, list, least) {
  await list.waitFor();
  await page.evaluate(() => {
    globalThis.lastPlace = () =>
      Math.max(
        0,
        ...[...document.querySelectorAll('[aria-rowindex],[aria-posinset]')].map((row) =>
          Number(row.getAttribute('aria-rowindex') ?? row.getAttribute('aria-posinset')),
        ),
      );
  });
  await page.waitForFunction((count) => lastPlace() >= count, least);
}

function most(values) {
  return Math.max(0, ...values);
}
