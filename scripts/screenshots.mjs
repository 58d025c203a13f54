// Takes the pictures of the dashboard in docs/images: npm run screenshots [-- --only logs] [--folder docs/images]
// A gateway with a filled ledger and simulated providers is used as people would, and looked at in Chromium, in both themes.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MASTER_KEY, withFilledGateway } from './filled-gateway.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    folder: { type: 'string', default: 'docs/images' },
    rows: { type: 'string', default: '40000' },
  },
});
const { modelBodyOf, simulators } = await import('../test/support/simulators.ts');
const { launchChromium } = await import('../test/support/chromium.ts');

const root = fileURLToPath(new URL('..', import.meta.url));
const speech = await readFile(join(root, 'assets', 'speech.wav'));
/** Where nobody listens: who is asked there is asked again, and then the next. */
const NOBODY = 'http://127.0.0.1:9';

/** The pages, in the order of the menu; `prepare` does on them what a person would. */
const pages = [
  { name: 'overview', path: '/ui/?period=30d' },
  { name: 'logs', path: '/ui/logs?period=7d' },
  { name: 'log-detail', path: '/ui/logs', prepare: openRescued },
  { name: 'analytics', path: '/ui/analytics?period=30d&group_by=model' },
  {
    name: 'playground',
    path: '/ui/playground?model=calls&response_format=verbose_json&model_2=meetings&response_format_2=verbose_json',
    prepare: transcribe,
  },
  { name: 'keys', path: '/ui/keys' },
  { name: 'models', path: '/ui/models' },
  { name: 'settings', path: '/ui/settings' },
];

await mkdir(join(root, options.folder), { recursive: true });
await withFilledGateway({ rows: Number(options.rows) }, async ({ origin }) => {
  const running = await useGateway(origin);
  const browser = await launchChromium();
  try {
    for (const theme of ['light', 'dark']) await takePictures(browser, origin, theme);
  } finally {
    await browser.close();
    await Promise.all(running.map((it) => it.close()));
  }
});

async function takePictures(browser, origin, colorScheme) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme, timezoneId: 'UTC' });
  const page = await context.newPage();
  await page.goto(`${origin}/ui/`);
  await page.getByLabel('Key', { exact: true }).fill(MASTER_KEY);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  for (const { name, path, prepare } of pages.filter(({ name }) => name.includes(options.only))) {
    await page.goto(origin + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await prepare?.(page);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(root, options.folder, `${name}-${colorScheme}.png`) });
    console.log(`${name}-${colorScheme}.png`);
  }
  await context.close();
}

/** Models of several providers, keys of two teams, and requests of which some fail, and some are rescued. */
async function useGateway(origin) {
  const admin = async (path, body) => {
    const headers = { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' };
    const answer = await fetch(`${origin}/admin/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  };
  const servers = [];
  const deploymentsOf = async (...providers) =>
    await Promise.all(
      providers.map(async (provider) => {
        const simulator = simulators.find((it) => it.provider === provider);
        const server = await simulator.start();
        servers.push(server);
        return modelBodyOf(simulator, server).deployments[0];
      }),
    );
  const [openai, deepgram, elevenlabs, groq] = await deploymentsOf('openai', 'deepgram', 'elevenlabs', 'groq');
  await admin('models', { name: 'calls', deployments: [openai, deepgram] });
  await admin('models', { name: 'meetings', deployments: [elevenlabs, groq] });
  await admin('models', {
    name: 'dictation',
    deployments: [
      { ...openai, api_base: NOBODY, routing: { order: 1 } },
      { ...deepgram, routing: { order: 2 } },
    ],
  });
  const keys = [];
  for (const [team, ...names] of [
    ['support', 'call-centre', 'voice-mail'],
    ['newsroom', 'interviews'],
  ]) {
    await admin('teams', { name: team });
    for (const name of names) {
      const budgets = [{ limit_usd: 40, soft_limit_usd: 30, period: 'month' }];
      keys.push((await admin('keys', { name, team, budgets, tags: ['production'] })).key);
    }
  }
  for (let turn = 0; turn < 12; turn += 1) {
    const key = keys[turn % keys.length];
    await ask(origin, key, { model: 'calls', response_format: 'srt' });
    await ask(origin, key, { model: 'meetings', response_format: 'verbose_json' });
    if (turn % 3 === 0) await ask(origin, key, { model: 'dictation', response_format: 'vtt' });
    if (turn % 4 === 0) await ask(origin, key, { model: 'no-such-model' });
  }
  return servers;
}

async function ask(origin, key, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', new Blob([speech]), 'support-call-2026-11-27.wav');
  const headers = { authorization: `Bearer ${key}` };
  await (await fetch(`${origin}/v1/audio/transcriptions`, { method: 'POST', headers, body })).arrayBuffer();
}

async function openRescued(page) {
  await page.goto(`${page.url().split('?')[0]}?model=dictation`);
  await page.getByRole('row').nth(1).click();
  await page.getByRole('dialog').waitFor();
}

async function transcribe(page) {
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(join(root, 'assets', 'speech.wav'));
  await page.getByRole('button', { name: /run/i }).first().click();
  await page
    .getByText(/ms|s ·/)
    .first()
    .waitFor();
}
