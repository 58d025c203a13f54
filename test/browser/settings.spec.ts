import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { openDashboard } from '../support/dashboard.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../support/gateway.js';
import { expectWhole } from '../support/whole-page.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

const ISSUER_SECRET = 'secret-of-the-issuer';

describeWithBrowser('settings in the dashboard', () => {
  let browser: Browser;
  let gateway: TestGateway;
  let folder: string;
  const writeFileOf = async (lines: readonly string[]) =>
    await writeFile(join(folder, 'config.yaml'), `${lines.join('\n')}\n`);
  const model = (name: string) =>
    `  - { model_name: ${name}, litellm_params: { model: whisper-1, api_key: sk-secret } }`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'settings-'));
    await writeFileOf([
      'model_list:',
      model('whisper'),
      'router_settings: { num_retries: 4, cache_kwargs: r }',
      'litellm_settings: { max_budget: 12.5, budget_duration: 30d }',
    ]);
    const issuer = {
      id: 'company',
      name: 'Example Inc.',
      issuer: 'https://id.example.com/realms/company',
      client_id: 'auricle-at-company',
      client_secret: ISSUER_SECRET,
      roles: [{ email_domain: 'example.org', role: 'viewer' }],
    };
    const environment = {
      CONFIG_FILE: join(folder, 'config.yaml'),
      MAX_RETRIES: '',
      SHUTDOWN_TIMEOUT_SECONDS: '7',
      PUBLIC_URL: 'https://auricle.example.com',
      OIDC_ISSUERS: JSON.stringify([issuer]),
    };
    [browser, gateway] = await Promise.all([launchChromium(), startTestGateway(environment)]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await rm(folder, { recursive: true });
  });

  it('shows what is in force and who says it, but no secret; reads the file again, and bounds all requests', async () => {
    await using dashboard = await openDashboard(browser, gateway);
    const { page, complaints } = dashboard;
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }).click();
    const rows = page
      .getByRole('list')
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { level: 3 }) });
    const row = (name: string) =>
      rows.filter({ has: page.getByRole('heading', { level: 3, name, exact: true }) }).first();
    await row('port').waitFor();
    expect(await row('max_retries').textContent()).toMatch(/4by default 2.*fileconfig\.yaml:3 router_settings/);
    expect(await row('shutdown_timeout_seconds').textContent()).toMatch(/7by default 60.*environment.*restart/);
    expect(await row('master_key').textContent()).toContain('set, not shown');
    await row('oidc_issuers').getByText('Example Inc.').click();
    await row('oidc_issuers').getByText('auricle-at-company').waitFor();
    await row('oidc_issuers').getByText('anybody at example.org: viewer').waitFor();
    for (const secret of [MASTER_KEY, gateway.databaseUrl, ISSUER_SECRET]) {
      expect(await page.content()).not.toContain(secret);
    }
    await page.getByLabel('Find a setting').fill('retries routing');
    await page.getByLabel('Only what is changed').check();
    await page.getByRole('status').getByText('1 setting', { exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('?q=retries+routing&changed=true');
    await page.reload();
    await row('max_retries').getByRole('button', { name: 'MAX_RETRIES' }).waitFor();
    expect(await rows.count()).toBe(1);
    await page.getByLabel('Find a setting').fill('');
    await row('database_url').waitFor();
    await expectWhole(page);
    await page.getByLabel('Find a setting').fill('no such thing');
    await page.getByRole('button', { name: 'Show all settings' }).click();
    await row('host').waitFor();
    expect([await page.getByLabel('Find a setting').inputValue(), new URL(page.url()).search]).toEqual(['', '']);

    // What of the file has no effect, and what becomes of it when it is read again.
    await page.getByRole('link', { name: 'Configuration file' }).click();
    const problem = page.getByRole('listitem').filter({ hasText: 'router_settings.cache_kwargs' });
    expect(await problem.textContent()).toMatch(/^no effect.*Redis.*config\.yaml:3:/);
    await expectWhole(page);
    await writeFileOf(['model_list: {']);
    await page.getByRole('button', { name: 'Read it again' }).click();
    const asking = page.getByRole('dialog', { name: 'Read the file again' });
    await asking.getByText('It cannot be used as it is now').waitFor();
    await asking.getByText(/config\.yaml:\d+:\d+/).waitFor();
    await writeFileOf(['model_list:', model('meetings'), 'general_settings: { max_request_size_mb: 7 }']);
    await asking.getByRole('button', { name: 'Look again' }).click();
    await asking.getByRole('region', { name: 'Models' }).getByText('new: meetings').waitFor();
    await asking.getByRole('region', { name: 'Deployments' }).getByText('gone: whisper: openai/whisper-1').waitFor();
    await asking.getByText('After a restart only: max_file_size_mb.').waitFor();
    await expectWhole(page);
    expect((await gateway.admin('GET', 'config')).body.models).toEqual(['whisper']);
    await asking.getByRole('button', { name: 'Read it again' }).click();
    await page
      .getByText('it declares 1 model, meetings is new, whisper is gone. 1 thing is to be looked at.')
      .waitFor();
    await page.getByText('max_file_size_mb has changed: the gateway must be restarted for it').waitFor();
    await page.getByRole('link', { name: 'Effective settings' }).click();
    await page.getByText('The gateway has to be restarted for it.').waitFor();
    await page.getByText('restart pending').waitFor();

    // What holds for all requests; what the API refuses is said at its field.
    await page.getByRole('link', { name: 'For all requests' }).click();
    await page.getByLabel('Requests per minute').fill('600');
    await page.getByLabel('Minutes of audio per hour').fill('90');
    await page.getByLabel('E-mail addresses').check();
    for (const [place, name, pattern] of [
      [1, 'case_number', 'CASE-(\\d{6}'],
      [2, 'to_go', 'x'],
    ] as const) {
      await page.getByRole('button', { name: 'Add a pattern' }).click();
      await page.getByLabel(`Name of pattern ${place}`).fill(name);
      await page.getByLabel(`Pattern ${place}`, { exact: true }).fill(pattern);
    }
    await page.getByRole('button', { name: 'Remove pattern 2' }).click();
    await page.getByRole('button', { name: 'Add a budget' }).click();
    await page.getByLabel('Limit in US dollars').fill('500');
    await page.getByLabel('Time zone').last().fill('CET');
    await expectWhole(page);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/Invalid 'redaction.patterns.0.pattern'/).waitFor();
    await page.getByLabel('Pattern 1', { exact: true }).fill('CASE-\\d{6}');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/Invalid 'budgets.0.time_zone'/).waitFor();
    await page.getByLabel('Time zone').last().fill('Europe/Berlin');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. It holds from now on.').waitFor();
    await page.getByText('$0 of $500.00 a month').waitFor();
    expect((await gateway.admin('GET', 'gateway')).body).toMatchObject({
      budgets: [{ source: 'api', limit_usd: 500, time_zone: 'Europe/Berlin' }],
      limits: { requests_per_minute: 600, audio_seconds_per_hour: 5400, requests_per_day: null },
      redaction: { kinds: ['email'], patterns: [{ name: 'case_number', pattern: 'CASE-\\d{6}' }] },
      privacy: null,
    });
    expect(complaints).toEqual([]);
  });

  it('makes an admin key, with which somebody signs in, until that session is ended; changes and deletes it', async () => {
    await using mine = await openDashboard(browser, gateway, { path: '/ui/settings/admin-keys' });
    const { page } = mine;
    await page.getByText('There are no admin keys yet').waitFor();
    await page.getByRole('button', { name: 'Make an admin key' }).click();
    await page.getByLabel('Name', { exact: true }).fill('grace');
    await page.getByText('Sees everything but admin keys, and changes nothing').waitFor();
    await page.getByRole('button', { name: 'Make the admin key' }).click();
    const made = page.getByRole('dialog', { name: 'Admin key grace' });
    const secret = (await made.getByLabel('Secret', { exact: true }).textContent()) ?? '';
    expect(await made.getByLabel('curl', { exact: true }).textContent()).toContain(secret);
    // Neither a key of the keyboard nor a click beside it loses the secret.
    await page.keyboard.press('Escape');
    await made.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row', { name: /grace.*Viewer.*active/ }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await expectWhole(page);

    await using theirs = await openDashboard(browser, gateway, { path: '/ui/settings/admin-keys', key: secret });
    await theirs.page.getByText('This is not for your role').waitFor();
    const sections = theirs.page.getByRole('navigation', { name: 'Sections of the settings' });
    expect(await sections.getByRole('link').allTextContents()).toEqual([
      'Effective settings',
      'Configuration file',
      'For all requests',
      'Sessions',
    ]);
    await sections.getByRole('link', { name: 'For all requests' }).click();
    await theirs.page.getByLabel('Requests per minute').waitFor();
    expect(await theirs.page.getByLabel('Requests per minute').isDisabled()).toBe(true);
    expect(await theirs.page.getByRole('button', { name: 'Save' }).count()).toBe(0);

    await page.getByRole('link', { name: 'Sessions' }).click();
    await page.getByRole('row', { name: /master key.*this one.*Chrome \d+ on/ }).waitFor();
    await expectWhole(page);
    await page
      .getByRole('row', { name: /grace.*admin key.*viewer/ })
      .getByRole('button', { name: 'End' })
      .click();
    await page.getByRole('row', { name: /grace/ }).waitFor({ state: 'detached' });
    await sections.getByRole('link', { name: 'Sessions' }).click();
    await theirs.page.getByLabel('Key', { exact: true }).waitFor();

    // Changed, blocked, rotated, deleted; and all other sessions ended.
    await gateway.admin('POST', 'teams', { name: 'newsroom' });
    const act = async (name: string) => {
      await page.getByRole('button', { name: 'What to do with grace' }).click();
      await page.getByRole('group', { name: 'What to do with grace' }).getByRole('button', { name }).click();
    };
    await page.getByRole('link', { name: 'Admin keys' }).click();
    await act('Change');
    await page.getByLabel('Role').selectOption('Team admin');
    await page.getByLabel('Add a team').selectOption('newsroom');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /grace.*Team admin.*newsroom/ }).waitFor();
    // A team admin has its own sessions there, and nothing else.
    await theirs.page.getByLabel('Key', { exact: true }).fill(secret);
    await theirs.page.getByRole('button', { name: 'Sign in' }).click();
    await theirs.page.getByText('Where you are signed in.').waitFor();
    expect(await theirs.page.getByRole('navigation', { name: 'Sections of the settings' }).count()).toBe(0);
    await theirs.page.getByRole('link', { name: 'Settings' }).click();
    await theirs.page.waitForURL(/\/ui\/settings\/sessions$/);
    await theirs.page.getByRole('row', { name: /grace.*this one/ }).waitFor();
    expect(await theirs.page.getByRole('row').count()).toBe(2);
    await act('Block');
    await page.getByRole('row', { name: /grace.*blocked/ }).waitFor();
    await act('Unblock');
    await page.getByRole('row', { name: /grace.*active/ }).waitFor();

    await page.getByRole('link', { name: 'Sessions' }).click();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'DELETE') asked.push(new URL(request.url()).pathname);
    });
    await page.getByRole('button', { name: 'End all others' }).click();
    await page.getByRole('button', { name: 'End them' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'End all others' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('row').count()).toBe(2);
    expect(asked).toEqual(['/admin/v1/sessions']);
    expect((await gateway.admin('GET', 'sessions')).body.data).toHaveLength(1);

    await page.getByRole('link', { name: 'Admin keys' }).click();
    await act('Rotate');
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    expect(await page.getByLabel('Secret', { exact: true }).textContent()).not.toBe(secret);
    await page.getByRole('button', { name: 'Done' }).click();
    await act('Delete');
    await page.getByLabel(/Type/).fill('grace');
    await page.getByRole('button', { name: 'Delete the admin key' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /grace/ }).waitFor({ state: 'detached' });
    expect((await gateway.admin('GET', 'admin_keys/grace')).status).toBe(404);
    expect([...mine.complaints, ...theirs.complaints]).toEqual([]);
  });

  it('is not there for whoever is signed in with a virtual key', async () => {
    const { key } = await gateway.createKey({ name: 'app' });
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/settings', key });
    await dashboard.page.getByText('Settings is not open to you').waitFor();
    const pages = dashboard.page.getByRole('navigation', { name: 'Pages' });
    expect(await pages.getByRole('link', { name: 'Settings' }).count()).toBe(0);
    expect(dashboard.complaints).toEqual([]);
  });
});
