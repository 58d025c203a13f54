import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { outcomes } from '../../../src/domain/attempt.js';
import { requestStatuses } from '../../../src/ledger/entry/log-entry.js';
import { metricSections, type MetricFacts } from '../../../src/metrics/metric-list.js';
import { MASTER_KEY } from '../../support/gateway.js';
import { readPrometheusText, type ExposedMetric } from '../../support/prometheus-text.js';
import { namesIn } from '../../support/promql-names.js';
import { hasPromtool, promtool } from '../../support/promtool.js';
import { LedgerBench } from '../ledger/ledger-bench.js';

const pathOf = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const ALERTS = pathOf('deploy/prometheus/alerts.yaml');

const alertsSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook: z.string() }),
        }),
      ),
    }),
  ),
});
const alerts = alertsSchema.parse(parse(readFileSync(ALERTS, 'utf8'))).groups.flatMap(({ rules }) => rules);

const target = z.object({ expr: z.string(), legendFormat: z.string().default('') });
const dashboardSchema = z.object({
  annotations: z.object({ list: z.array(z.object({ expr: z.string() })) }),
  templating: z.object({ list: z.array(z.object({ type: z.string(), definition: z.string().optional() })) }),
  panels: z.array(
    z.object({
      id: z.int(),
      title: z.string(),
      type: z.string(),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      targets: z.array(target).default([]),
    }),
  ),
});
const dashboard = dashboardSchema.parse(JSON.parse(readFileSync(pathOf('deploy/grafana/auricle.json'), 'utf8')));

const panelQueries = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, shown: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)] })),
);
const alertQueries = alerts.map(({ alert, expr, annotations }) => ({
  title: alert,
  expr,
  shown: [
    ...Object.values(annotations)
      .join(' ')
      .matchAll(/\$labels\.(\w+)/g),
  ],
}));
const otherQueries = dashboard.annotations.list.map(({ expr }) => ({ title: 'annotation', expr, shown: [] }));
const queries = [...panelQueries, ...alertQueries, ...otherQueries].map(({ shown, ...query }) => ({
  ...query,
  shown: shown.map(([, label]) => String(label)),
}));

/** Prometheus adds them to everything. */
const OF_EVERY_TARGET = ['job', 'instance'];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  status: requestStatuses,
  outcome: outcomes,
  stream: ['true', 'false'],
  reason: ['wrong_keys'],
};

let exposed: ReadonlyMap<string, ExposedMetric>;
/** The labels of every name that a query may have. */
let labelsOf: ReadonlyMap<string, readonly string[]>;
beforeAll(async () => {
  const bench = await LedgerBench.start({
    METRICS_KEY_LABEL: 'true',
    METRICS_TEAM_LABEL: 'true',
    CACHE_SECONDS: '60',
  });
  try {
    const { key } = await bench.gateway.createKey();
    await bench.transcribe(key);
    await bench.transcribe(key);
    await bench.transcribe(key, { model: 'gpt4o', stream: 'true' });
    await bench.transcribe(key, { model: 'nope' });
    await bench.gateway.logs();
    const response = await fetch(`${bench.gateway.url}/metrics`, {
      headers: { authorization: `Bearer ${MASTER_KEY}` },
    });
    exposed = readPrometheusText(await response.text());
  } finally {
    await bench.close();
  }
  const facts = new Map(
    Object.values(metricSections)
      .flatMap((section) => Object.values<MetricFacts>(section))
      .map((it) => [it.name, it.labelNames]),
  );
  const series = [...exposed.values()].flatMap(({ name, type, samples }): [string, readonly string[]][] => {
    const found = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
    // What did not happen has no series yet.
    const labels = [...(found.length > 0 ? found : (facts.get(name) ?? [])), ...OF_EVERY_TARGET];
    if (type !== 'histogram' && type !== 'summary') return [[name, labels]];
    const plain = labels.filter((label) => label !== 'le');
    return [
      [`${name}_bucket`, [...plain, 'le']],
      [`${name}_sum`, plain],
      [`${name}_count`, plain],
    ];
  });
  labelsOf = new Map([...series, ['up', OF_EVERY_TARGET]]);
});

it('exposes the metrics of the list, with their labels', () => {
  const listed = Object.values(metricSections).flatMap((section) => Object.values<MetricFacts>(section));
  const own = [...exposed.values()].filter(({ name }) => name.startsWith('auricle_'));
  expect(own.map(({ name, type }) => [name, type]).toSorted()).toEqual(
    listed.map(({ name, type }) => [name, type]).toSorted(),
  );
  for (const { name, samples } of own) {
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)).filter((label) => label !== 'le'));
    const { labelNames = [] } = listed.find((it) => it.name === name) ?? {};
    if (samples.length > 0) expect([name, [...labels].toSorted()]).toEqual([name, [...labelNames].toSorted()]);
  }
});

