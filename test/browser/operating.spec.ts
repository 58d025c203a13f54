import type { Browser } from 'playwright-core';
import { makeWav } from '../support/audio.js';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { accessibilityFaults, openDashboard } from '../support/dashboard.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { simulators } from '../support/simulators.js';
import type { SimulatorServer } from '../support/simulator-server.js';
import { isSignedBy, WebhookReceiver } from '../support/webhook-receiver.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

describeWithBrowser('alerts, retirements and audit in the dashboard', () => {
  let browser: Browser;
  let gateway: TestGateway;
  let receiver: WebhookReceiver;
  let openai: SimulatorServer;

  beforeAll(async () => {
    const simulator = simulators.find(({ provider }) => provider === 'openai');
    if (!simulator) throw new Error('nobody simulates OpenAI');
    [browser, gateway, receiver, openai] = await Promise.all([
      launchChromium(),
      startTestGateway(),
      WebhookReceiver.start(),
      simulator.start(),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await Promise.all([receiver.close(), openai.close()]);
  });

  it('makes an alert, shows its secret once, and what became of its test', async () => {
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/alerts' });
    const { page, complaints } = dashboard;
    await page.getByText('Nobody is told of anything yet').waitFor();
    await page.getByRole('button', { name: 'New alert' }).first().click();
    await page.getByLabel('Name').fill('pager');
    await page.getByLabel('Address').fill('not an address');
    await page.getByRole('button', { name: 'Make the alert' }).click();
    // The browser itself keeps it back.
    await page.locator('input[name=url]:invalid').waitFor();
    await page.getByLabel('Address').fill(receiver.url());
    await page.getByLabel('A model is about to retire').uncheck();
    await page.getByRole('button', { name: 'Make the alert' }).click();
    const secret = await page.getByRole('dialog').locator('code').textContent();
    await page.getByRole('button', { name: 'Done' }).click();
    expect(await page.content()).not.toContain(secret);

    receiver.statuses.push(500);
    await page.getByRole('row', { name: /pager/ }).getByText('8 of the events').waitFor();
    await page.getByRole('button', { name: 'Deliveries' }).click();
    await page.getByText('Nothing was sent yet').waitFor();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByRole('alert').getByText('not delivered: HTTP 500').waitFor();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('was delivered: HTTP 204').waitFor();
    expect(receiver.received.map((it) => isSignedBy(secret ?? '', it))).toEqual([true, true]);
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await accessibilityFaults(page)).toEqual([]);
    }
    // What is looked at is in the address.
    await page.reload();
    await page.getByRole('dialog', { name: 'pager' }).waitFor();
    await page.getByRole('button', { name: 'Delete the alert' }).click();
    await page.getByRole('button', { name: 'Yes, delete it' }).click();
    await page.getByText('Nobody is told of anything yet').waitFor();
    expect(complaints).toEqual([]);
  });

  async function transcribe(key: string, fields: Readonly<Record<string, string | undefined>>): Promise<void> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value);
    form.append('file', new Blob([makeWav({ durationSeconds: 1, toneHz: 440 })]), 'speech.wav');
    const headers = { authorization: `Bearer ${key}` };
    await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', body: form, headers });
  }

  it('says what ends when, who uses it, and who else could serve that', async () => {
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/retirements' });
    const { page, complaints } = dashboard;
    await page.getByText('Nothing that is configured has an announced end').waitFor();
    await gateway.admin('POST', 'models', {
      name: 'calls',
      deployments: [
        { provider: 'openai', upstream_model: 'whisper-1', api_base: `${openai.origin}/v1`, api_key: 'sk-simulated' },
      ],
    });
    await page.reload();
    await page.getByRole('heading', { name: /calls at openai, whisper-1/ }).waitFor();
    await page.getByText('2027-02-26').waitFor();
    await page.getByText('Nobody has used it in the last 30 days.').waitFor();
    const { key } = await gateway.createKey({ name: 'caller' });
    for (const response_format of ['json', 'text', 'srt', 'vtt', 'verbose_json']) {
      for (const more of [{}, { language: 'en' }, { prompt: 'Auricle' }]) {
        await transcribe(key, { model: 'calls', response_format, ...more });
      }
    }
    await page.reload();
    const uses = page.getByRole('region', { name: 'Who uses calls at openai' }).getByRole('row');
    await page.getByRole('button', { name: 'Show all 15 uses' }).waitFor();
    expect(await uses.count()).toBe(1 + 10);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await accessibilityFaults(page)).toEqual([]);
    }
    await page.getByRole('button', { name: 'Show all 15 uses' }).click();
    expect(await uses.count()).toBe(1 + 15);
    await uses
      .filter({ hasText: 'transcribe · srt · timestamps · language' })
      .getByRole('link', { name: '1', exact: true })
      .click();
    const found = page.getByRole('grid', { name: 'Requests' });
    await found.getByRole('gridcell').first().waitFor();
    expect(await found.getAttribute('aria-rowcount')).toBe('3');
    expect(complaints).toEqual([]);
  });

  it('shows who has changed what, and from what to what', async () => {
    const { id } = await gateway.createKey({ name: 'podcast-app' });
    await gateway.admin('PATCH', `keys/${id}`, { name: 'radio-app' });
    await using dashboard = await openDashboard(browser, gateway, { path: `/ui/audit?subject=${id}` });
    const { page, complaints } = dashboard;
    const rows = page.getByRole('list', { name: 'Changes' }).getByRole('listitem');
    await rows.getByRole('button', { name: /update key radio-app/ }).click();
    await page.locator('del', { hasText: 'podcast-app' }).waitFor();
    await page.locator('ins', { hasText: 'radio-app' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('Action').selectOption('create');
    await rows.getByRole('button', { name: /create key/ }).waitFor();
    await page.getByLabel('What').fill('nobody');
    await page.keyboard.press('Enter');
    await page.getByText('Nothing was changed').waitFor();
    expect(new URL(page.url()).search).toBe('?subject=nobody&action=create');
    await page.goBack();
    await rows.getByRole('button', { name: /create key/ }).waitFor();
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(320);
    const exported = await page.request.get(
      `${gateway.url}${await page.getByRole('link', { name: 'CSV' }).getAttribute('href')}`,
    );
    expect(await exported.text()).toContain('podcast-app');
    expect(complaints).toEqual([]);
  });
});
