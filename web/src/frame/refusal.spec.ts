import { refusalIn, withoutRefusal } from './refusal';

const ID = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';
const page = (query: string) => `https://auricle.example/ui/logs${query}`;

it('reads from an address why somebody was not signed in', () => {
  expect(refusalIn(page('?status=failure'))).toBeUndefined();
  expect(refusalIn(page(`?sign_in_error=no_role&sign_in_request=${ID}`))).toEqual({ code: 'no_role', requestId: ID });
});

it('shows no words of whoever has written the address', () => {
  expect(refusalIn(page('?sign_in_error=no_role&sign_in_request=Call+0800'))?.requestId).toBeUndefined();
});

it('leads back to the page as it was asked for', () => {
  expect(withoutRefusal(page(`?status=failure&sign_in_error=no_role&sign_in_request=${ID}#row`))).toBe(
    '/ui/logs?status=failure#row',
  );
  expect(withoutRefusal(page('?said=a+b'))).toBe('/ui/logs?said=a+b');
});
