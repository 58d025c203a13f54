import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../support/gateway.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

describeWithBrowser('Swagger UI in Chromium', () => {
  let gateway: TestGateway;
  let browser: Browser;
  let page: Page;
  const failures: string[] = [];

  beforeAll(async () => {
    gateway = await startTestGateway();
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
    page.on('requestfailed', (request) => failures.push(request.url()));
    await page.goto(`${gateway.url}/docs`);
    await page.waitForSelector('.opblock');
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });

  async function open(operation: string): Promise<Locator> {
    const block = page.locator(`.opblock[id$="-${operation}"]`);
    await block.locator('.opblock-summary-control').click();
    await block.locator('.execute').waitFor();
    return block;
  }

  it('loads without an error and lists every operation', async () => {
    const document: { paths: Record<string, object> } = JSON.parse(
      await (await fetch(`${gateway.url}/openapi.json`)).text(),
    );
    const operations = Object.values(document.paths).flatMap((methods) => Object.keys(methods));
    expect(await page.locator('.opblock').count()).toBe(operations.length);
    expect(failures).toEqual([]);
  });

  it('authorizes with both keys', async () => {
    await page.locator('.auth-wrapper .authorize').first().click();
    for (const scheme of ['api_key', 'master_key']) {
      const form = page.locator('.auth-container').filter({ hasText: scheme });
      await form.locator('input').fill(MASTER_KEY);
      await form.locator('button.authorize').click();
    }
    await page.locator('.btn-done').first().click();
    expect(await page.locator('.auth-wrapper .authorize.locked').count()).toBe(1);
  });

  it('sends a transcription form with a file by "Try it out"', async () => {
    const block = await open('createTranscription');
    await block.locator('input[type=file]').setInputFiles(join(process.cwd(), 'assets/speech.wav'));
    const answered = page.waitForResponse((response) => response.url().endsWith('/v1/audio/transcriptions'));
    await block.locator('.execute').click();
    const response = await answered;
    expect(await response.json()).toMatchObject({ text: expect.stringContaining('Auricle sandbox') });
    expect(response.status()).toBe(200);
    const [row] = await gateway.logs();
    expect(row).toMatchObject({ status: 'success', model: 'sandbox', audio_bytes: 152_548 });
  });

  it('creates a key by "Try it out" from the example', async () => {
    const block = await open('createKey');
    const answered = page.waitForResponse((response) => response.url().endsWith('/admin/v1/keys'));
    await block.locator('.execute').click();
    const response = await answered;
    expect(await response.json()).toMatchObject({ name: 'podcast-app', key: expect.stringMatching(/^sk-aur-/) });
  });
});
