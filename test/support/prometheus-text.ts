/** One line of a value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric as it is exposed. */
export interface ExposedMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  readonly help: string;
  readonly samples: readonly Sample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const SAMPLE = new RegExp(`^(?<name>${NAME})(?:\\{(?<labels>.*)\\})? (?<value>[^ ]+)$`);
const LABEL = /(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

/**
 * Reads Prometheus' text format 0.0.4, strictly: https://prometheus.io/docs/instrumenting/exposition_formats/
 * @throws Error that shows the line that is wrong, or the series that is there twice
 */
export function readPrometheusText(text: string): ReadonlyMap<string, ExposedMetric> {
  if (!text.endsWith('\n')) throw new Error('the last line must end with a line feed');
  const metrics = new Map<string, ExposedMetric & { samples: Sample[] }>();
  const series = new Set<string>();
  const helps = new Map<string, string>();
  let current: (ExposedMetric & { samples: Sample[] }) | undefined;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const help = new RegExp(`^# HELP (${NAME}) (.+)$`).exec(line);
    const type = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`).exec(line);
    if (help) helps.set(String(help[1]), String(help[2]));
    else if (type) {
      const name = String(type[1]);
      if (metrics.has(name)) throw new Error(`${name} is there twice`);
      current = { name, type: type[2] as ExposedMetric['type'], help: helps.get(name) ?? '', samples: [] };
      metrics.set(name, current);
    } else {
      const sample = readSample(line);
      if (!current || !belongsTo(sample, current)) throw new Error(`no TYPE stands before: ${line}`);
      const key = `${sample.name}${JSON.stringify(Object.entries(sample.labels).toSorted())}`;
      if (series.has(key)) throw new Error(`the series is there twice: ${line}`);
      series.add(key);
      current.samples.push(sample);
    }
  }
  for (const metric of metrics.values()) {
    if (metric.help === '') throw new Error(`${metric.name} has no HELP`);
    if (metric.type === 'histogram') checkHistogram(metric);
  }
  return metrics;
}

/** The series of a metric that has these labels among its own, added up; undefined = there is none. */
export function valueOf(
  metrics: ReadonlyMap<string, ExposedMetric>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const samples = [...metrics.values()]
    .flatMap((metric) => metric.samples)
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value));
  return samples.length === 0 ? undefined : samples.reduce((sum, { value }) => sum + value, 0);
}

function readSample(line: string): Sample {
  const { name, labels = '', value } = SAMPLE.exec(line)?.groups ?? {};
  if (name === undefined || value === undefined) throw new Error(`this is no sample: ${line}`);
  const number = value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value);
  if (Number.isNaN(number) && value !== 'NaN') throw new Error(`this is no number: ${line}`);
  return { name, labels: readLabels(labels, line), value: number };
}

function readLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const { name, value } = LABEL.exec(text)?.groups ?? {};
    if (name === undefined || value === undefined || name in labels) throw new Error(`labels are wrong: ${line}`);
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
}

function belongsTo({ name }: Sample, metric: ExposedMetric): boolean {
  if (metric.type !== 'histogram' && metric.type !== 'summary') return name === metric.name;
  return ['', '_bucket', '_sum', '_count'].some((end) => name === metric.name + end);
}

/** Buckets grow with their bounds, the last is `+Inf` and has all, and every series has a sum. */
function checkHistogram({ name, samples }: ExposedMetric): void {
  const series = new Map<string, { buckets: [number, number][]; sum?: number; count?: number }>();
  for (const sample of samples) {
    const { le, ...labels } = sample.labels;
    const key = JSON.stringify(Object.entries(labels).toSorted());
    const one = series.get(key) ?? { buckets: [] };
    series.set(key, one);
    if (sample.name.endsWith('_bucket')) one.buckets.push([le === '+Inf' ? Infinity : Number(le), sample.value]);
    else if (sample.name.endsWith('_sum')) one.sum = sample.value;
    else one.count = sample.value;
  }
  for (const [key, { buckets, sum, count }] of series) {
    const isCumulative = buckets.every(
      ([bound, value], index) =>
        index === 0 || ((buckets[index - 1]?.[0] ?? 0) < bound && (buckets[index - 1]?.[1] ?? 0) <= value),
    );
    const [bound, all] = buckets.at(-1) ?? [];
    if (!isCumulative || bound !== Infinity || all !== count || sum === undefined) {
      throw new Error(`${name}${key} is no histogram`);
    }
  }
}
