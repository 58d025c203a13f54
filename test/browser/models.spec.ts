import type { Browser } from 'playwright-core';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { openDashboard } from '../support/dashboard.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../support/openai-simulator.js';
import { countClicks, expectWhole } from '../support/whole-page.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

describeWithBrowser('the pages of who serves what', () => {
  let browser: Browser;
  let gateway: TestGateway;
  let openai: OpenAiSimulator;

  beforeAll(async () => {
    openai = await OpenAiSimulator.start();
    [browser, gateway] = await Promise.all([
      launchChromium(),
      startTestGateway({ COOLDOWN_SECONDS: '600', ALLOWED_FAILURES: '1', OPENAI_BASE_URL: `${openai.origin}/v1` }),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([gateway.close(), openai.close()]);
  });

  it('adds a provider and proves that it works with four clicks, and takes back what does not', async () => {
    await using dashboard = await openDashboard(browser, gateway);
    const { page, complaints } = dashboard;
    const clicks = await countClicks(page);
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Providers' }).click();
    await page.getByRole('button', { name: 'Add OpenAI', exact: true }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Provider key').fill('sk-nobody');
    await form.getByLabel('Model', { exact: true }).fill('whisper-1');
    await form.getByLabel('Address').fill(`${openai.origin}/v1`);
    await form.getByRole('button', { name: 'Add and test' }).click();
    await page.getByText('It failed: credential rejected, HTTP 401.').waitFor();
    expect(await clicks()).toBeLessThanOrEqual(4);
    await page.getByRole('button', { name: 'Undo' }).click();
    await form.getByLabel('Provider key').fill(SIMULATOR_KEY);
    expect((await gateway.admin('GET', 'credentials')).body.data).toEqual([]);
    await form.getByRole('button', { name: 'Add and test' }).click();
    await page.getByText('It works:').waitFor();
    await page.getByText('srt: native').waitFor();
    await page.getByText('diarized_json: refused').waitFor();
    await expectWhole(page);
    await page.getByRole('button', { name: 'Done' }).click();
    const credential = page.getByRole('region', { name: 'Credentials' }).getByRole('row', { name: /openai 2/ });
    await credential.getByText('whisper-1').waitFor();
    await expectWhole(page);

    await page.getByRole('button', { name: /Replace the secret/ }).click();
    await page.getByLabel('New secret').fill('sk-another');
    await page.getByRole('button', { name: 'Replace and test' }).click();
    await page.getByText('It failed: credential rejected, HTTP 401.').waitFor();
    expect(complaints).toEqual([]);
  });

  it('takes a failing deployment out with two clicks, tests it, weighs it, and shows what is managed elsewhere', async () => {
    await gateway.createModel('meetings', `${openai.origin}/v1`, { api_key: SIMULATOR_KEY });
    await using dashboard = await openDashboard(browser, gateway);
    const { page, complaints } = dashboard;
    const clicks = await countClicks(page);
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Models' }).click();
    const row = page.getByRole('region', { name: 'Deployments of meetings' }).getByRole('row').last();
    await row.getByRole('button', { name: 'Disable' }).click();
    await row.getByText('disabled').waitFor();
    expect(await clicks()).toBe(2);
    await row.getByRole('button', { name: 'Enable' }).click();
    await row.getByRole('button', { name: 'Test' }).click();
    await page.getByRole('region', { name: 'Test of meetings' }).getByText('It works:').waitFor();
    expect(await row.textContent()).toContain('$0.006 a minute');

    const failing = page.getByRole('region', { name: 'Deployments of whisper-1' }).getByRole('row').last();
    await failing.getByText('circuit open').waitFor();
    await failing.getByRole('button', { name: 'Reset' }).click();
    await failing.getByText(/serving|failing/).waitFor();

    await row.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Weight').fill('2.5');
    await page.getByLabel('Order').fill('1001');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/Invalid 'routing.order'/).waitFor();
    await page.getByLabel('Order').fill('1');
    await page.getByRole('button', { name: 'Save' }).click();
    await row.getByText('weight 2.5').waitFor();
    await row.getByText('order 1').waitFor();

    // Its own price and what its provider describes of itself, in fields; what the API refuses is said at the field.
    await row.getByRole('button', { name: 'Edit' }).click();
    const editing = page.getByRole('dialog');
    await editing.getByText('In use: $0.006 a minute, price list of').waitFor();
    await editing.getByLabel('Whose price').selectOption('Its own, by length');
    await editing.getByLabel('US dollars', { exact: true }).fill('-1');
    await editing.getByLabel('Voices').fill('alloy = shimmer\nnova');
    await editing.getByLabel('Organization').fill('org 1');
    await editing.getByRole('button', { name: 'Save' }).click();
    await editing.getByText('Each line is a name, an equals sign and a value.').waitFor();
    await editing.getByLabel('Voices').fill('alloy = shimmer');
    await editing.getByRole('button', { name: 'Save' }).click();
    await editing.getByText(/Invalid 'settings.organization'/).waitFor();
    expect(await editing.getByLabel('Organization').getAttribute('aria-invalid')).toBe('true');
    await editing.getByLabel('Organization').fill('org-1');
    await editing.getByRole('button', { name: 'Save' }).click();
    await editing.getByText(/Invalid 'price.usd'/).waitFor();
    await editing.getByLabel('US dollars', { exact: true }).fill('0.0000009');
    await editing.getByLabel('Billed at least, seconds').fill('10');
    await expectWhole(page);
    await editing.getByRole('button', { name: 'Save' }).click();
    await row.getByText('$0.0000009 a minute').waitFor();
    const stored = async () => (await gateway.admin('GET', 'deployments?model=meetings')).body.data[0];
    expect(await stored()).toMatchObject({
      price: { type: 'duration', usd: '0.0000009', per: 'minute', minimum_seconds: 10 },
      settings: { organization: 'org-1', voices: { alloy: 'shimmer' } },
    });
    await row.getByRole('button', { name: 'Edit' }).click();
    await editing.getByText('its own. The list says $0.006 a minute.').waitFor();
    await editing.getByRole('button', { name: 'Back to the list price' }).click();
    await editing.getByLabel('Voices').fill('');
    await editing.getByRole('button', { name: 'Save' }).click();
    await row.getByText('$0.006 a minute').waitFor();
    expect(await stored()).toMatchObject({ price: null, settings: { organization: 'org-1' } });

    // What a server can do is said where its provider lets one say it; the formats follow.
    await page
      .getByRole('region', { name: 'Deployments of meetings' })
      .locator('xpath=ancestor::section')
      .getByRole('button', { name: 'Add a deployment' })
      .click();
    await editing.getByLabel('Provider').selectOption('openai-compatible');
    await editing.getByLabel('Upstream model').fill('tiny');
    await editing.getByLabel('Address').fill(`${openai.origin}/v1`);
    await editing.getByLabel('Formats', { exact: true }).selectOption('only these');
    await editing.getByLabel('json', { exact: true }).check();
    await editing.getByLabel('Max bytes').fill('0');
    await editing.getByRole('button', { name: 'Add the deployment' }).click();
    await editing.getByText(/Invalid 'settings.max_bytes'/).waitFor();
    await editing.getByLabel('Max bytes').fill('26214400');
    await editing.getByRole('button', { name: 'Add the deployment' }).click();
    const tiny = page.getByRole('row', { name: 'openai-compatible/tiny' });
    await tiny.getByText('native json', { exact: true }).waitFor();
    expect((await gateway.admin('GET', 'deployments?provider=openai-compatible')).body.data[0].settings).toEqual({
      formats: ['json'],
      max_bytes: 26_214_400,
    });

    await page.getByRole('button', { name: 'Make a model' }).click();
    const making = page.getByRole('dialog');
    await making.getByLabel('Name').fill('meetings');
    await making.getByLabel('Provider').selectOption('openai');
    await making.getByLabel('Upstream model').fill('whisper-1');
    await making.getByRole('button', { name: 'Make the model' }).click();
    await making.getByText('openai needs an API key').waitFor();
    await making.getByLabel('Credential').selectOption({ index: 1 });
    await making.getByRole('button', { name: 'Make the model' }).click();
    await making.getByText("A model named 'meetings' exists already").waitFor();
    expect(await making.getByLabel('Name').getAttribute('aria-invalid')).toBe('true');
    await page.keyboard.press('Escape');

    await page.getByText('It is of the sandbox.').first().waitFor();
    const sandbox = page.getByRole('region', { name: 'Deployments of sandbox', exact: true });
    expect(await sandbox.getByRole('button', { name: 'Disable' }).count()).toBe(0);
    await expectWhole(page);
    expect(complaints).toEqual([]);
  });
});
