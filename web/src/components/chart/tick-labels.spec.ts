import { tickLabels } from './tick-labels';

const at = (text: string) => Date.parse(text) / 1000;

it('hours are times of day, midnight is the day', () => {
  const ticks = ['2026-11-26T18:00:00Z', '2026-11-27T00:00:00Z', '2026-11-27T06:00:00Z'].map(at);
  expect(tickLabels(ticks, 6 * 3600, 'utc')).toEqual(['18:00', '27 Nov', '06:00']);
});

it('days and months are what they are called', () => {
  const ticks = ['2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'].map(at);
  expect(tickLabels(ticks, 86_400, 'utc')).toEqual(['1 Nov', '1 Dec']);
  expect(tickLabels(ticks, 30 * 86_400, 'utc')).toEqual(['Nov 2026', 'Dec 2026']);
});
