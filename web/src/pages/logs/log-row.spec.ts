import { latencyParts, mergeRows, rowsOf, wordsOf, type LogRow } from './log-row';

it('a latency is what providers took, what was waited, and the rest', () => {
  expect(latencyParts({ latency_ms: 1000, provider_latency_ms: 600, waited_ms: 300 })).toEqual({
    provider: 600,
    waiting: 300,
    gateway: 100,
  });
  // Attempts side by side take more than there was.
  expect(latencyParts({ latency_ms: 1000, provider_latency_ms: 1700, waited_ms: 300 })).toEqual({
    provider: 1000,
    waiting: 0,
    gateway: 0,
  });
  expect(latencyParts({ latency_ms: 3, provider_latency_ms: null, waited_ms: 0 })).toEqual({
    provider: 0,
    waiting: 0,
    gateway: 3,
  });
});

it('new rows stand where their ids belong, and none stands twice', () => {
  const row = (id: string) => ({ id }) as LogRow;
  const ids = mergeRows([row('c'), row('e')], [row('d'), row('c'), row('a')]).map(({ id }) => id);
  expect(ids).toEqual(['e', 'd', 'c', 'a']);
});

it('a list is its parts, with what came late into the first where it belongs', () => {
  const part = (ids: string) => ({ rows: [...ids].map((id) => ({ id }) as LogRow) });
  const idsOf = (...parts: string[]) =>
    rowsOf(parts.map(part))
      .map(({ id }) => id)
      .join('');
  expect(idsOf()).toBe('');
  expect(idsOf('zy', 'xw', 'v')).toBe('zyxwv');
  expect(idsOf('zyw', 'xv', 'u')).toBe('zyxwvu');
  expect(idsOf('zyx', 'xw')).toBe('zyxw');
  expect(idsOf('', 'xw')).toBe('xw');
});

it('a row says what was said, or else why nothing was', () => {
  expect(wordsOf({ said: 'Hello', error_message: 'broke off', error_code: 'x' })).toEqual({
    text: 'Hello',
    isError: false,
  });
  expect(wordsOf({ said: null, error_message: null, error_code: 'x' })).toEqual({ text: 'x', isError: true });
  expect(wordsOf({ said: null, error_message: null, error_code: null })).toEqual({ text: '', isError: false });
});