it('names nothing in a query that is not exposed', () => {
  expect(queries.length).toBeGreaterThan(60);
  const faults = queries.flatMap(({ title, expr, shown }) => {
    const { selectors, grouped } = namesIn(expr);
    const metrics = selectors.map(({ metric }) => metric);
    const known = metrics.flatMap((metric) => labelsOf.get(metric) ?? []);
    return [
      ...metrics.filter((metric) => !labelsOf.has(metric)).map((metric) => `there is no metric ${metric}`),
      ...selectors.flatMap(({ metric, matchers }) =>
        matchers
          .filter(({ label }) => !labelsOf.get(metric)?.includes(label))
          .map(({ label }) => `${metric} has no label ${label}`),
      ),
      ...selectors.flatMap(({ matchers }) =>
        matchers.flatMap(({ label, value }) =>
          value
            .split('|')
            .filter((it) => VALUES[label] && !it.startsWith('$') && !VALUES[label].includes(it))
            .map((it) => `${label} is never ${it}`),
        ),
      ),
      ...grouped.filter((label) => !known.includes(label)).map((label) => `nothing has the label ${label}`),
      ...shown
        .filter((label) => !(grouped.length > 0 ? grouped : known).includes(label))
        .map((label) => `the result has no label ${label}`),
    ].map((fault) => `${title}: ${fault}`);
  });
  expect(faults).toEqual([]);
});

it('chooses from labels that are exposed', () => {
  const choices = dashboard.templating.list.filter(({ type }) => type === 'query');
  expect(choices.length).toBe(3);
  for (const { definition = '' } of choices) {
    const [, expr = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
    const [selector] = namesIn(expr).selectors;
    expect([definition, labelsOf.get(selector?.metric ?? '')?.includes(label)]).toEqual([definition, true]);
  }
});

it('lays no panel over another', () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});

it('has a runbook for every alert', () => {
  const headings = readFileSync(pathOf('docs/observability.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('#### '))
    .map((line) => line.slice(5));
  expect(alerts.map(({ alert }) => alert)).toEqual(headings);
  for (const { alert, annotations } of alerts) {
    expect(annotations.runbook).toBe(`docs/observability.md#${alert.toLowerCase()}`);
  }
});

const itWithPromtool = hasPromtool ? it : it.skip;

// Skipped where it is not installed, as `.ci/run` says.
describe('promtool', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'auricle-promtool-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  itWithPromtool('takes the rules, and every query of the dashboard', async () => {
    promtool('check', 'rules', ALERTS);
    const rules = queries.map(({ expr }, index) => ({
      record: `query_${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    const file = join(folder, 'queries.yaml');
    await writeFile(file, stringify({ groups: [{ name: 'queries', rules }] }));
    promtool('check', 'rules', file);
  });

  itWithPromtool('sees alerts fire when they should, and not before', async () => {
    const of = (fields: string) => `auricle_requests_total{instance="a",task="transcribe",model="m",${fields}}`;
    const labels = { severity: 'critical', model: 'm' };
    const test = {
      rule_files: [ALERTS],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: [
            { series: of('status="failure"'), values: '0+10x60' },
            { series: of('status="success"'), values: '0+90x60' },
            { series: 'auricle_database_up{instance="a"}', values: '1x9 0x60' },
            { series: 'auricle_ledger_full{instance="a"}', values: '0x60' },
            {
              series: 'auricle_deployment_circuit_state{instance="a",model="m",provider="p",deployment="d"}',
              values: '1x60',
            },
          ],
          alert_rule_test: [
            { eval_time: '5m', alertname: 'AuricleErrorRate', exp_alerts: [] },
            {
              eval_time: '20m',
              alertname: 'AuricleErrorRate',
              exp_alerts: [
                {
                  exp_labels: labels,
                  exp_annotations: annotationsOf('AuricleErrorRate', {
                    '{{ $value | humanizePercentage }}': '10%',
                    '{{ $labels.model }}': 'm',
                  }),
                },
              ],
            },
            { eval_time: '9m', alertname: 'AuricleDatabaseAway', exp_alerts: [] },
            {
              eval_time: '12m',
              alertname: 'AuricleDatabaseAway',
              exp_alerts: [
                {
                  exp_labels: { severity: 'critical', instance: 'a' },
                  exp_annotations: annotationsOf('AuricleDatabaseAway', { '{{ $labels.instance }}': 'a' }),
                },
              ],
            },
            { eval_time: '30m', alertname: 'AuricleLedgerFull', exp_alerts: [] },
            { eval_time: '30m', alertname: 'AuricleDeploymentOpen', exp_alerts: [] },
          ],
        },
      ],
    };
    const file = join(folder, 'test.yaml');
    await writeFile(file, stringify(test));
    promtool('test', 'rules', file);
  });
});

function annotationsOf(name: string, values: Readonly<Record<string, string>>): Record<string, string> {
  const { annotations } = alerts.find(({ alert }) => alert === name) ?? {};
  return Object.fromEntries(
    Object.entries(annotations ?? {}).map(([key, text]) => [
      key,
      Object.entries(values).reduce((filled, [from, to]) => filled.replaceAll(from, to), text),
    ]),
  );
}
