import { bucketTime, edgesOf, runningSum, summaryOf, zoomTime, type ChartData } from './chart-data';

const day = (date: number) => `2026-11-${String(date).padStart(2, '0')}T00:00:00.000Z`;
const data: ChartData = {
  starts: [day(1), day(2), day(3)],
  from: '2026-11-01T06:00:00.000Z',
  to: '2026-11-03T12:00:00.000Z',
  bucket: 'day',
  series: [
    { name: 'Requests', colour: 1, look: 'bars', values: [4, 0, 9] },
    { name: 'Latency', colour: 2, look: 'line', values: [null, null, null] },
  ],
};

it('buckets are cut to the period where rows are looked for', () => {
  expect(bucketTime(data, 0)).toEqual({ from: '2026-11-01T06:00:00.000Z', to: day(2) });
  expect(bucketTime(data, 1)).toEqual({ from: day(2), to: day(3) });
  expect(bucketTime(data, 2)).toEqual({ from: day(3), to: '2026-11-03T12:00:00.000Z' });
});

it('zooming takes whole buckets, and one at least', () => {
  const seconds = (text: string) => Date.parse(text) / 1000;
  const from = seconds('2026-11-02T05:00:00Z');
  expect(zoomTime(data, from, seconds('2026-11-02T07:00:00Z'))).toEqual({ from: day(2), to: day(3) });
  expect(zoomTime(data, from, seconds(day(3)))).toEqual({ from: day(2), to: day(3) });
  expect(zoomTime(data, 0, seconds('2030-01-01T00:00:00Z'))).toEqual({ from: data.from, to: data.to });
});

it('the last bucket is drawn as long as the others', () => {
  expect(edgesOf(data).map((edge) => new Date(edge * 1000).toISOString())).toEqual([day(1), day(2), day(3), day(4)]);
  expect(edgesOf({ starts: [], bucket: 'hour' })).toEqual([]);
});

it('sums run on over what is not there', () => {
  expect(runningSum([1, null, 2])).toEqual([1, 1, 3]);
});

it('is said in a sentence', () => {
  expect(summaryOf('Traffic', data, (value) => `${value}`, 'utc')).toBe(
    'Traffic by day, from 2026-11-01 to 2026-11-03. Requests: from 0 to 9, the most at 2026-11-03. Latency: nothing.',
  );
});
