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
  const told: string[] = [];

  beforeAll(async () => {
    gateway = await startTestGateway();
    browser = await launchChromium();
    page = await browser.newPage();
    // What the page sends is not told by the browser where a file is in it.
    await page.addInitScript(() => {
      const send = globalThis.fetch;
      globalThis.fetch = async (input, init) => {
        const request: { body?: unknown } = typeof input === 'object' && 'body' in input ? input : (init ?? {});
        const body = init?.body ?? request.body;
        if (body instanceof FormData) {
          const texts = [...body].filter(([, value]) => typeof value === 'string');
          console.info(JSON.stringify(texts));
        }
        return await send(input, init);
      };
    });
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') failures.push(message.text());
      if (message.type() === 'info') told.push(message.text());
    });
    page.on('requestfailed', (request) => failures.push(request.url()));
    await page.goto(`${gateway.url}/docs`);
    await page.waitForSelector('.opblock');
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });

  /** Scrolls from the top to the end, or until it is enough: of a long document only what can be seen is there. */
  async function scroll(isEnough: () => Promise<boolean>): Promise<void> {
    await page.evaluate('scrollTo(0, 0)');
    for (let isAtEnd = false; !isAtEnd;) {
      // What comes into view is drawn in the frame after.
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
      if (await isEnough()) return;
      isAtEnd = await page.evaluate<boolean>(
        "{ const before = scrollY; scrollBy({ top: 300, behavior: 'instant' }); scrollY === before; }",
      );
    }
  }

  async function open(operation: string): Promise<Locator> {
    const block = page.locator(`.opblock[id$="-${operation}"]`);
    await scroll(async () => (await block.count()) > 0);
    await block.locator('.opblock-summary-control').click();
    await block.locator('.execute').waitFor();
    return block;
  }

  it('loads without an error and lists every operation', async () => {
    const document: { paths: Record<string, object> } = JSON.parse(
      await (await fetch(`${gateway.url}/openapi.json`)).text(),
    );
    const operations = Object.values(document.paths).flatMap((methods) => Object.keys(methods));
    const seen = new Set<string>();
    await scroll(async () => {
      const blocks = await page.locator('.opblock').evaluateAll((elements) => elements.map(({ id }) => id));
      for (const id of blocks) seen.add(id);
      return false;
    });
    expect(seen.size).toBe(operations.length);
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
    const sent: [string, string][] = JSON.parse(told.at(-1) ?? '[]');
    // What a person would send, who has chosen a file and nothing else: defaults, and no wish.
    expect(Object.fromEntries(sent.filter(([, value]) => value !== ''))).toEqual({
      model: 'sandbox',
      response_format: 'json',
      stream: 'false',
      mock_testing_fallbacks: 'false',
    });
    expect(response.status()).toBe(200);
    const [row] = await gateway.logs();
    expect(row).toMatchObject({ status: 'success', model: 'sandbox', audio_bytes: 152_548 });
  });

  it('says a text by "Try it out" from the example, and plays it', async () => {
    const block = await open('createSpeech');
    const answered = page.waitForResponse((response) => response.url().endsWith('/v1/audio/speech'));
    await block.locator('.execute').click();
    const response = await answered;
    expect([response.status(), response.headers()['content-type']]).toEqual([200, 'audio/mpeg']);
    await block.locator('.live-responses-table audio').waitFor({ state: 'attached' });
    const [row] = await gateway.logs();
    expect(row).toMatchObject({ task: 'speak', status: 'success', model: 'sandbox-speech' });
  });

  it('creates a key by "Try it out" from the example', async () => {
    const block = await open('createKey');
    const answered = page.waitForResponse((response) => response.url().endsWith('/admin/v1/keys'));
    await block.locator('.execute').click();
    const response = await answered;
    expect(await response.json()).toMatchObject({ name: 'podcast-app', key: expect.stringMatching(/^sk-aur-/) });
  });
});
