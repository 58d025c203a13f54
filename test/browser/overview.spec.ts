import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { v7 } from 'uuid';
import type { LogEntry } from '../../src/ledger/entry/log-entry.js';
import { Today } from '../../src/serving/today.js';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { accessibilityFaults, openDashboard } from '../support/dashboard.js';
import { widthsIn } from '../support/whole-page.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { logEntry } from '../support/log-entries.js';
import { until } from '../support/upload-server.js';
import { writeLogs } from '../support/written-logs.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

const ZONE = { timezoneId: 'Europe/Berlin' };
const LONG_NAME = 'a-key-with-a-long-name-'.repeat(8);

/** Some day in the month before this one, as clocks in Berlin have it. */
function someDayOfLastMonth(): Date {
  const [year = 0, month = 0] = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Berlin' }).split('-');
  return new Date(Date.UTC(Number(year), Number(month) - 1, 1) - 10 * 86_400_000);
}

function entryAt(createdAt: Date, fields: Partial<LogEntry>): LogEntry {
  return logEntry({ id: v7({ msecs: createdAt.getTime() }), createdAt, audioSeconds: 60, latencyMs: 1500, ...fields });
}

async function saved(page: Page, button: string): Promise<{ name: string; lines: string[] }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  return { name: download.suggestedFilename(), lines: text.replace('\uFEFF', '').trimEnd().split('\r\n') };
}

