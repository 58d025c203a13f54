import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertEventTypes } from '../alerts/events/alert-events.js';
import { builtInProviders } from '../providers/built-in-providers.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { formatProblem } from './config-file.error.js';
import { readConfigFile } from './config-file.reader.js';

const providers = new ProviderRegistry(builtInProviders(new ProviderHttp()));
const SLACK_WEBHOOK_URL = 'https://hooks.slack.example/services/T0/B0/secret';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alerting-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(general: string, variables: Record<string, string> = { SLACK_WEBHOOK_URL }) {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, `general_settings:\n  master_key: sk-master\n${general.replaceAll(/^/gm, '  ')}\n`);
  const { alerts, problems } = readConfigFile(path, providers, variables);
  return { alerts, told: problems.map((it) => formatProblem({ ...it, file: 'F' })) };
}

const slack = { name: 'slack of the configuration file', url: SLACK_WEBHOOK_URL, eventTypes: [] };

it.each<[string, string, readonly object[]]>([
  ['nothing', 'alerting: []', []],
  ['everything', 'alerting: ["slack"]', [slack]],
  [
    'some of it',
    'alerting: ["slack"]\nalert_types: [budget_alerts, db_exceptions, daily_reports]',
    [{ ...slack, eventTypes: ['budget.soft_limit', 'budget.exhausted', 'ledger.behind', 'ledger.recovered'] }],
  ],
  [
    'some of it elsewhere',
    'alerting: ["slack"]\nalert_types: [budget_alerts, outage_alerts, cooldown_deployment]\nalert_to_webhook_url:\n  budget_alerts: https://money.example/a\n  outage_alerts: [https://ops.example/b, https://boss.example/c]\n  region_outage_alerts: https://ops.example/b',
    [
      { ...slack, eventTypes: ['deployment.down', 'deployment.recovered'] },
      {
        name: 'slack of the configuration file: budget_alerts',
        url: 'https://money.example/a',
        eventTypes: ['budget.soft_limit', 'budget.exhausted'],
      },
      {
        name: 'slack of the configuration file: outage_alerts, region_outage_alerts',
        url: 'https://ops.example/b',
        eventTypes: ['deployment.down', 'deployment.recovered'],
      },
      {
        name: 'slack of the configuration file: outage_alerts',
        url: 'https://boss.example/c',
        eventTypes: ['deployment.down', 'deployment.recovered'],
      },
    ],
  ],
  [
    'the same at several addresses',
    'alerting: ["slack"]\nalert_types: [db_exceptions]\nalert_to_webhook_url:\n  outage_alerts: [https://a.example/, https://b.example/, https://c.example/]',
    [
      { ...slack, eventTypes: ['ledger.behind', 'ledger.recovered'] },
      ...[
        ['https://a.example/', ''],
        ['https://b.example/', ' (2)'],
        ['https://c.example/', ' (3)'],
      ].map(([url, number]) => ({
        name: `slack of the configuration file: outage_alerts${number}`,
        url,
        eventTypes: ['deployment.down', 'deployment.recovered'],
      })),
    ],
  ],
])('tells Slack of %s', (_, general, alerts) => {
  const read_ = read(general);
  expect(read_).toEqual({ alerts, told: [] });
  const known: readonly string[] = alertEventTypes;
  for (const { eventTypes } of read_.alerts) expect(eventTypes.filter((type) => !known.includes(type))).toEqual([]);
});

it.each<[string, Record<string, string>, string]>([
  ['alerting: ["slack"]', {}, 'names slack, and SLACK_WEBHOOK_URL is not set: nobody is told of anything'],
  ['alerting: ["email"]', {}, 'has no effect for email: make an alert with /admin/v1/alerts'],
  ['alert_types: [budget_alerts]', {}, 'has no effect without alerting: ["slack"]'],
  [
    'alerting: ["slack"]',
    { SLACK_WEBHOOK_URL: 'ftp://secret' },
    'names a webhook whose URL must be an http or https URL',
  ],
  ['alerting: ["slack"]\nalert_types: [daily_reports]', { SLACK_WEBHOOK_URL }, 'names nothing that happens here'],
])('of %j with %j says what is wrong, and makes no alert', (general, variables, problem) => {
  const { alerts, told } = read(general, variables);
  expect(alerts).toEqual([]);
  expect(told).toEqual([expect.stringContaining(problem)]);
  expect(told.join()).not.toContain('secret');
});
