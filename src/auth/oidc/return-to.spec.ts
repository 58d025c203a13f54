import { safeReturnTo, withRefusal } from './return-to.js';

describe('safeReturnTo', () => {
  it.each([
    ['/ui/', '/ui/'],
    ['/ui/logs?status=failure&from=2026-11-01T00:00:00Z#row', '/ui/logs?status=failure&from=2026-11-01T00:00:00Z#row'],
    ['/ui/keys/m%C3%BCsli', '/ui/keys/m%C3%BCsli'],
    ['/ui/keys/müsli', '/ui/keys/m%C3%BCsli'],
    ['/ui/logs?said=//evil.example', '/ui/logs?said=//evil.example'],
    ['/ui/logs/../keys', '/ui/keys'],
    ['/ui/https:/evil.example', '/ui/https:/evil.example'],
  ])('%j is a page: %s', (wish, path) => {
    expect(safeReturnTo(wish)).toBe(path);
  });

  it.each([
    undefined,
    '',
    ['/ui/keys', '/ui/logs'],
    'ui/keys',
    '/',
    '/ui',
    '/uix/',
    '/docs',
    '//evil.example/ui/',
    '///evil.example/ui/',
    '/\\evil.example',
    '\\\\evil.example',
    '/ui/\\evil.example',
    '/ui/..//evil.example',
    '/ui/../../evil.example',
    '/ui/%2e%2e//evil.example',
    '/ui/.%2E//evil.example',
    '/ui//evil.example',
    '/\t/evil.example',
    '/ui/\n//evil.example',
    '/ui/\r\nset-cookie: a=b',
    '/ui/\u0000',
    ' /ui/keys',
    'https://evil.example/ui/',
    'https:evil.example/ui/',
    'http://nowhere.invalid/ui/keys',
    'javascript:alert(1)',
    'data:text/html,a',
    '//evil.example@/ui/',
    `/ui/${'a'.repeat(1500)}`,
    `/ui/${'ü'.repeat(700)}`,
  ])('%j is none, and leads to the first page', (wish) => {
    expect(safeReturnTo(wish)).toBe('/ui/');
  });
});

it('tells a page why nobody was signed in, once', () => {
  const path = withRefusal('/ui/logs?status=failure&sign_in_error=old#a', 'no_role', '019aa0e2');
  expect(path).toBe('/ui/logs?status=failure&sign_in_error=no_role&sign_in_request=019aa0e2#a');
});