describeWithBrowser('overview and analytics', () => {
  let browser: Browser;
  let gateway: TestGateway;
  let dear: { id: string; key: string };

  beforeAll(async () => {
    [browser, gateway] = await Promise.all([launchChromium(), startTestGateway({ COOLDOWN_SECONDS: '600' })]);
    gateway.app.get(Today).date = () => new Date('2026-11-27');
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });

  it('leads from an empty gateway to the first request of an application, each step turning green by itself', async () => {
    await using dashboard = await openDashboard(browser, gateway);
    const { page, complaints } = dashboard;
    const done = (step: string) => page.getByRole('heading', { name: `${step} (done)` });
    await done('Add a provider key, or use the sandbox').waitFor();
    expect(await page.getByText('No requests in this period').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Send the sample to sandbox' }).click();
    await page.getByText('This is the Auricle sandbox').waitFor();
    await done('Try it').waitFor();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await done('Make a key for your application').waitFor();
    const call = await page.getByRole('region', { name: 'Call with the new key' }).innerText();
    const form = new FormData();
    form.set('model', 'sandbox');
    form.set('file', new Blob([await readFile('assets/one-second.wav')]), 'speech.wav');
    const authorization = /Bearer [\w-]+/.exec(call)?.[0] ?? '';
    await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', body: form, headers: { authorization } });
    await done('Watch it arrive').waitFor();
    await page.getByText('was asked for by my-app').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.reload();
    await page.getByRole('heading', { name: 'This month' }).waitFor();
    expect(await page.getByRole('heading', { name: 'First steps' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('shows what needs attention, and what failed', async () => {
    const blue = (await gateway.admin('POST', 'teams', { name: 'blue' })).body.id as string;
    const arabic = (await gateway.admin('POST', 'teams', { name: '=فريق' })).body.id as string;
    dear = await gateway.createKey({ name: LONG_NAME, budgets: [{ limit_usd: 50, period: 'month' }] });
    const cheap = await gateway.createKey({ name: '密钥' });
    await gateway.createModel('whisper', 'http://127.0.0.1:9/v1');
    const lastMonth = someDayOfLastMonth();
    const names = { teamName: 'as it was then', keyName: 'as it was then' };
    await writeLogs(
      gateway,
      entryAt(new Date(), { keyId: dear.id, teamId: blue, costNanoUsd: 7_000_000_000n, ...names }),
      entryAt(new Date(), { keyId: cheap.id, teamId: arabic, costNanoUsd: 477_000n, ...names }),
      entryAt(new Date(), { costNanoUsd: null }),
      entryAt(lastMonth, { keyId: dear.id, teamId: blue, costNanoUsd: 2_500_000_000n, ...names }),
      entryAt(lastMonth, { keyId: cheap.id, teamId: arabic, costNanoUsd: 100n, ...names }),
    );
    await until(async () => {
      const form = new FormData();
      form.set('model', 'whisper');
      form.set('file', new Blob([await readFile('assets/one-second.wav')]), 'speech.wav');
      const headers = { authorization: `Bearer ${dear.key}` };
      await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', body: form, headers });
      const { body } = await gateway.admin('GET', 'deployments/health');
      return body.data.some(({ circuit }: { circuit: string }) => circuit === 'open');
    });

    await using dashboard = await openDashboard(browser, gateway, ZONE);
    const { page, complaints } = dashboard;
    const attention = page.getByRole('list', { name: 'Needs attention' });
    await attention.getByText('circuit open').waitFor();
    await attention.getByText(/cools, to be tried again in \d+ min/).waitFor();
    await attention.getByText(/(ends|has ended) on 2027-02-26/).waitFor();
    await attention.getByRole('link', { name: '1 request of unknown cost' }).waitFor();
    const failures = page.getByRole('region', { name: 'Newest failures' });
    await failures.getByText('provider_unavailable').first().waitFor();
    const figures = page.getByRole('list', { name: 'Figures' });
    await figures.getByRole('link', { name: 'Cost $7.00' }).waitFor();

    // A week is drawn by its hours. The cursor of a chart goes by keys, and says where it is.
    await page.getByLabel('Period').selectOption({ label: 'Last 7 days' });
    const cursor = page.getByRole('slider', { name: 'Cursor of Cost' });
    // The day is drawn by its hours as well: the focus comes before the week may be there, and stays on the same hour.
    await page.getByText(/^Cost by hour, from/).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Cost over time as CSV' }).focus();
    await page.keyboard.press('Tab');
    await until(async () => Number(await cursor.getAttribute('aria-valuemax')) > 160);
    const said = () => cursor.getAttribute('aria-valuetext');
    // Where the hour has just begun, what was asked before is in the one before.
    await until(async () => {
      if (/^\d{4}-\d\d-\d\d \d\d:\d\d: US dollars \$7\.00/.test((await said()) ?? '')) return true;
      await page.keyboard.press('ArrowLeft');
      return false;
    });
    const tip = page.locator('figure').filter({ has: cursor }).getByText('$7.00', { exact: true });
    await tip.waitFor();
    const place = Number(await cursor.getAttribute('aria-valuenow'));
    expect(place).toBeGreaterThan(160);
    await page.keyboard.press('ArrowLeft');
    await tip.waitFor({ state: 'detached' });
    expect(await cursor.getAttribute('aria-valuenow')).toBe(`${place - 1}`);
    await page.keyboard.press('Home');
    await until(async () => (await cursor.getAttribute('aria-valuenow')) === '0');
    await page.keyboard.press('End');
    const most = await cursor.getAttribute('aria-valuemax');
    await until(async () => (await cursor.getAttribute('aria-valuenow')) === most);
    await page.keyboard.press('Escape');
    await page
      .locator('figure')
      .filter({ has: cursor })
      .getByText('US dollars', { exact: true })
      .waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it.each(['/ui/', '/ui/analytics'])(
    '%s asks what it shows first while its own script is on its way, once',
    async (path) => {
      await using dashboard = await openDashboard(browser, gateway, ZONE);
      const { page, complaints } = dashboard;
      const first: string[] = [];
      page.on('request', (request) => {
        const { pathname, search } = new URL(request.url());
        if (pathname.startsWith('/admin/v1/analytics')) first.push(search);
      });
      let letThrough: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (letThrough = resolve));
      await page.route(/\/(overview|analytics)\.page-[^/]+\.js$/, async (route) => {
        await held;
        await route.continue();
      });
      await page.goto(gateway.url + path, { waitUntil: 'commit' });
      await until(() => first.length > 0);
      letThrough();
      await page.locator('figure').first().waitFor();
      expect(first.filter((search) => search === first[0])).toHaveLength(1);
      expect(complaints).toEqual([]);
    },
  );

  it('shows figures without waiting for what is drawn, nor for what is about to retire', async () => {
    await using dashboard = await openDashboard(browser, gateway, ZONE);
    const { page } = dashboard;
    const held: string[] = [];
    await page.route(/bucket=|\/retirements/, (route) => void held.push(route.request().url()));
    await page.goto(`${gateway.url}/ui/?period=7d`);
    await page.getByRole('list', { name: 'Figures' }).getByRole('link', { name: 'Cost $7.00' }).waitFor();
    await until(() => held.length === 2);
    await page
      .getByRole('list', { name: 'Needs attention' })
      .getByRole('link', { name: '1 request of unknown cost' })
      .waitFor();
  });

  it('tells in one click which key costs most this month', async () => {
    await using dashboard = await openDashboard(browser, gateway, ZONE);
    const { page } = dashboard;
    const dearest = page.getByRole('list', { name: 'Keys that cost most this month' }).getByRole('listitem');
    expect(await dearest.first().innerText()).toContain(LONG_NAME);
    expect(await dearest.first().innerText()).toContain('$7.00');
    await dearest.first().getByRole('link').click();
    await page.waitForURL(/\/ui\/logs\?/);
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ period: 'month', key_id: dear.id });
  });

  it('gives last month by team as CSV in three clicks', async () => {
    await using dashboard = await openDashboard(browser, gateway, ZONE);
    const { page, complaints } = dashboard;
    await page.getByLabel('Period').selectOption({ label: 'Last month' });
    await page.getByRole('link', { name: 'By team' }).click();
    const { name, lines } = await saved(page, 'Totals as CSV');
    expect(name).toMatch(/^auricle-totals-by-team-\d{4}-\d\d-01-\d{4}-\d\d-01-Europe-Berlin\.csv$/);
    expect(lines[0]).toMatch(/^from,to,time_zone,team,team_name,/);
    const column = (line: string | undefined, title: string) =>
      line?.split(',')[(lines[0] ?? '').split(',').indexOf(title)];
    const row = (team: string) => lines.find((line) => line.includes(team));
    expect(lines).toHaveLength(3);
    expect(column(row('blue'), 'cost_usd')).toBe('2.5');
    expect(column(row('blue'), 'from')).toMatch(/-01T00:00:00\+0[12]:00$/);
    expect(column(row('blue'), 'time_zone')).toBe('Europe/Berlin');
    // No formula, and no exponent.
    expect(column(row('فريق'), 'team_name')).toBe(`'=فريق`);
    expect(column(row('فريق'), 'cost_usd')).toBe('0.0000001');
    expect(complaints).toEqual([]);
  });

  it('has all of a question in the address, every figure a way to its rows, and a stretch that was dragged over', async () => {
    await using dashboard = await openDashboard(browser, gateway, { ...ZONE, path: '/ui/analytics?period=30d' });
    const { page, complaints } = dashboard;
    await page.getByLabel('Metric').selectOption('cost_usd');
    await page.getByLabel('Group by').selectOption('team');
    await page.getByLabel('And by').selectOption('key');
    await page.getByLabel('Against the period before').check();
    await page.getByRole('checkbox', { name: 'Summed up' }).check();
    await page.getByRole('heading', { name: 'Cost by team and key, summed up' }).waitFor();
    const asked = Object.fromEntries(new URL(page.url()).searchParams);
    expect(asked).toEqual({
      period: '30d',
      metric: 'cost_usd',
      group_by: 'team,key',
      compare: 'true',
      cumulative: 'true',
    });
    await page.reload();
    const totals = page.getByRole('region', { name: 'Totals' });
    await totals.getByRole('columnheader', { name: 'before' }).waitFor();
    const ofBlue = totals.getByRole('row', { name: /blue/ });
    const way = await ofBlue.getByRole('link', { name: /^\$\d/ }).getAttribute('href');
    expect(new URLSearchParams(way?.split('?')[1]).get('key_id')).toBe(dear.id);

    await page.getByRole('checkbox', { name: 'Summed up' }).uncheck();
    await page.getByLabel('Group by').selectOption('');
    await page.getByRole('button', { name: 'Cost as table' }).click();
    const twin = page.getByRole('region', { name: 'Cost, as a table' });
    await twin.getByRole('link').first().waitFor();
    expect(await twin.getByRole('row').count()).toBeGreaterThan(29);
    const { lines } = await saved(page, 'Cost over time as CSV');
    expect(lines[0]).toBe('starts_at,time_zone,Cost,period before');
    expect(lines.at(-1)).toMatch(/^\d{4}-\d\d-\d\dT00:00:00\+0[12]:00,Europe\/Berlin,7\.000477,/);
    await page.getByRole('button', { name: 'Cost as chart' }).click();

    const chart = page.locator('canvas');
    await chart.scrollIntoViewIfNeeded();
    const { x, y, width } = (await chart.boundingBox()) ?? { x: 0, y: 0, width: 0 };
    await page.mouse.move(x + width * 0.4, y + 60);
    await page.mouse.move(x + width * 0.5, y + 60);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.8, y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/&from=/);
    const { from, to } = Object.fromEntries(new URL(page.url()).searchParams);
    expect(new Date(from ?? '').getTime()).toBeLessThan(new Date(to ?? '').getTime());
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.waitForURL((url) => !url.searchParams.has('from') && url.searchParams.get('period') === '30d');
    expect(complaints).toEqual([]);
  });

  it('shows the holder of a key what is its own, and nothing else', async () => {
    await using dashboard = await openDashboard(browser, gateway, { key: dear.key });
    const { page, complaints } = dashboard;
    await page.getByText('$9.50 of $50.00').or(page.getByText('$7.00 of $50.00')).waitFor();
    await page.getByText('No limit holds for this key.').waitFor();
    await page.getByRole('heading', { name: 'By provider' }).waitFor();
    const own = [
      'Your key',
      'Budgets',
      'Limits',
      'Requests',
      'Cost',
      'Latency',
      'This month',
      'By model',
      'By provider',
    ];
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(own);
    const models = page.getByRole('region', { name: 'By model' });
    await models.getByText('$7.00').waitFor();
    expect(await models.getByRole('link').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('can be read by everybody, in %s, wide and narrow', async (colorScheme) => {
    await using dashboard = await openDashboard(browser, gateway, { ...ZONE, colorScheme });
    const { page, complaints } = dashboard;
    for (const path of ['/ui/', '/ui/analytics?period=7d&group_by=key&metric=cost_usd&compare=true']) {
      await page.goto(gateway.url + path);
      await page.locator('canvas').first().waitFor();
      await page.getByRole('region').last().waitFor();
      for (const width of widthsIn(colorScheme)) {
        await page.setViewportSize({ width, height: 800 });
        expect(await accessibilityFaults(page)).toEqual([]);
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
      }
    }
    expect(complaints).toEqual([]);
  });
});
