import fc from 'fast-check';
import { joinPrivacy, LAXEST, privacySettingSchema, readStoredPrivacy, STRICTEST, type Privacy } from './privacy.js';

const days = fc.option(fc.integer({ min: 1, max: 36_500 }), { nil: null });
const setting = fc.record({
  keep_transcripts: fc.boolean(),
  transcript_retention_days: days,
  log_retention_days: days,
  zero_retention: fc.boolean(),
});
const some = fc.array(fc.option(setting, { nil: null }), { maxLength: 4 });

/** Whether the first is at least as strict as the other, in everything. */
function isStricter(one: Privacy, other: Privacy): boolean {
  const isShorter = (name: 'transcript_retention_days' | 'log_retention_days') =>
    (one[name] ?? Infinity) <= (other[name] ?? Infinity);
  return (
    (other.keep_transcripts || !one.keep_transcripts) &&
    (one.zero_retention || !other.zero_retention) &&
    isShorter('transcript_retention_days') &&
    isShorter('log_retention_days')
  );
}

describe('the strictest', () => {
  it('is at least as strict as each', () => {
    fc.assert(
      fc.property(some, (all) => {
        const joined = joinPrivacy(all);
        for (const one of all) expect(isStricter(joined, one ?? LAXEST)).toBe(true);
      }),
    );
  });

  it('is no stricter than it must be, but for transcripts under zero retention', () => {
    fc.assert(
      fc.property(some, (all) => {
        const joined = joinPrivacy(all);
        const said = all.filter((it) => it !== null);
        if (joined.zero_retention) expect(said.some((it) => it.zero_retention)).toBe(true);
        else if (!joined.keep_transcripts) expect(said.some((it) => !it.keep_transcripts)).toBe(true);
        for (const name of ['transcript_retention_days', 'log_retention_days'] as const) {
          if (joined[name] !== null) expect(said.map((it) => it[name])).toContain(joined[name]);
        }
      }),
    );
  });

  it('does not depend on order, on repetition, or on what is joined first', () => {
    fc.assert(
      fc.property(some, some, (some_, others) => {
        const joined = joinPrivacy([...some_, ...others]);
        expect(joinPrivacy([...others, ...some_].toReversed())).toEqual(joined);
        expect(joinPrivacy([joinPrivacy(some_), joinPrivacy(others), null])).toEqual(joined);
        expect(joinPrivacy([joined, joined])).toEqual(joined);
      }),
    );
  });

  it('keeps everything where nobody says anything, and no transcripts under zero retention', () => {
    expect(joinPrivacy([])).toEqual(LAXEST);
    expect(joinPrivacy([null, { zero_retention: true }])).toEqual(STRICTEST);
  });
});

describe('what is stored', () => {
  it.each([[null], [{ ...LAXEST, zero_retention: true }]])('is read: %j', (stored) => {
    expect(readStoredPrivacy(stored)).toEqual(stored);
  });

  it.each([[{ keep_nothing: true }], [{ zero_retention: 'yes' }], [{ log_retention_days: 0 }], ['zero'], [[]]])(
    'never counts as nothing: %j',
    (stored) => {
      expect(readStoredPrivacy(stored)).toBe('unknown');
    },
  );

  it('is whole: what is not sent is as usual', () => {
    expect(privacySettingSchema.parse({})).toEqual(LAXEST);
    expect(privacySettingSchema.parse({ log_retention_days: 7 })).toEqual({ ...LAXEST, log_retention_days: 7 });
  });
});
