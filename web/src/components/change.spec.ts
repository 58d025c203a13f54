import { changeOf } from './change';

it('amounts change by a share of what they were', () => {
  expect(changeOf(112, 100)).toEqual({ text: '+12 %', direction: 1 });
  expect(changeOf(96, 100)).toEqual({ text: '−4 %', direction: -1 });
  expect(changeOf(5, 5)).toEqual({ text: '±0', direction: 0 });
  expect(changeOf(0, 5)).toEqual({ text: '−100 %', direction: -1 });
  expect(changeOf(5000, 10)).toEqual({ text: 'x500', direction: 1 });
});

it('shares change by points', () => {
  expect(changeOf(0.05, 0.02, 'share').text).toBe('+3.0 points');
  expect(changeOf(0.02, 0.0201, 'share').text).toBe('−<0.1 points');
});

it('what was nothing, or is not known, has no share', () => {
  expect(changeOf(7, 0)).toEqual({ text: undefined, direction: 1 });
  expect(changeOf(7, null)).toEqual({ text: undefined, direction: 0 });
});
