import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { v7 } from 'uuid';
import { timeOf } from '../../src/http/request-id.js';
import type { LogEntry } from '../../src/ledger/entry/log-entry.js';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { goTo, openDashboard } from '../support/dashboard.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../support/gateway.js';
import { attemptSchema } from '../../src/domain/attempt.js';
import { logEntry } from '../support/log-entries.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../support/openai-simulator.js';
import { wordedAnswer } from '../support/worded-answers.js';
import { writeLogs } from '../support/written-logs.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

/** What everything here is called that somebody can name: a page that took it for HTML would run it. */
const HTML = `</script><img src=x onerror="globalThis.isTaken=1"><script>globalThis.isTaken=1</script>`;
/** Where a price was read, by whoever has written it. */
const HOSTILE_ADDRESS = `javascript:globalThis.isTaken=1//${HTML}`;
/** The same where a spreadsheet would run it. */
const FORMULA = `=HYPERLINK("http://evil.example","x")`;

type Role = 'owner' | 'admin' | 'viewer' | 'team_admin' | 'holder' | 'reading holder';
const ADMINS: readonly Role[] = ['owner', 'admin'];
const READERS: readonly Role[] = [...ADMINS, 'viewer'];
const TEAM_READERS: readonly Role[] = [...READERS, 'team_admin'];
const KEY_WRITERS: readonly Role[] = [...ADMINS, 'team_admin'];
const SPENDERS: readonly Role[] = [...ADMINS, 'holder', 'reading holder'];
const ALL: readonly Role[] = [...TEAM_READERS, 'holder', 'reading holder'];

/** A page, or a drawer with an address of its own. */
interface Place {
  readonly title: string;
  /** `ID` in it is that of what the drawer shows. */
  readonly path: string;
  readonly readers: readonly Role[];
  /** What says that what it is about has come. */
  readonly shown: string | RegExp;
  /** What changes something, costs money or takes data away, and who has it. Whatever else can be pressed there only shows more. */
  readonly buttons?: Readonly<Record<string, readonly Role[]>>;
}

/** Stands for the buttons of a list that are alike. */
const ONE_OF_LIST = 'Add one of the list';

