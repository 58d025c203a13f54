import { Client } from 'pg';
import type { Browser, Locator } from 'playwright-core';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { openDashboard } from '../support/dashboard.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { OpenAiSimulator } from '../support/openai-simulator.js';
import { until } from '../support/upload-server.js';
import { countClicks, expectWhole } from '../support/whole-page.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

/** Comes when the page has scrolled as far as it was told to: a key pressed before that would begin anew. */
const AT_REST = `new Promise((resolve) => {
  let before = -1;
  const look = () => {
    if (scrollY === before) return resolve();
    before = scrollY;
    setTimeout(() => requestAnimationFrame(look), 50);
  };
  look();
})`;

describeWithBrowser('the pages of who may use what', () => {
  let browser: Browser;
  let gateway: TestGateway;
  let openai: OpenAiSimulator;

  beforeAll(async () => {
    [browser, gateway, openai] = await Promise.all([launchChromium(), startTestGateway(), OpenAiSimulator.start()]);
    await gateway.createModel('whisper', `${openai.origin}/v1`);
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([gateway.close(), openai.close()]);
  });

  it('makes a key with one field and two clicks, shows its secret once, and the key works', async () => {
    await using dashboard = await openDashboard(browser, gateway);
    const { page, complaints } = dashboard;
    const clicks = await countClicks(page);
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Keys' }).click();
    await page.getByLabel('Name of a new key').fill('podcast-app');
    await page.getByRole('button', { name: 'Make a key' }).click();
    const made = page.getByRole('dialog', { name: 'Key podcast-app' });
    const secret = (await made.getByLabel('Secret', { exact: true }).textContent()) ?? '';
    expect(await clicks()).toBe(2);
    await made.getByText('is not shown again').waitFor();
    const snippet = made.getByRole('tabpanel');
    expect(await snippet.textContent()).toContain(`curl ${gateway.url}/v1/audio/transcriptions`);
    expect(await snippet.textContent()).toContain('model=whisper');
    for (const [tab, has] of [
      ['Python', `base_url="${gateway.url}/v1"`],
      ['Node', `baseURL: '${gateway.url}/v1'`],
      ['.env', `OPENAI_API_KEY=${secret}`],
    ] as const) {
      await made.getByRole('tab', { name: tab }).click();
      expect(await snippet.textContent()).toContain(has);
      await made.getByRole('button', { name: `Copy ${tab}` }).waitFor();
    }
    await expectWhole(page);
    const me = await fetch(`${gateway.url}/v1/me`, { headers: { authorization: `Bearer ${secret}` } });
    expect(await me.json()).toMatchObject({ name: 'podcast-app' });
    // Neither a key of the keyboard nor a click beside it loses the secret.
    await page.keyboard.press('Escape');
    await made.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'podcast-app' }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.getByLabel('Name of a new key').fill('podcast-app');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByText(/exists|taken/).waitFor();
    expect(await page.getByLabel('Name of a new key').getAttribute('aria-invalid')).toBe('true');
    expect(complaints).toEqual([]);
  });

  it('tells what ends soon, and shows, changes, rotates, blocks and deletes a key', async () => {
    const { id } = await gateway.createKey({
      name: 'مفتاح',
      user: 'alice@example.org',
      tags: ['blue'],
      budgets: [{ limit_usd: 0, period: 'month' }],
    });
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/keys?user=alice@example.org' });
    const { page, complaints } = dashboard;
    await page.getByText('1 key shown here is out of budget or near it.').waitFor();
    const row = page.getByRole('row', { name: /مفتاح/ });
    expect(await row.textContent()).toContain('exhausted');
    expect(await page.getByRole('link', { name: 'podcast-app' }).count()).toBe(0);
    await expectWhole(page);
    await row.getByRole('link', { name: 'مفتاح' }).click();
    const drawer = page.getByRole('dialog');
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(`/ui/keys/${id}?user=alice%40example.org`);
    const logs = await drawer.getByRole('link', { name: 'Logs', exact: true }).getAttribute('href');
    expect(logs).toContain(`key_id=${id}`);

    await drawer.getByRole('button', { name: 'Edit' }).click();
    await drawer.getByLabel('Models', { exact: true }).fill('whisper, groq/*');
    await drawer.getByLabel('Minutes of audio per hour').fill('90');
    await drawer.getByLabel('Addresses', { exact: true }).fill('nowhere');
    await expectWhole(page);
    await drawer.getByRole('button', { name: 'Save' }).click();
    await drawer.getByText(/must be an IP address/).waitFor();
    expect(await drawer.getByLabel('Addresses', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await drawer.getByLabel('Addresses', { exact: true }).fill('');
    await drawer.getByText('More for a time').click();
    await drawer.getByLabel('More US dollars').fill('5');
    await drawer.getByLabel('Until').fill('2099-01-01T00:00:00');
    await drawer.getByRole('button', { name: 'Save' }).click();
    await drawer.getByText("models has 'groq/*', which fits no model").waitFor();
    expect((await gateway.admin('GET', `keys/${id}`)).body).toMatchObject({
      models: ['whisper', 'groq/*'],
      limits: { audio_seconds_per_hour: 5400, requests_per_minute: null },
      user: 'alice@example.org',
      budgets: [{ limit_usd: 0, period: 'month', increase: { usd: 5, audio_seconds: null } }],
    });
    await drawer.getByText('$0 of $5.00 a month').waitFor();

    await drawer.getByRole('button', { name: 'Rotate' }).click();
    await page.getByLabel('The secret before').selectOption({ label: 'It goes on for an hour' });
    await page
      .getByRole('dialog', { name: /Rotate/ })
      .getByRole('button', { name: 'Rotate' })
      .click();
    await page.getByLabel('Secret', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await drawer.getByText('goes on until').waitFor();
    await drawer.getByRole('button', { name: 'Block', exact: true }).click();
    await drawer.getByRole('button', { name: 'Unblock' }).waitFor();
    expect((await gateway.admin('GET', `keys/${id}`)).body.blocked).toBe(true);

    await drawer.getByRole('button', { name: 'Delete' }).click();
    const ask = page.getByRole('dialog', { name: /Delete/ });
    expect(await ask.getByRole('button', { name: 'Delete the key' }).isDisabled()).toBe(true);
    await ask.getByLabel(/Type/).fill('مفتاح');
    await ask.getByRole('button', { name: 'Delete the key' }).click();
    await page.getByText('No key is like that').waitFor();
    expect((await gateway.admin('GET', `keys/${id}`)).status).toBe(404);
    expect(complaints).toEqual([]);
  });

  it('makes a team, leads to its keys, blocks them all, and says what a team with keys keeps from being deleted', async () => {
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/teams' });
    const { page, complaints } = dashboard;
    await page.getByText('There are no teams yet').waitFor();
    await page.getByRole('button', { name: 'Make a team' }).click();
    const making = page.getByRole('dialog', { name: 'Make a team' });
    await making.getByLabel('Name', { exact: true }).fill('newsroom');
    await making.getByLabel('Holders of its keys may read their logs').check();
    await making.getByRole('button', { name: 'Add a budget' }).click();
    await making.getByLabel('Limit in US dollars').fill('500');
    await making.getByLabel('Time zone').fill('CET');
    await making.getByRole('button', { name: 'Make the team' }).click();
    await making.getByText(/Invalid 'budgets.0.time_zone'/).waitFor();
    await making.getByLabel('Time zone').fill('Europe/Berlin');
    await making.getByRole('button', { name: 'Make the team' }).click();
    await page.getByRole('link', { name: 'newsroom' }).waitFor();
    await expectWhole(page);
    expect((await gateway.admin('GET', 'teams/newsroom')).body.holders_may_read_logs).toBe(true);
    await gateway.createKey({ name: 'of the newsroom', team: 'newsroom' });

    await page.getByRole('link', { name: 'Its keys' }).click();
    await page.getByRole('link', { name: 'of the newsroom' }).waitFor();
    await page.getByRole('button', { name: 'All of these' }).click();
    await page.getByRole('menuitem', { name: 'Block', exact: true }).click();
    await page.getByText('1 key of the team newsroom blocked.').waitFor();
    await page
      .getByRole('row', { name: /of the newsroom/ })
      .getByText('blocked')
      .last()
      .waitFor();
    // A part of a name narrows the list, and not what is blocked together.
    await page.getByLabel('Name', { exact: true }).fill('the NEWS');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('button', { name: 'All of these' }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('name')).toBe('the NEWS');
    expect(await page.getByRole('link', { name: 'of the newsroom' }).count()).toBe(1);
    await page.goBack();
    await page.goBack();

    await page.getByRole('link', { name: 'newsroom' }).click();
    await page.getByText('holders of its keys read their own').waitFor();
    await page.getByText('$0 of $500.00 a month').last().waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByLabel(/Type/).fill('newsroom');
    await page.getByRole('button', { name: 'Delete the team' }).click();
    await page.getByRole('alert').getByText('of the newsroom').waitFor();
    expect(complaints).toEqual([]);
  });

  it('scrolls through all keys, and all that was changed, with the rows in view alone in the page', async () => {
    const client = new Client({ connectionString: gateway.databaseUrl });
    await client.connect();
    await client.query(
      `INSERT INTO virtual_key (id, name, hash, preview, "user")
       SELECT gen_random_uuid(), 'of-many-' || n, 'hash of ' || n, 'sk-aur-...', 'of-many' FROM generate_series(1, 250) AS n`,
    );
    await client.end();
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/keys?user=of-many' });
    const { page, complaints } = dashboard;
    const goToTheTop = async () => {
      await page.keyboard.press('Home');
      await until(async () => (await page.evaluate<number>('scrollY')) === 0);
    };
    const readToTheEnd = async (rows: Locator, last: Locator) => {
      await rows.nth(5).waitFor();
      while (!(await last.isVisible())) {
        expect(await rows.count()).toBeLessThan(80);
        await page.keyboard.press('End');
        await page.evaluate(AT_REST);
      }
    };
    const keys = page.getByRole('table').locator('[aria-rowindex]');
    await readToTheEnd(keys, page.locator('[aria-rowindex="251"]'));
    expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('251');
    await goToTheTop();
    await page.locator('[aria-rowindex="2"]').waitFor();
    await expectWhole(page);

    await page.goto(`${gateway.url}/ui/audit?from=2026-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&kind=key&action=create`);
    const changes = page.getByRole('list', { name: 'Changes' }).getByRole('listitem');
    await changes.first().getByRole('button').click();
    await changes.first().getByText('user').waitFor();
    await readToTheEnd(changes, page.locator('[aria-posinset="250"]'));
    await goToTheTop();
    // What was opened is open, although it was not in the page meanwhile.
    await changes.first().getByText('user').waitFor();
    await expectWhole(page);
    expect(complaints).toEqual([]);
  });
});
