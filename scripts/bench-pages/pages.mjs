// What is opened, and what on it is the first data: what a person reads first, by its role and its words, and no frame, skeleton or
// heading. Of a list it is the first row, of figures the first figure, of a chart the chart itself.

const DAY_MS = 86_400_000;
const daysAgo = (days) => new Date(Date.now() - days * DAY_MS).toISOString();
const keyId = (number) => `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

const requestRow = (page) => page.getByRole('grid', { name: 'Requests' }).getByRole('gridcell').first();
const noRequest = (page) => page.getByText('No request is like that');
const histogram = (page) => page.getByRole('slider', { name: 'Requests by time' });
const figure = (page) => page.getByRole('list', { name: 'Figures' }).getByRole('link', { name: /^Requests \d/ });
const topModel = (page) => page.getByRole('region', { name: 'By model' }).getByRole('cell').first();
const failure = (page) => page.getByRole('region', { name: 'Newest failures' }).getByRole('cell').first();
const groupRow = (page) => page.getByRole('region', { name: 'Totals' }).getByRole('cell', { name: /\S/ }).first();
const tableCell = (name) => (page) => page.getByRole('region', { name }).getByRole('cell').first();

/** Pages by their addresses, each with the locator of its first data, or of what comes later: that is told, and may take longer. */
export const PAGES = [
  ['Overview, 24 hours', '/ui/', figure],
  ['Overview, 7 days', '/ui/?period=7d', figure],
  ['Overview, 30 days', '/ui/?period=30d', figure],
  ['Overview, 30 days: by model', '/ui/?period=30d', topModel],
  ['Overview, 30 days: newest failures', '/ui/?period=30d', failure],
  ['Logs', '/ui/logs', requestRow],
  ['Logs, 30 days', '/ui/logs?period=30d', requestRow],
  ['Logs, last month', '/ui/logs?period=last_month', requestRow],
  ['Logs: histogram', '/ui/logs', histogram],
  ['Logs: histogram, 7 days', '/ui/logs?period=7d', histogram],
  ['Logs: histogram, 30 days', '/ui/logs?period=30d', histogram],
  ['Logs: histogram of a key, 30 days', `/ui/logs?period=30d&key_id=${keyId(0)}`, histogram],
  ['Logs: histogram of a tag, 7 days', '/ui/logs?period=7d&tag=podcast', histogram],
  ['Logs: histogram of a tag, 30 days', '/ui/logs?period=30d&tag=podcast', histogram],
  ['Logs: histogram of a search, 30 days', '/ui/logs?period=30d&search=berton', histogram],
  ['Logs by status', '/ui/logs?period=30d&status=failure', requestRow],
  ['Logs by model', '/ui/logs?period=30d&model=model-3', requestRow],
  ['Logs by provider', '/ui/logs?period=30d&provider=provider-2', requestRow],
  ['Logs by key', `/ui/logs?period=30d&key_id=${keyId(0)}`, requestRow],
  ['Logs by team', `/ui/logs?period=30d&team_id=${keyId(1).replace('8000', 'a000')}`, requestRow],
  ['Logs by tag', '/ui/logs?period=30d&tag=podcast', requestRow],
  ['Logs by user', '/ui/logs?period=30d&end_user=user-16', requestRow],
  ['Logs by format', '/ui/logs?period=30d&response_format=srt', requestRow],
  ['Logs by language', '/ui/logs?period=30d&language=zh', requestRow],
  ['Logs by HTTP status', '/ui/logs?period=30d&http_status=4xx', requestRow],
  ['Logs by cost', '/ui/logs?period=30d&cost_usd_min=0.05', requestRow],
  ['Logs by latency', '/ui/logs?period=30d&latency_ms_min=20000', requestRow],
  ['Logs by key and status', `/ui/logs?period=30d&key_id=${keyId(0)}&status=failure`, requestRow],
  [
    'Logs by two that never meet',
    `/ui/logs?from=${daysAgo(365)}&to=${daysAgo(0)}&model=model-0&provider=provider-1`,
    noRequest,
  ],
  ['Logs with a frequent word', '/ui/logs?period=30d&search=berton', requestRow],
  ['Logs with a phrase', '/ui/logs?period=30d&search=%22hot+summer+day%22', requestRow],
  ['Logs with a word nobody said', '/ui/logs?period=30d&search=qqqqqq', noRequest],
  ['Analytics, 90 days', `/ui/analytics?from=${daysAgo(90)}&to=${daysAgo(0)}`, groupRow],
  [
    'Analytics, 90 days by model and key',
    `/ui/analytics?from=${daysAgo(90)}&to=${daysAgo(0)}&group_by=model,key`,
    groupRow,
  ],
  [
    'Analytics, 90 days by team and model, compared',
    `/ui/analytics?from=${daysAgo(90)}&to=${daysAgo(0)}&group_by=team,model&compare=true`,
    groupRow,
  ],
  [
    'Analytics, 90 days by user and tag',
    `/ui/analytics?from=${daysAgo(90)}&to=${daysAgo(0)}&group_by=user,tag`,
    groupRow,
  ],
  [
    'Analytics, 90 days by user and tag: the groups',
    `/ui/analytics?from=${daysAgo(90)}&to=${daysAgo(0)}&group_by=user,tag`,
    (page) =>
      page
        .getByRole('region', { name: 'Totals' })
        .getByRole('cell', { name: /^user-/ })
        .first(),
    // The totals are the first data; these are read from rows.
    'later',
  ],
  ['Playground', '/ui/playground', (page) => page.getByRole('combobox', { name: 'Model' }).first()],
  ['Keys', '/ui/keys', tableCell('Keys')],
  ['Keys of a team', '/ui/keys?team=team-9', tableCell('Keys')],
  ['Teams', '/ui/teams', tableCell('Teams')],
  ['Models', '/ui/models', (page) => page.getByRole('heading', { name: 'model-11' })],
  ['Providers', '/ui/providers', (page) => page.getByRole('cell').first()],
  ['Alerts', '/ui/alerts', (page) => page.getByText('alert-19')],
  ['Retirements', '/ui/retirements', (page) => page.getByRole('heading', { level: 2 }).first()],
  [
    'Audit, 400 days',
    `/ui/audit?from=${daysAgo(400)}&to=${daysAgo(0)}`,
    (page) => page.getByRole('list', { name: 'Changes' }).getByRole('button').first(),
  ],
  [
    'Audit of a key by name',
    `/ui/audit?from=${daysAgo(400)}&to=${daysAgo(0)}&subject=key-77`,
    (page) => page.getByRole('list', { name: 'Changes' }).getByRole('button').first(),
  ],
].map(([name, path, first, when]) => ({ name, path, first, isLater: when === 'later' }));

/** What is done on a page that is there already, and what then is the first data. */
export const STEPS = [
  {
    name: 'Open a log from the list',
    path: '/ui/logs',
    ready: requestRow,
    act: (page) => requestRow(page).click(),
    first: (page) => page.getByRole('dialog').getByText('Cost', { exact: true }).first(),
  },
  {
    name: 'Search what was said from anywhere',
    path: '/ui/keys',
    ready: tableCell('Keys'),
    prepare: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Search' }).fill('berton');
      await page.getByRole('option', { name: /was said/ }).waitFor();
    },
    act: (page) => page.getByRole('option', { name: /was said/ }).click(),
    first: requestRow,
  },
  {
    name: 'From the overview to the logs',
    path: '/ui/',
    ready: figure,
    act: (page) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Logs' }).click(),
    first: requestRow,
  },
  {
    name: 'From the logs to the overview',
    path: '/ui/logs',
    ready: requestRow,
    act: (page) =>
      page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Overview', exact: true }).click(),
    first: figure,
  },
];
