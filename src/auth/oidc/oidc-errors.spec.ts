import { wordsOf } from './oidc-errors.js';

it('tells what went wrong down to its cause', () => {
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  expect(wordsOf(new Error('no answer', { cause }))).toBe('no answer; refused: ECONNREFUSED');
});

it('tells nothing of an answer that is no JSON, which the reason quotes', () => {
  const told = (answer: string): string => {
    try {
      JSON.parse(answer);
      return '';
    } catch (cause) {
      return wordsOf(new Error('failed to parse "response" body as JSON', { cause }));
    }
  };
  expect(told('access_token=gho_16C7e42F292c6912E7')).toBe('failed to parse "response" body as JSON; SyntaxError');
});
