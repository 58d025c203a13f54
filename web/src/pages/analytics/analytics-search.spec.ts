import { analyticsSearch, dimensionsOf, filtersOf } from './analytics-search';
import { METRICS, metricOf } from './metrics';

it('an address that makes no sense is the page as it is without', () => {
  const search = analyticsSearch.parse({ metric: 'money', top: '7', bucket: 'year', cumulative: 'yes', model: 'a' });
  expect(search).toEqual({ model: 'a' });
  expect(metricOf(search.metric).name).toBe('requests');
});

it('groups are two at most, each once, of those that there are', () => {
  expect(dimensionsOf('team,model,key')).toEqual(['team', 'model']);
  expect(dimensionsOf('team,team,toString')).toEqual(['team']);
  expect(dimensionsOf(undefined)).toEqual([]);
});

it('filters are lists for the API', () => {
  expect(filtersOf({ status: 'failure,lost', model: 'a,b', tag: ['x', 'y'], key_id: '' })).toEqual({
    status: ['failure', 'lost'],
    model: ['a,b'],
    tag: ['x', 'y'],
  });
});

it('only what can be added up is an amount', () => {
  const amounts = METRICS.filter(({ isAmount }) => isAmount).map(({ name }) => name);
  expect(amounts).toContain('cost_usd');
  expect(amounts.filter((name) => /_p\d|_avg|_rate|keys|users/.test(name))).toEqual([]);
});
