import { namesIn } from './promql-names.js';

it('finds metrics with their matchers, labels of groups, and functions', () => {
  const query =
    'histogram_quantile(0.95, sum by (model, le) (rate(a_bucket{status="ok",x!~"a|b"}[$__rate_interval]))) > 3 and on (model) b:c == bool 2';
  expect(namesIn(query)).toEqual({
    selectors: [
      {
        metric: 'a_bucket',
        matchers: [
          { label: 'status', value: 'ok' },
          { label: 'x', value: 'a|b' },
        ],
      },
      { metric: 'b:c', matchers: [] },
    ],
    grouped: ['model', 'le', 'model'],
    functions: ['histogram_quantile', 'sum', 'rate'],
  });
});

it('refuses what are no matchers', () => {
  expect(() => namesIn('a{status=ok}')).toThrow('no matchers');
});
