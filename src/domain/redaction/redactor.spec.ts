import fc from 'fast-check';
import { Redactor } from './redactor.js';
import { redactedKinds } from './redaction-setting.js';

const all = new Redactor({ kinds: [...redactedKinds], patterns: [], in: 'answer' });
const withPatterns = new Redactor({
  kinds: [...redactedKinds],
  patterns: [
    { name: 'case_number', pattern: '\\bCASE-\\d{4,6}\\b' },
    { name: 'secret', pattern: '(?i)the word is \\w+( \\w+)?' },
  ],
  in: 'answer',
});

describe('Redactor', () => {
  it.each([
    ['Write to ada.lovelace@example.org, please.', 'Write to [EMAIL], please.'],
    ['ada dot lovelace at example dot org', '[EMAIL]'],
    ['my card is 4111 1111 1111 1111, thanks', 'my card is [PAYMENT_CARD], thanks'],
    ['four one one one, one one one one, one one one one, one one one one and so on', '[PAYMENT_CARD] and so on'],
    ['vier eins eins eins eins eins eins eins eins eins eins eins eins eins eins eins', '[PAYMENT_CARD]'],
    [
      'four triple one double one double one double one double one double one double one, thanks',
      '[PAYMENT_CARD], thanks',
    ],
    ['卡号4111111111111111谢谢', '卡号[PAYMENT_CARD]谢谢'],
    ['DE89 3704 0044 0532 0130 00', '[IBAN]'],
    ['GB29 NWBK 6016 1331 9268 19.', '[IBAN].'],
    ['call +1 212 555 0123 now', 'call [PHONE] now'],
    ['NIF 12345678Z', 'NIF [NATIONAL_ID]'],
    ['4111 1111 1111 1112', '4111 1111 1111 1112'],
    ['we met at two or three', 'we met at two or three'],
    ['', ''],
  ])('%s: %s', (text, masked) => {
    expect(all.redact(text)).toBe(masked);
  });

  it("masks what the operator's own patterns find", () => {
    expect(withPatterns.redact('It is CASE-12345; the word is open sesame now')).toBe(
      'It is [CASE_NUMBER]; [SECRET] now',
    );
  });

  it('masks one stretch where several things overlap', () => {
    expect(withPatterns.redact('the word is ada@example.org, and')).toBe('[SECRET], and');
  });

  it('tells how many of each were masked', () => {
    expect(all.tally('[EMAIL] and [EMAIL] or [PHONE]')).toEqual(['2 email', '1 phone']);
  });

  const piece = fc.oneof(
    fc.constantFrom(
      'four',
      'one',
      'oh',
      'double',
      'at',
      'dot',
      'example',
      'org',
      'ada@example.org',
      '4111',
      '1111',
      '4111111111111111',
      'DE89',
      '3704',
      '0044',
      '0532',
      '0130',
      '00',
      '+49',
      '(555)',
      '555-0123',
      '我的',
      '4111谢谢',
      'NWBK',
      'CASE-12345',
      'the word is',
      '12345678Z',
      '-',
      '.',
      '1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8',
      '😀',
    ),
    fc.string({ maxLength: 5, unit: 'binary' }),
    fc.constantFrom('one '.repeat(100), '12'.repeat(250), 'x'.repeat(400)),
  );
  const text = fc
    .array(piece, { maxLength: 40 })
    .chain((pieces) => fc.constantFrom(' ', '', ', ').map((between) => pieces.join(between)));

  it.each([
    ['what it knows of', all],
    ['patterns as well', withPatterns],
  ])('masks a text that comes in pieces as the whole: %s', (_, redactor) => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(40), { maxLength: 60 }), (whole, cuts) => {
        const stream = redactor.stream();
        let said = '';
        let at = 0;
        for (const length of cuts) {
          said += stream.push(whole.slice(at, at + length));
          at += length;
        }
        said += stream.push(whole.slice(at)) + stream.end();
        expect(said).toBe(redactor.redact(whole));
      }),
      { numRuns: 300 },
    );
  });

  it('holds back no more than what may still become something', () => {
    const stream = all.stream();
    expect(stream.push('I said that it ')).toBe('I said that ');
    expect(stream.push('is ')).toBe('it ');
    expect(stream.push('4111 ')).toBe('is ');
    expect(stream.push('1111 1111 ')).toBe('');
    expect(stream.push('1111 thank you ')).toBe('[PAYMENT_CARD] thank ');
    expect(stream.end()).toBe('you ');
  });

  it.each([
    ['4'.repeat(30_000)],
    ['4 '.repeat(30_000)],
    ['a@'.repeat(30_000)],
    ['a dot '.repeat(15_000)],
    ['double '.repeat(15_000)],
    ['a at '.repeat(15_000)],
    ['a.'.repeat(30_000)],
    ['x'.repeat(60_000)],
  ])('takes time in proportion to the text', (hostile) => {
    expect(withPatterns.redact(hostile).length).toBeGreaterThan(0);
  });
});
