import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { chromiumPath, FAKE_MICROPHONE, launchChromium } from '../support/chromium.js';
import { accessibilityFaults, openDashboard, signIn } from '../support/dashboard.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../support/openai-simulator.js';
import { hang } from '../support/simulator-answers.js';
import { wordedAnswer } from '../support/worded-answers.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

const SAID = ['And the budget for next year is fine.', 'Yes, it is.'];
const MISHEARD = ['And the budgets for next year is fine.', 'Yes, it is.'];
const REFERENCE = 'and the budget for next year is fine yes it is';

describeWithBrowser('the playground, in Chromium', () => {
  let browser: Browser;
  let gateway: TestGateway;
  let good: OpenAiSimulator;
  let worse: OpenAiSimulator;
  let audio: Buffer;

  beforeAll(async () => {
    audio = await readFile('assets/speech.wav');
    [browser, gateway, good, worse] = await Promise.all([
      launchChromium(FAKE_MICROPHONE),
      startTestGateway(),
      OpenAiSimulator.start(),
      OpenAiSimulator.start(),
    ]);
    good.hear((request) => wordedAnswer(request, SAID));
    worse.hear((request) => wordedAnswer(request, MISHEARD));
    await gateway.createModel('speakers', good.url, {
      upstream_model: 'gpt-4o-transcribe-diarize',
      api_key: SIMULATOR_KEY,
    });
    await gateway.createModel('worse', worse.url, { api_key: SIMULATOR_KEY });
    await gateway.createModel('good', good.url, { api_key: SIMULATOR_KEY });
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    await good?.close();
    await worse?.close();
  });

  const column = (page: Page, number: number) => page.getByRole('region', { name: `Column ${number}`, exact: true });
  const runAll = (page: Page) => page.getByRole('button', { name: 'Run all' });
  const choose = (page: Page, name = 'meeting.wav') =>
    page.getByLabel('Audio or video file').setInputFiles({ name, mimeType: 'audio/wav', buffer: audio });

  it('sends one file through two models in three clicks, and plays what they heard in step', async () => {
    await using dashboard = await openDashboard(browser, gateway, { reducedMotion: 'reduce' });
    const { page, complaints } = dashboard;

    await page.getByRole('link', { name: 'Playground' }).click();
    await page.getByRole('heading', { name: 'Playground' }).waitFor();
    await drop(page, audio);
    await page.getByText('00:04', { exact: true }).waitFor();
    expect(await page.getByLabel('Recording', { exact: true }).textContent()).toMatch(
      /meeting\.wav.*00:04.*wav.*153 kB/,
    );
    await runAll(page).click();

    await column(page, 1).getByText('verbose_json · native').waitFor();
    await column(page, 2).getByText('verbose_json · native').waitFor();
    const words = await column(page, 1).getByLabel('Transcript of 1 good').textContent();
    expect(words).toContain('And the budget for next year is fine.');
    expect(await column(page, 1).textContent()).toMatch(/\$0\.\d+.*\dx/);

    // Nothing of the words is kept unless somebody wants it.
    const log = column(page, 1).getByRole('link', { name: 'log' });
    const id = (await log.getAttribute('href'))?.split('/').at(-1);
    expect((await gateway.admin('GET', `logs/${id}`)).body).toMatchObject({ status: 'success', transcript: null });

    const lit = (number: number) => column(page, number).locator('[data-lit]');
    await seek(page, 1.2);
    await expectText(lit(1), 'budget');
    await expectText(lit(2), 'budgets');
    await column(page, 2).getByText('next', { exact: true }).click();
    await expectText(lit(1), 'next');
    expect(await lit(2).count()).toBe(1);
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();

    await column(page, 1).getByRole('button', { name: 'budget', exact: true }).hover();
    await expectText(page.getByRole('tooltip'), '2: budgets');
    const rates = (title: string) => page.getByRole('table', { name: title }).getByRole('cell');
    await expectText(rates('Agreement'), '90.9 %');
    await page.getByLabel('Reference').fill(REFERENCE);
    await expectText(rates('Word error rate').first(), '0 %');
    await expectText(rates('Word error rate').last(), '9.1 %');

    await column(page, 1).getByRole('tab', { name: 'SRT' }).click();
    await column(page, 1).getByRole('button', { name: 'Ask again in SRT' }).click();
    await expectText(column(page, 1).getByLabel('SRT of 1 good'), /00:00:00,000 --> 00:00:04,000\nAnd the budget/);
    const download = page.waitForEvent('download');
    await column(page, 1).getByRole('button', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toBe('meeting.1.srt');
    expect(await page.getByRole('table').last().getByRole('row').count()).toBe(4);
    await expectText(page.getByRole('heading', { name: 'Spent' }), /^Spent here: \$0\.0\d+$/);

    await page.getByLabel('Format 2').selectOption('text');
    expect(new URL(page.url()).searchParams.get('response_format_2')).toBe('text');

    // Before the tester below, which has styles of its own.
    expect(complaints).toEqual([]);
    for (const [width, theme] of [
      [1280, 'Dark theme'],
      [320, 'Light theme'],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.getByRole('button', { name: theme }).click();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth)).toBe(width);
    }
  });

  it('records while Space is held, and leaves Space to fields', async () => {
    await using dashboard = await openDashboard(browser, gateway, {
      path: '/ui/playground?model=good&response_format=json',
    });
    const { page, complaints } = dashboard;
    await column(page, 1).waitFor();
    await page.getByText('Options').click();
    await page.getByLabel('Prompt').pressSequentially('a b');
    expect(await page.getByLabel('Prompt').inputValue()).toBe('a b');
    await page.getByLabel('Prompt').blur();

    await page.keyboard.down(' ');
    await page.getByText('Recording 00:01').waitFor();
    expect(await page.getByRole('meter', { name: 'Level' }).count()).toBe(1);
    await page.keyboard.up(' ');
    await page.getByText('recording.webm', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await column(page, 1).getByText('json · native').waitFor();
    const request = good.requestOf('recording.webm');
    expect(request?.value('prompt')).toBe('a b');
    expect(request?.file?.bytes.length).toBeGreaterThan(1000);
    expect(complaints).toEqual([]);
  });

  it('streams, cancels, shows refusals, speakers and what is kept on wish', async () => {
    await using dashboard = await openDashboard(browser, gateway, {
      path: '/ui/playground?model=speakers&response_format=diarized_json&model_2=good&response_format_2=json&stream_2=true&keep_transcripts=true',
    });
    const { page, complaints } = dashboard;
    await page.getByRole('button', { name: 'Add column' }).click();
    await page.getByLabel('Model 3').selectOption('worse');
    await column(page, 3).getByText('Options').click();
    await column(page, 3).getByLabel('Temperature').fill('7');
    await choose(page);
    await runAll(page).click();

    await column(page, 1).getByText('Speaker B').waitFor();
    await column(page, 2).getByText('stream · made').waitFor();
    expect(await column(page, 2).getByLabel('Transcript of 2 good').textContent()).toContain('Yes, it is.');
    await column(page, 3).getByRole('alert').getByText('temperature').waitFor();
    const id = (await column(page, 1).getByRole('link', { name: 'log' }).getAttribute('href'))?.split('/').at(-1);
    expect((await gateway.admin('GET', `logs/${id}`)).body.transcript).toContain('Yes, it is.');

    worse.respondWith(hang());
    await column(page, 3).getByLabel('Temperature').fill('');
    await column(page, 3).getByLabel('Temperature').press('Enter');
    await column(page, 3).getByRole('button', { name: 'Cancel' }).click();
    await column(page, 3).getByText('Cancelled.').waitFor();

    await paste(page, 'https://recordings.example/a.mp3');
    await page.getByText('not loaded by this page').waitFor();
    await page.keyboard.press('Enter');
    await column(page, 2).getByRole('alert').getByText('FETCH_URLS').waitFor();
    expect(complaints).toEqual([]);
  });

  it('has a log play what was said from a click on it, as long as the page is open', async () => {
    await using dashboard = await openDashboard(browser, gateway, {
      path: '/ui/playground?model=speakers&response_format=diarized_json&keep_transcripts=true',
    });
    const { page, complaints } = dashboard;
    await choose(page);
    await page.getByText('00:04', { exact: true }).waitFor();
    await runAll(page).click();
    const opened = page.context().waitForEvent('page');
    await column(page, 1).getByRole('link', { name: 'log' }).click();
    const log = await opened;
    const said = log.getByRole('region', { name: 'Transcript' });
    await log.getByRole('group', { name: 'Player' }).waitFor();
    await expectText(
      said,
      /00:00\s*Speaker A\s*And the budget for next year is fine\.\s*00:04\s*Speaker B\s*Yes, it is\./,
    );
    await said.getByText('Yes, it is.').click();
    await expectText(said.locator('[aria-current]'), /Speaker B/);
    expect(await log.locator('video').evaluate((video) => Reflect.get(video, 'currentTime'))).toBeGreaterThanOrEqual(4);
    await said.getByRole('button', { name: 'Play from 00:00' }).press('Enter');
    await expectText(said.locator('[aria-current]'), /Speaker A/);
    await log.getByText(/Price list 20\d\d-\d\d/).waitFor();
    await log.setViewportSize({ width: 320, height: 800 });
    expect(await accessibilityFaults(log)).toEqual([]);
    await log.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();

    // Whoever signs in next is not given it by the page of the one before, which does not know that yet.
    const { body } = await gateway.admin('POST', 'admin_keys', { name: 'next', role: 'admin' });
    await log.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await log.setViewportSize({ width: 1280, height: 800 });
    await log.getByRole('button', { name: 'master key' }).click();
    await log.getByRole('button', { name: 'Sign out' }).click();
    await signIn(log, body.key);
    await log.goBack();
    await log.getByText('Recordings are kept nowhere.').waitFor();
    expect(await log.getByRole('group', { name: 'Player' }).count()).toBe(0);

    await page.close();
    await log.reload();
    await log.getByText('Recordings are kept nowhere.').waitFor();
    expect(await said.getByRole('button').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('says to whom may not send recordings why', async () => {
    const { body } = await gateway.admin('POST', 'admin_keys', { name: 'looker', role: 'viewer' });
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/playground', key: body.key });
    await dashboard.page.getByText('The role viewer may look, and send no recordings.').waitFor();
    expect(await runAll(dashboard.page).count()).toBe(0);
  });
});

/** Lets go of a file over the page. */
async function drop(page: Page, bytes: Buffer): Promise<void> {
  // As text: what a browser has by its own names is not known to the compiler of the gateway.
  const data = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    const content = Uint8Array.from(atob('${bytes.toString('base64')}'), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([content], 'meeting.wav', { type: 'audio/wav' }));
    return transfer;
  })()`);
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
}

/** Pastes a text into the page, where no field has the focus. */
async function paste(page: Page, text: string): Promise<void> {
  await page.locator('body').click({ position: { x: 2, y: 2 } });
  await page.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', '${text}');
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }`);
}

/** Moves the player as its slider would. */
async function seek(page: Page, seconds: number): Promise<void> {
  await page.locator('video').evaluate((video, at) => Object.assign(video, { currentTime: at }), seconds);
}

/** Resolves when what is found says that. */
async function expectText(found: Locator, text: string | RegExp): Promise<void> {
  const whole = typeof text === 'string' ? new RegExp(`^\\s*${text.replaceAll(/[.$]/g, String.raw`\$&`)}\\s*$`) : text;
  await found.filter({ hasText: whole }).waitFor();
}
