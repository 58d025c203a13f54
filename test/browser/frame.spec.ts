import type { Browser } from 'playwright-core';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { accessibilityFaults, openDashboard } from '../support/dashboard.js';
import { widthsIn } from '../support/whole-page.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../support/gateway.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

describeWithBrowser('the frame of the dashboard', () => {
  let browser: Browser;
  let gateway: TestGateway;

  beforeAll(async () => {
    [browser, gateway] = await Promise.all([launchChromium(), startTestGateway()]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });

  it('asks for a key, says what is wrong with another one, and keeps neither where a script could find it', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${gateway.url}/ui/keys`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Key', { exact: true }).fill('sk-aur-of-nobody');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('Incorrect').waitFor();
    await page.getByLabel('Key', { exact: true }).fill(MASTER_KEY);
    await page.getByRole('button', { name: 'Sign in' }).click();
    // Where the address led to.
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    expect(await page.evaluate<string>('document.cookie')).toBe('');
    const stored = await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
    expect(stored + (await page.content())).not.toContain(MASTER_KEY);
    await context.close();
  });

  it('is signed in after a reload, and on no page any more after signing out', async () => {
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/keys' });
    const { page, complaints } = dashboard;
    await page.reload();
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await page.getByRole('button', { name: 'master key' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Key', { exact: true }).waitFor();
    await page.goto(`${gateway.url}/ui/keys`);
    await page.getByLabel('Key', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows what a role may do, and nothing else', async () => {
    const { body } = await gateway.admin('POST', 'admin_keys', { name: 'looks only', role: 'viewer' });
    await using viewer = await openDashboard(browser, gateway, { key: body.key });
    await viewer.page.getByRole('button', { name: 'looks only' }).click();
    await viewer.page.getByText('Signed in as viewer').waitFor();
    const { key } = await gateway.createKey({ name: 'app' });
    await using holder = await openDashboard(browser, gateway, { key, path: '/ui/playground' });
    const menu = holder.page.getByRole('navigation', { name: 'Pages' }).getByRole('listitem');
    expect(await menu.allTextContents()).not.toContain('Keys');
  });

  it.each(['light', 'dark'] as const)('is whole in %s, with a keyboard alone', async (colorScheme) => {
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/keys', colorScheme });
    const { page, complaints } = dashboard;
    expect(await page.evaluate<string>('document.documentElement.dataset.theme')).toBe(colorScheme);
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('A request id').fill('keys');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    const other = colorScheme === 'light' ? 'Dark theme' : 'Light theme';
    await page.getByRole('button', { name: other }).press('Enter');
    await page.reload();
    await page.getByRole('button', { name: colorScheme === 'light' ? 'Light theme' : 'Dark theme' }).waitFor();
    await page.getByLabel('Time zone').selectOption('utc');
    await page.reload();
    expect(await page.getByLabel('Time zone').inputValue()).toBe('utc');
    for (const width of widthsIn(colorScheme)) {
      await page.setViewportSize({ width, height: 700 });
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
    }
    expect(complaints).toEqual([]);
  });

  it('says that an address is no page', async () => {
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/nothing' });
    await dashboard.page.getByText('There is no such page').waitFor();
  });
});