/** Who has which pages in the menu, and which buttons on them. */
const PLACES: readonly Place[] = [
  { title: 'Overview', path: '/ui/', readers: ALL, shown: 'By provider' },
  {
    title: 'Logs',
    path: '/ui/logs',
    readers: [...TEAM_READERS, 'reading holder'],
    shown: /^[235] requests$/,
    buttons: { Live: TEAM_READERS, Export: TEAM_READERS },
  },
  {
    title: 'Logs',
    path: '/ui/logs/ID',
    readers: [...TEAM_READERS, 'reading holder'],
    shown: 'Ids and callers',
    buttons: { Delete: KEY_WRITERS },
  },
  { title: 'Analytics', path: '/ui/analytics', readers: ALL, shown: 'Totals', buttons: {} },
  {
    title: 'Playground',
    path: '/ui/playground',
    readers: ALL,
    shown: /^(Drop audio or video anywhere.*|The role .* may look, and send no recordings\..*)$/,
    buttons: Object.fromEntries(
      ['Choose a file', 'Address', 'Record', 'Audio or video file', 'Add column', 'Run all ⏎']
        .concat(['Remove column 1', 'Remove column 2'])
        .map((name) => [name, SPENDERS]),
    ),
  },
  {
    title: 'Keys',
    path: `/ui/keys?tag=${encodeURIComponent(HTML)}`,
    readers: TEAM_READERS,
    shown: `mine ${HTML}`,
    buttons: { 'Make a key': KEY_WRITERS, More: KEY_WRITERS, 'All of these': KEY_WRITERS },
  },
  {
    title: 'Keys',
    path: '/ui/keys/ID',
    readers: TEAM_READERS,
    shown: 'Redaction and privacy',
    buttons: { Edit: KEY_WRITERS, Rotate: KEY_WRITERS, Block: KEY_WRITERS, Delete: KEY_WRITERS },
  },
  {
    title: 'Teams',
    path: '/ui/teams',
    readers: TEAM_READERS,
    shown: `ours ${HTML}`,
    buttons: { 'Make a team': ADMINS },
  },
  {
    title: 'Teams',
    path: '/ui/teams/ID',
    readers: TEAM_READERS,
    shown: 'Redaction and privacy',
    buttons: { Edit: ADMINS, Block: ADMINS, Delete: ADMINS },
  },
  {
    title: 'Models',
    path: '/ui/models',
    readers: READERS,
    shown: 'openai/whisper-1',
    buttons: Object.fromEntries(
      ['Make a model', 'Routing', 'Add a deployment', 'Delete', 'Test', 'Disable', 'Edit'].map((name) => [
        name,
        ADMINS,
      ]),
    ),
  },
  {
    title: 'Providers',
    path: '/ui/providers',
    readers: READERS,
    shown: 'ElevenLabs',
    buttons: { 'Add a provider': ADMINS, [ONE_OF_LIST]: ADMINS, [`Replace the secret of ${HTML}`]: ADMINS },
  },
  {
    title: 'Alerts',
    path: '/ui/alerts',
    readers: READERS,
    shown: HTML,
    buttons: { 'New alert': ADMINS, 'Turn off': ADMINS },
  },
  {
    title: 'Alerts',
    path: '/ui/alerts?alert=ID',
    readers: READERS,
    shown: 'Nothing was sent yet',
    buttons: { 'Send a test': ADMINS, 'Delete the alert': ADMINS },
  },
  { title: 'Retirements', path: '/ui/retirements', readers: READERS, shown: /^meetings at openai, whisper-1/ },
  { title: 'Audit', path: '/ui/audit', readers: READERS, shown: `mine ${HTML}` },
  {
    title: 'Settings',
    path: '/ui/settings/sessions',
    readers: TEAM_READERS,
    shown: 'Sign out',
    buttons: { 'Sign out': TEAM_READERS },
  },
];

/** What of all that can be pressed only shows more, or less. */
const ONLY_SHOW = [
  /^(Close|Copy|curl|Python|Node|why|unknown|Filter|All keys|Deliveries|Older)$/,
  /^(Status|Model|Provider|Key|Team|Tag|filter|Saved views|Columns|Read the list again)$/,
  / (as (a )?table|as CSV)$/,
  /^just now (create|update|delete) /,
  // Sessions of others are there as it happens.
  /^End( all others)?$/,
];

/** Requests of what is hidden, and who may send them. */
const REQUESTS: readonly (readonly [readonly Role[], method: string, path: string])[] = [
  [[...TEAM_READERS, 'reading holder'], 'GET', '/admin/v1/logs'],
  [[...TEAM_READERS, 'reading holder'], 'GET', '/admin/v1/logs/LOG'],
  [TEAM_READERS, 'GET', '/admin/v1/logs/export'],
  [TEAM_READERS, 'GET', '/admin/v1/logs/stream'],
  [KEY_WRITERS, 'DELETE', '/admin/v1/logs/LOG/transcript'],
  [TEAM_READERS, 'GET', '/admin/v1/keys'],
  [TEAM_READERS, 'GET', '/admin/v1/keys/KEY'],
  [KEY_WRITERS, 'POST', '/admin/v1/keys'],
  [KEY_WRITERS, 'PATCH', '/admin/v1/keys/KEY'],
  [KEY_WRITERS, 'POST', '/admin/v1/keys/KEY/rotate'],
  [KEY_WRITERS, 'DELETE', '/admin/v1/keys/KEY'],
  [KEY_WRITERS, 'POST', '/admin/v1/keys/block'],
  [TEAM_READERS, 'GET', '/admin/v1/teams'],
  [ADMINS, 'POST', '/admin/v1/teams'],
  [ADMINS, 'PATCH', '/admin/v1/teams/TEAM'],
  [ADMINS, 'DELETE', '/admin/v1/teams/TEAM'],
  [READERS, 'GET', '/admin/v1/models'],
  [READERS, 'GET', '/admin/v1/deployments/health'],
  [ADMINS, 'POST', '/admin/v1/models'],
  [ADMINS, 'DELETE', '/admin/v1/models/meetings'],
  [ADMINS, 'PATCH', '/admin/v1/deployments/DEPLOYMENT'],
  [ADMINS, 'POST', '/admin/v1/deployments/DEPLOYMENT/test'],
  [ADMINS, 'POST', '/admin/v1/deployments/DEPLOYMENT/reset'],
  [READERS, 'GET', '/admin/v1/providers'],
  [READERS, 'GET', '/admin/v1/credentials'],
  [ADMINS, 'POST', '/admin/v1/credentials'],
  [ADMINS, 'PATCH', '/admin/v1/credentials/CREDENTIAL'],
  [READERS, 'GET', '/admin/v1/alerts'],
  [ADMINS, 'POST', '/admin/v1/alerts'],
  [ADMINS, 'PATCH', '/admin/v1/alerts/ALERT'],
  [ADMINS, 'POST', '/admin/v1/alerts/ALERT/test'],
  [ADMINS, 'DELETE', '/admin/v1/alerts/ALERT'],
  [READERS, 'GET', '/admin/v1/alerts/ALERT/deliveries'],
  [READERS, 'GET', '/admin/v1/retirements'],
  [READERS, 'GET', '/admin/v1/audit'],
  [READERS, 'GET', '/admin/v1/audit/export'],
  [SPENDERS, 'POST', '/v1/audio/transcriptions'],
  [SPENDERS, 'GET', '/v1/models'],
];

