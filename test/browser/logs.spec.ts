import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { v7 } from 'uuid';
import { timeOf } from '../../src/http/request-id.js';
import { requestStatuses, type LogEntry } from '../../src/ledger/entry/log-entry.js';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { accessibilityFaults, goTo, openDashboard } from '../support/dashboard.js';
import { widthsIn } from '../support/whole-page.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../support/gateway.js';
import { logEntry } from '../support/log-entries.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../support/openai-simulator.js';
import { errorAnswer } from '../support/simulator-answers.js';
import { until } from '../support/upload-server.js';
import { writeLogs } from '../support/written-logs.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

const ARABIC = 'مرحبا بكم في الاجتماع اليوم';

/** A log of so many seconds ago. */
function ago(seconds: number, fields: Partial<LogEntry> = {}): LogEntry {
  const id = v7({ msecs: Date.now() - 1000 * seconds });
  return logEntry({ id, createdAt: timeOf(id), ...fields });
}

const rowsOf = (page: Page) => page.getByRole('grid', { name: 'Requests' }).getByRole('row');
/** The ids of all rows from the top to the end, in the order in which they stand. Only those in view are drawn. */
async function shownIds(page: Page): Promise<string[]> {
  const grid = page.getByRole('grid', { name: 'Requests' });
  const ids = new Map<number, string>();
  for (let scrolled = 0, isAtEnd = false; !isAtEnd; scrolled += 400) {
    isAtEnd = await grid.evaluate((it, top) => {
      it.scrollTo({ top });
      return it.scrollTop + it.clientHeight >= it.scrollHeight - 1;
    }, scrolled);
    // What comes into view is drawn in the frame after.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
    const drawn = await grid.evaluate((it) =>
      [...it.querySelectorAll('[role=row][aria-selected]')].map(
        (row) =>
          [Number(row.getAttribute('aria-rowindex')), row.querySelector('a')?.getAttribute('href') ?? ''] as const,
      ),
    );
    for (const [index, href] of drawn) ids.set(index, /[0-9a-f-]{36}/.exec(href)?.[0] ?? href);
  }
  return [...ids].toSorted(([one], [other]) => one - other).map(([, id]) => id);
}

const drawerOf = (page: Page) => page.getByRole('dialog');

