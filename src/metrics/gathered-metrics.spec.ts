import { readPrometheusText, valueOf } from '../../test/support/prometheus-text.js';
import type { ToldMetric } from '../workers/worker-messages.js';
import { GatheredMetrics } from './gathered-metrics.js';

type Values = readonly (readonly [value: number, labels?: Record<string, string>, metricName?: string])[];

function metric(
  type: ToldMetric['type'],
  name: string,
  values: Values,
  aggregator: ToldMetric['aggregator'] = 'sum',
): ToldMetric {
  return {
    name,
    type,
    help: `What ${name} is`,
    aggregator,
    values: values.map(([value, labels = {}, metricName]) => ({ value, labels, ...(metricName && { metricName }) })),
  };
}

const requests = (...values: Values) => metric('counter', 'requests_total', values);
const seconds = (count: number) =>
  metric('histogram', 'seconds', [
    [count, { le: '1' }, 'seconds_bucket'],
    [count, { le: '+Inf' }, 'seconds_bucket'],
    [count / 2, {}, 'seconds_sum'],
    [count, {}, 'seconds_count'],
  ]);
const both = new Set([1, 2]);

async function read(gathered: GatheredMetrics, fresh: ReadonlySet<number>, own: readonly ToldMetric[] = []) {
  const text = await gathered.read(fresh, own);
  const exposed = readPrometheusText(text);
  return { text, value: (name: string, labels?: Record<string, string>) => valueOf(exposed, name, labels) };
}

it('adds up counters and histograms, and follows the rule of each gauge', async () => {
  const gathered = new GatheredMetrics();
  gathered.note(1, [
    requests([3, { model: 'unknown' }], [1, { model: '' }]),
    seconds(4),
    metric('gauge', 'in_flight', [[2]]),
    metric('gauge', 'up', [[1]], 'min'),
    metric('gauge', 'full', [[0]], 'max'),
  ]);
  gathered.note(2, [
    requests([4, { model: 'unknown' }]),
    seconds(2),
    metric('gauge', 'in_flight', [[5]]),
    metric('gauge', 'up', [[0]], 'min'),
    metric('gauge', 'full', [[1]], 'max'),
  ]);
  const { text, value } = await read(gathered, both, [metric('gauge', 'workers', [[2]], 'max')]);
  expect(value('requests_total', { model: 'unknown' })).toBe(7);
  expect(value('requests_total', { model: '' })).toBe(1);
  expect([value('seconds_count'), value('seconds_sum'), value('seconds_bucket', { le: '1' })]).toEqual([6, 3, 6]);
  expect(['in_flight', 'up', 'full', 'workers'].map((name) => value(name))).toEqual([7, 0, 1, 2]);
  expect(text).toContain('# HELP requests_total What requests_total is\n# TYPE requests_total counter\n');
});

it('never counts back: not for a worker that is silent, nor for one that has died and come back', async () => {
  const gathered = new GatheredMetrics();
  gathered.note(1, [requests([3]), seconds(1), metric('gauge', 'in_flight', [[2]])]);
  gathered.note(2, [requests([4]), seconds(1), metric('gauge', 'in_flight', [[5]])]);
  const silent = await read(gathered, new Set([1]));
  expect([silent.value('requests_total'), silent.value('in_flight')]).toEqual([7, 2]);
  for (let death = 0; death < 3; death += 1) {
    gathered.leave(2);
    const dead = await read(gathered, new Set([1]));
    expect([dead.value('requests_total'), dead.value('seconds_count')]).toEqual([7 + death, 2 + death]);
    expect(dead.value('in_flight')).toBe(2);
    gathered.note(2, [requests([1]), seconds(1), metric('gauge', 'in_flight', [[1]])]);
  }
  expect((await read(gathered, both)).value('requests_total')).toBe(10);
  expect((await read(gathered, new Set())).value('in_flight')).toBeUndefined();
});

it('forgets of the dead what is not configured any more', async () => {
  const gathered = new GatheredMetrics();
  const calls = (deployment: string) => metric('counter', 'calls_total', [[1, { deployment, model: 'm' }]]);
  const there = metric('gauge', 'auricle_deployment_info', [[1, { deployment: 'd', model: 'm' }]], 'max');
  gathered.note(1, [requests([1, { model: 'm' }], [2, { model: 'gone' }], [3]), calls('d'), there]);
  gathered.leave(1);
  gathered.note(1, [calls('e'), there]);
  gathered.leave(1);
  gathered.note(1, [there]);
  const { value } = await read(gathered, new Set([1]));
  // What has no model at all, and what has one that is configured.
  expect([value('requests_total', { model: 'm' }), value('requests_total')]).toEqual([1, 4]);
  expect(value('requests_total', { model: 'gone' })).toBeUndefined();
  expect(value('calls_total', { deployment: 'd', model: 'm' })).toBe(1);
  expect(value('calls_total', { deployment: 'e', model: 'm' })).toBeUndefined();
});

it('tells what was not measured as Prometheus reads it', async () => {
  const gathered = new GatheredMetrics();
  gathered.note(1, [metric('gauge', 'lag', [[Number.NaN]], 'max')]);
  expect(await gathered.read(new Set([1]), [])).toContain('lag NaN');
});