/** What can be pressed in a part of the page and does more than to show, by its names. */
async function buttonsIn(part: Locator): Promise<string[]> {
  const names = [...(await part.ariaSnapshot()).matchAll(/- (?:button|switch) ("(?:[^"\\]|\\.)*")/g)].map(
    ([, name = '""']): string => JSON.parse(name),
  );
  const acting = names.filter((name) => name !== HTML && !ONLY_SHOW.some((pattern) => pattern.test(name)));
  return [...new Set(acting.map((name) => name.replace(/^Add (?:[A-Z].*)$/, ONE_OF_LIST)))].toSorted();
}

/** Sends requests from the page itself, with its cookie and its proof, and says which are answered with anything but a refusal. */
async function notRefused(
  page: Page,
  requests: readonly (readonly [method: string, path: string])[],
): Promise<string[]> {
  return await page.evaluate(async (all) => {
    const answers = all.map(async ([method, path]) => {
      const headers = { 'x-auricle-ui': '1', 'content-type': 'application/json' };
      const { status } = await fetch(path, { method, headers, ...(method !== 'GET' && { body: '{}' }) });
      return status === 403 ? [] : [`${status} ${method} ${path}`];
    });
    return (await Promise.all(answers)).flat();
  }, requests);
}

/** A log of now. */
function entry(fields: Partial<LogEntry>): LogEntry {
  const id = v7();
  return logEntry({ id, createdAt: timeOf(id), audioSeconds: 60, ...fields });
}