describeWithBrowser('the logs of the dashboard', () => {
  let browser: Browser;
  let gateway: TestGateway;
  let simulator: OpenAiSimulator;

  beforeAll(async () => {
    [browser, gateway, simulator] = await Promise.all([
      launchChromium(),
      startTestGateway({ STORE_TRANSCRIPTS: 'true' }),
      OpenAiSimulator.start(),
    ]);
    await gateway.createModel('whisper', simulator.url, { api_key: SIMULATOR_KEY });
    await writeLogs(
      gateway,
      ...requestStatuses.map((status, index) =>
        ago(7200 + index, {
          status,
          httpStatus: status === 'success' ? 200 : 502,
          model: 'of-every-status',
          audioSeconds: 61.4,
          costNanoUsd: [477_000n, null, 0n, 12n, 12_000_000_000n][index] ?? null,
          ...(status !== 'success' && { errorMessage: `so it was ${status}`, errorCode: 'some_code' }),
        }),
      ),
      ago(7300, {
        model: 'two-step',
        retries: 1,
        fallbacks: 1,
        translated: true,
        cache: 'hit',
        language: 'ar',
        transcript: ARABIC,
        endUser: 'u-1',
        tags: ['podcast', 'a,b'],
      }),
      ...Array.from({ length: 230 }, (_, index) => ago(10_000 + 60 * index, { model: 'many', latencyMs: 40 * index })),
    );
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await simulator.close();
  });

  /** Sends a recording, and returns the id of its log. */
  async function transcribe(model = 'whisper'): Promise<string> {
    const form = new FormData();
    form.append('file', new Blob([await readFile('assets/speech.wav')]), 'speech.wav');
    form.append('model', model);
    const response = await fetch(`${gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MASTER_KEY}` },
      body: form,
    });
    await response.arrayBuffer();
    return response.headers.get('x-request-id') ?? '';
  }

  it('tells in two clicks why a request has failed, and shows the same at its address', async () => {
    simulator.respondWith(errorAnswer(503, { message: 'The engine is overloaded' }));
    const id = await transcribe();
    await using dashboard = await openDashboard(browser, gateway);
    const { page, complaints } = dashboard;
    await page.getByRole('link', { name: 'Logs' }).click();
    await rowsOf(page).filter({ hasText: 'Failure' }).first().click();
    await drawerOf(page).getByText('The engine is overloaded').first().waitFor();
    expect(page.url()).toContain(`/ui/logs/${id}`);
    const parts = drawerOf(page).getByRole('list', { name: 'Where the time went' }).getByRole('listitem');
    expect(await parts.allTextContents()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^upload/),
        expect.stringMatching(/^openai 1.*failed.*503 · unavailable/),
      ]),
    );
    await page.reload();
    await drawerOf(page).getByText('The engine is overloaded').first().waitFor();
    await page.keyboard.press('Escape');
    await drawerOf(page).waitFor({ state: 'hidden' });
    await rowsOf(page).filter({ hasText: 'Failure' }).first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('has a row of every status, with what it cost and what it took, in words, too', async () => {
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/logs?model=of-every-status' });
    const { page } = dashboard;
    await rowsOf(page).nth(5).waitFor();
    const texts = await rowsOf(page).allTextContents();
    expect(texts.slice(1)).toEqual([
      expect.stringMatching(/Success200.*61.4 s\$0.000477/),
      expect.stringMatching(/Failure502.*unknown.*so it was failure/),
      expect.stringMatching(/Refused502.*\$0.*so it was refused/),
      expect.stringMatching(/Cancelled502.*\$0.000000012.*so it was cancelled/),
      expect.stringMatching(/Lost502.*\$12.00.*so it was lost/),
    ]);
    await page.goto(`${gateway.url}/ui/logs?model=two-step`);
    const marks = rowsOf(page).nth(1);
    expect(await marks.textContent()).toMatch(/retried once.*by a fallback.*in two steps.*from the cache/);
    expect(await marks.getByText(ARABIC).getAttribute('dir')).toBe('auto');
  });

  it('keeps filters in the address by the names of the API, over a reload and in a saved view', async () => {
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/logs' });
    const { page, complaints } = dashboard;
    await page.getByRole('button', { name: 'Status', exact: true }).click();
    await page.getByRole('checkbox', { name: 'Success' }).check();
    await page.getByRole('checkbox', { name: 'Lost' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Tag' }).click();
    // As the ledger knows it.
    await page.getByRole('checkbox', { name: 'a,b' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'filter', exact: true }).click();
    await page.getByRole('button', { name: 'Had a fallback' }).click();
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.getByText('1 request', { exact: true }).waitFor();
    const asked = 'status=success&status=lost&tag=a%2Cb&had_fallback=true';
    expect(new URL(page.url()).search).toBe(`?${asked}`);
    await page.getByRole('button', { name: 'Saved views' }).click();
    await page.getByLabel('Save this view as').fill('rescued podcasts');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.reload();
    await page.getByText('1 request', { exact: true }).waitFor();
    const inForce = page.getByRole('list', { name: 'Filters in force' }).getByRole('listitem');
    expect(await inForce.count()).toBe(5);
    await page.getByRole('button', { name: 'Remove Status Lost' }).click();
    await page.getByRole('button', { name: 'Clear all' }).click();
    await inForce.first().waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
    await page.getByRole('button', { name: 'Saved views' }).click();
    await page.getByRole('button', { name: 'rescued podcasts', exact: true }).click();
    await page.getByText('1 request', { exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe(`?${asked}`);
    await page.getByRole('searchbox', { name: 'Words that were said' }).fill('nobody said that');
    await page.keyboard.press('Enter');
    await page.getByText('No request is like that').waitFor();
    expect(complaints).toEqual([]);
  });

  it('goes by the keyboard alone, and reads on while it does', async () => {
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/logs?model=many' });
    const { page, complaints } = dashboard;
    await rowsOf(page).nth(5).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const second = await page.locator('[role=row]:focus').getAttribute('aria-rowindex');
    expect(second).toBe('3');
    await page.keyboard.press('Enter');
    await drawerOf(page).getByText('40 ms').first().waitFor();
    await page.keyboard.press('j');
    await drawerOf(page).getByText('80 ms').first().waitFor();
    await page.keyboard.press('k');
    await drawerOf(page).getByText('40 ms').first().waitFor();
    await page.keyboard.press('Escape');
    await drawerOf(page).waitFor({ state: 'hidden' });
    await page.keyboard.press('End');
    await page.locator('[role=row][aria-rowindex="101"]:focus').waitFor();
    await page.keyboard.press('Home');
    await page.locator('[role=row][aria-rowindex="2"]:focus').waitFor();
    await page.keyboard.press('/');
    await page.locator('input[type=search]:focus').waitFor();
    const grid = page.getByRole('grid', { name: 'Requests' });
    for (const rows of [100, 200]) {
      await grid.evaluate((it, top) => it.scrollTo({ top }), 32 * rows);
      await page.locator(`[role=row][aria-rowindex="${rows + 2}"]`).waitFor();
    }
    expect(await rowsOf(page).count()).toBeLessThan(80);
    expect(complaints).toEqual([]);
  });

  it('zooms into the histogram with a pointer or the keyboard, and has it as a table', async () => {
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/logs?model=many' });
    const { page, complaints } = dashboard;
    const chart = page.getByRole('slider', { name: 'Requests by time' });
    const box = await chart.boundingBox();
    if (!box) throw new Error('there is no histogram');
    await page.mouse.move(box.x + 0.1 * box.width, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.5 * box.width, box.y + 10);
    await page.mouse.up();
    await page.waitForURL(/from=.*to=/);
    await chart.dblclick();
    await page.waitForURL((url) => !url.search.includes('from='));
    await chart.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/^\d{4}-\d\d-\d\d \d\d:00: \d+ requests?/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=.*to=/);
    await chart.focus();
    await page.keyboard.press('Backspace');
    await page.waitForURL((url) => !url.search.includes('from='));
    await page.getByRole('button', { name: 'Requests by time as a table' }).click();
    await page.getByRole('table').getByRole('link').last().click();
    await page.waitForURL(/from=.*to=/);
    // A week is drawn by hours.
    await page.goto(`${gateway.url}/ui/logs?model=many&period=7d`);
    expect(Number(await chart.getAttribute('aria-valuemax'))).toBeGreaterThanOrEqual(167);
    expect(complaints).toEqual([]);
  });

  it('shows new requests as they come, under load, and holds them while somebody looks', async () => {
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/logs?model=live' });
    const { page, complaints } = dashboard;
    await page.getByText('No request is like that').waitFor();
    await page.mouse.move(0, 0);
    await page.keyboard.press('.');
    await page.getByRole('switch', { name: 'Live', exact: true, checked: true }).waitFor();
    for (let batch = 0; batch < 20; batch += 1) {
      await writeLogs(gateway, ...Array.from({ length: 50 }, () => ago(0, { model: 'live' })));
    }
    await page.getByText('1,000 requests', { exact: true }).waitFor();
    await rowsOf(page).nth(1).hover();
    const newest = ago(0, { model: 'live', transcript: 'the newest of all' });
    await writeLogs(gateway, newest, ago(1, { model: 'live' }));
    await page.getByRole('button', { name: '2 new' }).waitFor();
    expect(await rowsOf(page).nth(1).textContent()).not.toContain('the newest of all');
    await page.getByRole('button', { name: '2 new' }).click();
    await rowsOf(page).nth(1).getByText('the newest of all').waitFor();
    await page.getByText('1,002 requests', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('loses and doubles none of 200 requests, newest first, while somebody reads, the line breaks and the page is loaded anew', async () => {
    await gateway.createModel('tail', simulator.url, { api_key: SIMULATOR_KEY });
    // Any server can be stood in front of, and be cut off.
    await using line = await DatabaseProxy.start(gateway.url);
    const url = new URL(line.url).origin;
    await using dashboard = await openDashboard(browser, { url });
    const { page, complaints } = dashboard;
    await page.mouse.move(0, 0);
    // What is answered between the list, which is empty, and the stream that goes on from there is missed by neither.
    await page.route(
      '**/logs/stream?*',
      async (route) => {
        await transcribe('tail');
        await gateway.logs('model=tail');
        await route.continue();
      },
      { times: 1 },
    );
    await goTo(page, '/ui/logs?model=tail&live=true&period=1h');
    await page.getByText('1 request', { exact: true }).waitFor();

    let sent = 1;
    const sendMore = async (count: number) => {
      const senders = Array.from({ length: 20 }, async () => {
        while (sent < count) {
          sent += 1;
          await transcribe('tail');
        }
      });
      await Promise.all(senders);
    };
    await sendMore(40);
    await rowsOf(page).nth(20).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const focused = page.locator('[role=row]:focus');
    const where = async () => [
      await focused.locator('a').first().getAttribute('href'),
      await focused.evaluate((row) => row.getBoundingClientRect().top),
    ];
    const read = await where();
    const more = sendMore(120);
    await page.getByRole('button', { name: / new$/ }).waitFor();
    line.cut();
    await more;
    // What is read stays what it is, and where it is.
    expect(await where()).toEqual(read);
    const rest = sendMore(200);
    await page.keyboard.press('Enter');
    await drawerOf(page).getByText('Where the time went').waitFor();
    const opened = page.url();
    expect(opened).toContain(String(read[0]));
    await page.keyboard.press('j');
    await page.waitForURL((now) => now.href !== opened);
    await page.keyboard.press('k');
    await page.waitForURL(opened);
    await page.keyboard.press('Escape');
    await drawerOf(page).waitFor({ state: 'hidden' });
    await rest;
    // The stream is behind by what it takes to connect again.
    await until(async () => {
      const waiting = page.getByRole('button', { name: / new$/ });
      if (await waiting.isVisible()) await waiting.click();
      return await page.getByText('200 requests', { exact: true }).isVisible();
    });
    const all = [
      ...(await gateway.logs('model=tail&limit=100')),
      ...(await gateway.logs(
        `model=tail&limit=100&cursor=${(await gateway.logs('model=tail&limit=100')).at(-1)?.['id']}`,
      )),
    ].map(({ id }) => id);
    expect(all).toHaveLength(200);
    expect(await shownIds(page)).toEqual(all);
    await page.reload();
    await page.getByText('200 requests', { exact: true }).waitFor();
    await page.getByRole('switch', { name: 'Live', exact: true, checked: true }).waitFor();
    expect(await shownIds(page)).toEqual(all);
    expect(complaints.filter((text) => !/ERR_(CONNECTION|EMPTY|INCOMPLETE)/.test(text))).toEqual([]);
  });

  it('saves what is shown, deletes words when asked to, and leads from a log to those like it', async () => {
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/logs?model=two-step' });
    const { page, complaints } = dashboard;
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'CSV' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^logs-.*\.csv$/);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
    expect(lines).toEqual([expect.stringMatching(/^id,/), expect.stringContaining('two-step')]);
    await rowsOf(page).nth(1).click();
    await drawerOf(page).getByText(ARABIC).waitFor();
    await drawerOf(page).getByRole('link', { name: 'u-1' }).waitFor();
    expect(await page.getByRole('link', { name: 'Open in the playground' }).getAttribute('href')).toBe(
      '/ui/playground?model=two-step&language=ar&response_format=json',
    );
    await drawerOf(page).getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete the transcript' }).click();
    await drawerOf(page).getByText('The log has no words of it').waitFor();
    await drawerOf(page).getByRole('link', { name: 'podcast' }).click();
    await page.waitForURL((url) => url.search === '?tag=podcast');
    await page.getByRole('button', { name: 'Remove Tag podcast' }).waitFor();
    await page.goto(`${gateway.url}/ui/logs/00000000-0000-7000-8000-000000000000`);
    await page.getByText('There is no such request').waitFor();
    const viewer = await gateway.admin('POST', 'admin_keys', { name: 'looks only', role: 'viewer' });
    await using other = await openDashboard(browser, gateway, {
      path: '/ui/logs?model=two-step',
      key: viewer.body.key,
    });
    await rowsOf(other.page).nth(1).click();
    await drawerOf(other.page).getByText('Where the time went').waitFor();
    expect(await drawerOf(other.page).getByRole('button', { name: 'Delete' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has no faults of accessibility in %s, wide and narrow', async (colorScheme) => {
    await using dashboard = await openDashboard(browser, gateway, {
      path: '/ui/logs?model=of-every-status',
      colorScheme,
    });
    const { page, complaints } = dashboard;
    for (const width of widthsIn(colorScheme)) {
      await page.setViewportSize({ width, height: 700 });
      await rowsOf(page).nth(2).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
      await rowsOf(page).nth(1).click();
      await drawerOf(page).getByText('Where the time went').waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await drawerOf(page).waitFor({ state: 'hidden' });
    }
    await page.getByRole('button', { name: 'Status', exact: true }).click();
    await page.getByRole('checkbox', { name: 'Failure' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
