import { metricSections, workerMetrics, type MetricFacts } from '../../src/metrics/metric-list.js';
import { code, table } from './markdown.js';

/** The sections of metrics, in the order of the document. */
export const metricSectionNames = [...Object.keys(metricSections), 'Workers'];

/** The table of a section in docs/observability.md. */
export function metricsTable(section: string): string {
  const metrics = Object.entries({ ...metricSections, Workers: workerMetrics }).find(([name]) => name === section)?.[1];
  if (!metrics) throw new Error(`there is no section ${section}`);
  const rows = Object.values<MetricFacts>(metrics).map(({ name, type, labelNames, help }) => [
    code(name),
    type,
    labelNames.map(code).join(', '),
    `${help}.`,
  ]);
  return table(['Metric', 'Type', 'Labels', 'What it is'], rows);
}
