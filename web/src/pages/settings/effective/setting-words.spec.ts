import { codeParts, isChanged, isMeant, placeOf, valueText, type Setting } from './setting-words';

const setting: Setting = {
  name: 'max_retries',
  variable: 'MAX_RETRIES',
  description: 'Further attempts on one deployment.',
  origin: { source: 'default' },
  is_secret: false,
  is_set: true,
  value: 2,
  default: 2,
  needs_restart: false,
  restart_pending: false,
};

it('writes values as variables have them', () => {
  expect([2, 0, true, 'a', ['a', 'b'], { timeout: 1, unavailable: 0 }].map(valueText)).toEqual([
    '2',
    '0',
    'true',
    'a',
    'a, b',
    'timeout=1, unavailable=0',
  ]);
  expect([null, []].map(valueText)).toEqual([undefined, undefined]);
});

it('takes for changed what somebody says, and what another setting has raised', () => {
  expect(isChanged(setting)).toBe(false);
  expect(isChanged({ ...setting, origin: { source: 'environment', variable: 'MAX_RETRIES' } })).toBe(true);
  expect(isChanged({ ...setting, value: 3 })).toBe(true);
  expect(isChanged({ ...setting, value: [], default: [] })).toBe(false);
});

it('names the line of a file, shortly', () => {
  const origin = { source: 'file', file: '/etc/auricle/config.yaml', line: 12, key: 'a.b' } as const;
  expect(placeOf(origin)).toEqual({ text: 'config.yaml:12', whole: '/etc/auricle/config.yaml:12' });
  expect(placeOf({ source: 'default' })).toBeUndefined();
});

it('finds by any words', () => {
  for (const asked of ['retries', 'MAX_RETRIES', 'Routing', 'attempts max', '']) {
    expect([asked, isMeant(setting, 'Routing', asked)]).toEqual([asked, true]);
  }
  expect(isMeant(setting, 'Routing', 'retries storage')).toBe(false);
});

it('tells code from words', () => {
  expect(codeParts('`0`: as `PORT`')).toEqual([
    { text: '0', isCode: true },
    { text: ': as ', isCode: false },
    { text: 'PORT', isCode: true },
  ]);
});
