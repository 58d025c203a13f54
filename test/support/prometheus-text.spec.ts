import { readPrometheusText, valueOf } from './prometheus-text.js';

const HEAD = '# HELP a_total What it is.\n# TYPE a_total counter\n';
const histogram = (...lines: string[]) =>
  ['# HELP h What it is.', '# TYPE h histogram', ...lines.map((line) => `h${line}`), ''].join('\n');

it('reads labels with everything that may be in them', () => {
  const metrics = readPrometheusText(
    `${HEAD}a_total{x="with \\"quotes\\", \\\\ and \\n",y="}"} 3\na_total{x="b",y=""} 4\n`,
  );
  expect(metrics.get('a_total')?.samples[0]?.labels).toEqual({ x: 'with "quotes", \\ and \n', y: '}' });
  expect(valueOf(metrics, 'a_total')).toBe(7);
  expect(valueOf(metrics, 'a_total', { x: 'b' })).toBe(4);
  expect(valueOf(metrics, 'a_total', { x: 'c' })).toBeUndefined();
});

it.each([
  ['a value without a type', 'no TYPE', 'a_total 1\n'],
  ['a type without a help', 'has no HELP', '# TYPE a_total counter\na_total 1\n'],
  ['no last line feed', 'line feed', `${HEAD}a_total 1`],
  ['a series twice', 'is there twice', `${HEAD}a_total{x="1"} 1\na_total{x="1"} 2\n`],
  ['a label twice', 'labels are wrong', `${HEAD}a_total{x="1",x="2"} 1\n`],
  ['no number', 'no number', `${HEAD}a_total one\n`],
  ['an open quote', 'labels are wrong', `${HEAD}a_total{x="1} 1\n`],
  ['a metric twice', 'is there twice', `${HEAD}a_total 1\n${HEAD}a_total 1\n`],
  ['buckets that shrink', 'no histogram', histogram('_bucket{le="1"} 2', '_bucket{le="+Inf"} 1', '_sum 1', '_count 1')],
  ['no last bucket', 'no histogram', histogram('_bucket{le="1"} 2', '_sum 1', '_count 2')],
  ['another count', 'no histogram', histogram('_bucket{le="1"} 1', '_bucket{le="+Inf"} 2', '_sum 1', '_count 3')],
  ['no sum', 'no histogram', histogram('_bucket{le="+Inf"} 2', '_count 2')],
])('refuses %s', (_, message, text) => expect(() => readPrometheusText(text)).toThrow(message));
