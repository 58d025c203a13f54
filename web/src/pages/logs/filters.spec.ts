import { conditionsOf } from './filters';
import { filtersOf, logSearch } from './log-search';

const parse = (search: Record<string, unknown>) => filtersOf(logSearch.parse(search));

it('takes one value or several, and leaves out what no filter can mean', () => {
  expect(
    parse({
      status: ['failure', 'failure', 'nonsense'],
      model: 'whisper',
      tag: ['a,b', ''],
      had_retry: 'true',
      stream: 'maybe',
      cache: 'none',
      cost_usd_min: '0.01',
      unknown: 'x',
      live: 'true',
    }),
  ).toEqual({ status: ['failure'], model: ['whisper'], tag: ['a,b'], had_retry: 'true', cost_usd_min: '0.01' });
});

it('says every condition in words, with what is left without it', () => {
  const filters = parse({
    status: ['failure', 'lost'],
    key_id: 'master',
    had_fallback: 'false',
    latency_ms_max: '900',
    cost_usd_min: '0.5',
    search: 'hot summer',
  });
  const nameOf = (_: string, value: string) => (value === 'master' ? 'master key' : value);
  expect(conditionsOf(filters, nameOf).map(({ title, value, without }) => [title, value, without])).toEqual([
    ['Status', 'Failure', { status: ['lost'] }],
    ['Status', 'Lost', { status: ['failure'] }],
    ['Key', 'master key', { key_id: undefined }],
    ['Cost', '≥ $0.5', { cost_usd_min: undefined }],
    ['Had a fallback', 'no', { had_fallback: undefined }],
    ['Latency', '≤ 900 ms', { latency_ms_max: undefined }],
    ['Said', 'hot summer', { search: undefined }],
  ]);
});
