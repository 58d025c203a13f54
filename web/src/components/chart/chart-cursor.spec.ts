import { bucketAt, bucketWords, movedCursor } from './chart-cursor';

it.each([
  ['ArrowLeft', null, 4],
  ['ArrowRight', null, 4],
  ['ArrowLeft', 4, 3],
  ['ArrowLeft', 0, 0],
  ['ArrowRight', 3, 4],
  ['ArrowRight', 4, 4],
  ['Home', 3, 0],
  ['Home', null, 0],
  ['End', 0, 4],
  ['Escape', 2, null],
  ['Escape', null, undefined],
  ['Tab', 2, undefined],
  ['a', 2, undefined],
])('%s leads from %s of five buckets to %s', (key, index, expected) => {
  expect(movedCursor(key, index, 5)).toBe(expected);
});

it('leads nowhere where there is nothing', () => {
  expect(movedCursor('Home', null, 0)).toBeUndefined();
});

it('says what is in a bucket', () => {
  const data = {
    starts: ['2026-11-26T00:00:00.000Z', '2026-11-27T00:00:00.000Z'],
    from: '2026-11-26T00:00:00.000Z',
    to: '2026-11-28T00:00:00.000Z',
    bucket: 'day',
    series: [
      { name: 'requests', colour: 1, look: 'bars', values: [3, 4] },
      { name: 'p95', colour: 2, look: 'line', values: [null, 120] },
    ],
  } as const;
  expect(bucketWords(data, 0, (value) => `${value}`, 'utc')).toBe('2026-11-26: requests 3, p95 nothing');
  expect(bucketWords(data, 7, (value) => `${value}`, 'utc')).toBe('');
});

describe('when a chart is drawn with other buckets', () => {
  const days = { starts: ['2026-11-25T23:00:00.000Z', '2026-11-26T23:00:00.000Z'] };

  it.each([
    ['2026-11-26T22:00:00.000Z', 0],
    ['2026-11-26T23:00:00.000Z', 1],
    ['2026-11-27T00:30:00+01:00', 1],
    ['2026-11-01T00:00:00.000Z', 0],
    ['2027-01-01T00:00:00.000Z', 1],
  ])('the cursor that was at %s is on that of the same time, %i', (moment, index) => {
    expect(bucketAt(days, moment)).toBe(index);
  });

  it('is nowhere where there is nothing', () => {
    expect(bucketAt({ starts: [] }, '2026-11-26T22:00:00.000Z')).toBe(-1);
  });
});