describeWithBrowser('who may do what in the dashboard', () => {
  let browser: Browser;
  let gateway: TestGateway;
  let openai: OpenAiSimulator;
  let folder: string;
  const keys = new Map<Role, string>();
  const ids = { key: '', others: '', team: '', log: '', othersLog: '', alert: '', deployment: '', credential: '' };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'auricle-roles-'));
    const prices = join(folder, 'prices.json');
    const price = { type: 'duration', per: 'minute', usd: '0.006' };
    const entryOfList = {
      models: ['whisper-1'],
      price,
      source: HOSTILE_ADDRESS,
      as_of: '2026-01-01',
    };
    await writeFile(prices, JSON.stringify({ openai: [entryOfList] }));
    [browser, gateway, openai] = await Promise.all([
      launchChromium(),
      startTestGateway({ STORE_TRANSCRIPTS: 'true', PRICES_FILE: prices }),
      OpenAiSimulator.start(),
    ]);
    openai.hear((request) => wordedAnswer(request, [HTML]));
    const make = async (path: string, body: object) => {
      const answer = await gateway.admin('POST', path, body);
      if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    ids.team = (await make('teams', { name: `ours ${HTML}`, holders_may_read_logs: true })).id;
    await make('teams', { name: 'others' });
    const team = `ours ${HTML}`;
    const own = await gateway.createKey({
      name: `mine ${HTML}`,
      team,
      user: HTML,
      tags: [HTML],
      metadata: { note: HTML },
    });
    const others = await gateway.createKey({ name: FORMULA, team: 'others' });
    [ids.key, ids.others] = [own.id, others.id];
    keys.set('reading holder', own.key).set('holder', others.key).set('owner', MASTER_KEY);
    for (const role of ['admin', 'viewer', 'team_admin'] as const) {
      const teams = role === 'team_admin' ? [team] : [];
      keys.set(role, (await make('admin_keys', { name: `${role} ${HTML}`, role, teams })).key);
    }
    ids.credential = (await make('credentials', { name: HTML, provider: 'openai', api_key: SIMULATOR_KEY })).id;
    const model = await make('models', {
      name: 'meetings',
      deployments: [{ provider: 'openai', upstream_model: 'whisper-1', api_base: openai.url, api_key: SIMULATOR_KEY }],
    });
    ids.deployment = model.deployments[0].id;
    const url = `${openai.origin}/hook?${encodeURIComponent(HTML)}`;
    // Of what never happens here: nothing is sent to it.
    ids.alert = (await make('alerts', { name: HTML, url, event_types: ['budget.exhausted'] })).id;
    const said = {
      transcript: HTML,
      question: HTML,
      endUser: HTML,
      tags: [HTML],
      metadata: { note: HTML },
      userAgent: HTML,
    };
    const hostile: Partial<LogEntry> = {
      model: HTML,
      provider: 'openai',
      upstreamModel: 'whisper-1',
      upstreamRequestId: HTML,
      warnings: [HTML],
      costNanoUsd: 1_000_000_000n,
      attempts: [
        {
          ...attemptSchema.parse({
            deployment_id: 'x',
            model: HTML,
            provider: 'openai',
            upstream_model: 'whisper-1',
            outcome: 'success',
            upstream_status: 200,
            upstream_request_id: HTML,
            latency_ms: 1,
            price_origin: { by: 'operator', source: HOSTILE_ADDRESS, as_of: '2026-01-01' },
            error: null,
          }),
          started_ms: 0,
        },
      ],
      ...said,
    };
    const mine = { keyId: own.id, keyName: `mine ${HTML}`, teamId: ids.team, teamName: team };
    const failed = {
      status: 'failure',
      httpStatus: 502,
      errorMessage: HTML,
      errorCode: HTML,
      transcript: null,
    } as const;
    const [ofMine, ofOthers] = [
      entry({ ...hostile, ...mine }),
      entry({ ...hostile, keyId: others.id, keyName: FORMULA }),
    ];
    [ids.log, ids.othersLog] = [ofMine.id, ofOthers.id];
    await writeLogs(
      gateway,
      ofMine,
      entry({ ...hostile, ...mine, ...failed }),
      ofOthers,
      entry({ ...hostile, keyId: others.id, keyName: FORMULA }),
      entry({ keyId: others.id, keyName: FORMULA, costNanoUsd: null, provider: null }),
    );
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([gateway?.close(), openai?.close(), rm(folder, { recursive: true })]);
  });

  /** Where a role finds a thing: of logs its own. */
  function addressOf({ path }: Place): string {
    const id = { '/ui/logs/ID': ids.log, '/ui/keys/ID': ids.key, '/ui/teams/ID': ids.team }[path] ?? ids.alert;
    return path.replace('ID', id);
  }

  it.each(ALL)(
    '%s has its pages with its buttons, without a refused request, and is refused all else',
    async (role) => {
      await using dashboard = await openDashboard(browser, gateway, { key: keys.get(role) ?? '' });
      const { page, complaints } = dashboard;
      const refused: string[] = [];
      page.on('response', (response) => {
        if ([401, 403].includes(response.status())) refused.push(`${response.status()} ${response.url()}`);
      });
      const menu = page.getByRole('navigation', { name: 'Pages' }).getByRole('listitem');
      const pages = PLACES.filter(({ readers }) => readers.includes(role)).map(({ title }) => title);
      expect(await menu.allTextContents()).toEqual([...new Set(pages)]);

      const seen: Record<string, readonly string[]> = {};
      const expected: Record<string, readonly string[]> = {};
      for (const place of PLACES) {
        await goTo(page, addressOf(place));
        const main = page.locator('main');
        if (!place.readers.includes(role)) {
          await main.getByText(`${place.title} is not open to you`).waitFor();
          seen[place.path] = await buttonsIn(main);
          expected[place.path] = [];
          continue;
        }
        const part = place.path.includes('ID') ? page.getByRole('dialog') : main;
        await part.getByText(place.shown).first().waitFor();
        const names = Object.entries(place.buttons ?? {}).flatMap(([name, roles]) =>
          roles.includes(role) ? [name] : [],
        );
        for (const name of names) {
          // Some come with a part of the page that is loaded for whom it is of use.
          const one = name === ONE_OF_LIST ? 'Add OpenAI' : name;
          await part
            .getByRole(name === 'Live' ? 'switch' : 'button', { name: one, exact: true })
            .first()
            .waitFor();
        }
        seen[place.path] = await buttonsIn(part);
        expected[place.path] = names;
      }
      const sorted = (of: typeof seen) =>
        Object.fromEntries(Object.entries(of).map(([path, it]) => [path, it.toSorted()]));
      expect(sorted(seen)).toEqual(sorted(expected));
      expect(refused).toEqual([]);

      const named = (path: string) =>
        path
          .replace(/[A-Z]+/, (name) => ({ LOG: ids.log, KEY: ids.key, TEAM: ids.team, ALERT: ids.alert })[name] ?? name)
          .replace('DEPLOYMENT', ids.deployment)
          .replace('CREDENTIAL', ids.credential);
      const hidden = REQUESTS.filter(([roles]) => !roles.includes(role));
      expect(
        await notRefused(
          page,
          hidden.map(([, method, path]) => [method, named(path)]),
        ),
      ).toEqual([]);

      expect(await page.evaluate('globalThis.isTaken')).toBeUndefined();
      expect(complaints).toEqual([]);
    },
  );

  it('the holder of a key sees its own figures and logs, and nobody else in them', async () => {
    for (const [role, requests] of [
      ['reading holder', '2'],
      ['holder', '3'],
    ] as const) {
      await using dashboard = await openDashboard(browser, gateway, { key: keys.get(role) ?? '' });
      const { page, complaints } = dashboard;
      const figures = page.getByRole('list', { name: 'Figures' });
      await figures.getByText('$2.00').waitFor();
      expect(await figures.textContent()).toMatch(new RegExp(`Requests\\s*${requests}\\D`));
      const others = role === 'holder' ? HTML.slice(0, 20) : FORMULA;
      const nobodyElse = async () => {
        if (role === 'reading holder') expect(await page.locator('body').textContent()).not.toContain(others);
      };
      await nobodyElse();
      await goTo(page, '/ui/analytics?group_by=key&metric=cost_usd');
      const totals = page.getByRole('region', { name: 'Totals' }).getByRole('row');
      await totals.nth(2).waitFor();
      // Its own, and all together.
      expect(await totals.count()).toBe(3);
      expect(await totals.last().textContent()).toContain('$2.00');
      await nobodyElse();
      if (role === 'reading holder') {
        await goTo(page, '/ui/logs?live=true');
        await page.getByText('2 requests', { exact: true }).waitFor();
        await nobodyElse();
        await goTo(page, `/ui/logs/${ids.othersLog}`);
        await page.getByText('There is no such request').waitFor();
      }
      await goTo(page, '/ui/playground?model=meetings&response_format=verbose_json');
      const audio = { name: 'one.wav', mimeType: 'audio/wav', buffer: await readFile('assets/one-second.wav') };
      await page.getByLabel('Audio or video file').setInputFiles(audio);
      await page.getByRole('button', { name: 'Run all' }).click();
      await page.getByLabel('Transcript of 1 meetings').getByText('onerror').first().waitFor();
      expect(await page.getByRole('link', { name: 'log', exact: true }).count()).toBe(role === 'holder' ? 0 : 1);
      expect(await page.evaluate('globalThis.isTaken')).toBeUndefined();
      expect(complaints).toEqual([]);
    }
  });

  it('what people and providers say is text wherever it is shown, leads nowhere, and is no formula in a table', async () => {
    await using dashboard = await openDashboard(browser, gateway);
    const { page, complaints } = dashboard;
    const expectText = async (shown: Locator) => {
      await shown.first().waitFor();
      expect(await page.locator('img[src=x], #root script, [role=dialog] script').count()).toBe(0);
      expect(await page.locator('a[href^="javascript:" i], a[href^="data:" i]').count()).toBe(0);
      expect(await page.evaluate('globalThis.isTaken')).toBeUndefined();
    };
    const failures = page.getByRole('region', { name: 'Newest failures' });
    await expectText(failures.getByText(HTML));
    await expectText(page.getByRole('list', { name: 'Keys that cost most this month' }).getByText(`mine ${HTML}`));
    await goTo(page, '/ui/logs?status=failure');
    await expectText(page.getByRole('grid').getByText(HTML));
    await page.getByRole('button', { name: 'Tag', exact: true }).click();
    await expectText(page.getByRole('checkbox', { name: HTML }));
    await page.keyboard.press('Escape');
    await goTo(page, `/ui/logs/${ids.log}`);
    const drawer = page.getByRole('dialog');
    for (const text of ['javascript:globalThis.isTaken=1', HTML]) await expectText(drawer.getByText(text));
    // Question, answer, warning, model, user, tag, the provider's id, the client and metadata.
    expect(await drawer.getByText(HTML).count()).toBeGreaterThanOrEqual(9);
    await goTo(page, '/ui/analytics?group_by=tag&metric=requests');
    await expectText(page.getByRole('region', { name: 'Totals' }).getByText(HTML));
    await goTo(page, '/ui/audit?kind=key');
    await page.getByRole('button', { name: /create key mine/ }).click();
    await expectText(page.getByRole('definition').getByText(HTML));
    await goTo(page, `/ui/alerts?alert=${ids.alert}`);
    await page.getByRole('button', { name: 'Send a test' }).click();
    await expectText(drawer.getByRole('alert').or(drawer.getByText('was delivered')));
    await goTo(page, `/ui/models?period=7d`);
    await page.getByRole('region', { name: 'Deployments of meetings' }).getByRole('button', { name: 'Test' }).click();
    await expectText(page.getByRole('region', { name: 'Test of meetings' }).getByText('It works:'));

    for (const api_base of ['javascript:globalThis.isTaken=1', 'data:text/html,x']) {
      const deployment = { provider: 'openai', upstream_model: 'whisper-1', api_key: 'k', api_base };
      const model = await gateway.admin('POST', 'models', { name: 'never', deployments: [deployment] });
      const alert = await gateway.admin('POST', 'alerts', { name: 'never', url: api_base });
      expect([model.status, alert.status]).toEqual([400, 400]);
    }
    for (const path of ['logs/export?format=csv', 'audit/export?format=csv']) {
      const saved = await page.request.get(`${gateway.url}/admin/v1/${path}`);
      const text = await saved.text();
      expect(text).toContain(`"'${FORMULA.replaceAll('"', '""')}"`);
      expect(text).not.toMatch(/(^|,)"?[=@+]/m);
      expect(saved.headers()['content-disposition'] ?? 'attachment').toContain('attachment');
    }
    expect(complaints).toEqual([]);
  });

  it('shows the same at an address again: by the way back, and when it is loaded anew', async () => {
    await using dashboard = await openDashboard(browser, gateway);
    const { page, complaints } = dashboard;
    const named = (role: 'link' | 'heading' | 'button' | 'dialog', name: string | RegExp) =>
      page.getByRole(role, { name }).first();
    const failed = page.getByText('1 request', { exact: true });
    const html = encodeURIComponent(HTML);
    /** Of each page an address, what it shows that the next does not, what its fields say, and the address that is gone to from there. */
    const table: readonly {
      readonly at: string;
      readonly shows: Locator;
      readonly fields?: Readonly<Record<string, string>>;
      readonly then: string;
      readonly showsThen: Locator;
    }[] = [
      {
        at: '/ui/?period=7d',
        shows: named('heading', 'Needs attention'),
        fields: { Period: '7d' },
        then: '/ui/?period=last_month',
        showsThen: page.getByText('No request has failed in this period'),
      },
      {
        at: '/ui/logs?period=7d&status=failure',
        shows: failed.and(page.locator(':not([hidden])')),
        fields: { Period: '7d' },
        then: '/ui/logs?period=1h&end_user=nobody',
        showsThen: page.getByText('No request is like that'),
      },
      {
        at: `/ui/logs/${ids.log}?period=7d&tag=${html}`,
        shows: named('dialog', /Success/),
        then: `/ui/logs?period=7d&tag=${html}`,
        showsThen: page.getByText('4 requests', { exact: true }),
      },
      {
        at: '/ui/analytics?period=7d&metric=cost_usd&group_by=team',
        shows: named('heading', 'Cost by team'),
        fields: { Period: '7d', Metric: 'cost_usd', 'Group by': 'team' },
        then: '/ui/analytics?period=7d&metric=requests&group_by=model&compare=true',
        showsThen: named('heading', 'Requests by model'),
      },
      {
        at: '/ui/playground?model=meetings&response_format=srt',
        shows: page.getByLabel('Format 1'),
        fields: { 'Model 1': 'meetings', 'Format 1': 'srt' },
        then: '/ui/playground?model=sandbox&response_format=json&model_2=meetings',
        showsThen: page.getByLabel('Model 2'),
      },
      {
        at: `/ui/keys?tag=${html}`,
        shows: named('link', `mine ${HTML}`),
        fields: { Tag: HTML, Owner: '', Team: '' },
        then: '/ui/keys?user=nobody',
        showsThen: page.getByText('No key is like that'),
      },
      {
        at: `/ui/keys/${ids.key}?tag=${html}`,
        shows: named('dialog', `mine ${HTML}`),
        then: '/ui/keys?team=others',
        showsThen: named('link', FORMULA),
      },
      {
        at: `/ui/teams/${ids.team}`,
        shows: named('dialog', `ours ${HTML}`),
        then: '/ui/teams',
        showsThen: named('button', 'Make a team'),
      },
      {
        at: `/ui/alerts?alert=${ids.alert}`,
        shows: named('button', 'Send a test'),
        then: '/ui/alerts',
        showsThen: named('button', 'New alert'),
      },
      {
        at: '/ui/audit?period=7d&kind=team&action=create',
        shows: named('button', /create team ours/),
        fields: { Period: '7d', Action: 'create', 'Kind of thing': 'team', Who: '' },
        then: '/ui/audit?period=7d&actor=nobody',
        showsThen: page.getByText('Nothing was changed'),
      },
    ];
    for (const { at, shows, fields = {}, then, showsThen } of table) {
      const expectShown = async () => {
        await shows.waitFor();
        const said = Object.fromEntries(
          await Promise.all(
            Object.keys(fields).map(
              async (label) => [label, await page.getByLabel(label, { exact: true }).inputValue()] as const,
            ),
          ),
        );
        const { pathname, search } = new URL(page.url());
        const same = new URL(at, gateway.url);
        expect([pathname, [...new URLSearchParams(search)], said]).toEqual([
          same.pathname,
          [...same.searchParams],
          fields,
        ]);
      };
      await goTo(page, at);
      await expectShown();
      await goTo(page, then);
      await showsThen.waitFor();
      await page.goBack();
      await expectShown();
      await page.reload();
      await expectShown();
    }
    expect(complaints).toEqual([]);
  });
});
