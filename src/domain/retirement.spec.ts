import { daysUntil, retirementDaySchema, warningsOfRetirement, type Retirement } from './retirement.js';

const retirement: Retirement = {
  date: '2027-02-26',
  source: 'https://x.test',
  as_of: '2026-11-27',
  confidence: 'announced',
};
const deployment = { provider: 'openai', upstreamModel: 'whisper-1', retirement };

describe('warningsOfRetirement', () => {
  it.each([
    ['2026-11-27T23:59:59.999Z', []],
    ['2026-11-28T00:00:00.000Z', ['openai/whisper-1 is announced to end on 2027-02-26']],
    ['2027-02-26T00:00:00.000Z', ['openai/whisper-1 is announced to end on 2027-02-26']],
    ['2027-02-26T23:59:59.999Z', ['openai/whisper-1 is announced to end on 2027-02-26']],
    ['2027-02-27T00:00:00.000Z', ['openai/whisper-1 was announced to end on 2027-02-26']],
    ['2036-01-01T00:00:00.000Z', ['openai/whisper-1 was announced to end on 2027-02-26']],
    // The day elsewhere does not count.
    ['2026-11-28T01:30:00+14:00', []],
  ])('says at %s: %j', (now, warnings) => {
    expect(warningsOfRetirement(deployment, new Date(now))).toEqual(warnings);
  });

  it('names what the provider recommends', () => {
    const replaced = { ...deployment, retirement: { ...retirement, replacement: 'gpt-transcribe' } };
    expect(warningsOfRetirement(replaced, new Date('2027-02-01'))).toEqual([
      'openai/whisper-1 is announced to end on 2027-02-26 (recommended instead: gpt-transcribe)',
    ]);
  });

  it('says nothing where no end is known', () => {
    expect(warningsOfRetirement({ ...deployment, retirement: undefined }, new Date('2027-02-01'))).toEqual([]);
  });
});

describe('daysUntil', () => {
  it.each([
    ['2028-02-28T12:00:00Z', '2028-03-01', 2],
    ['2027-02-28T12:00:00Z', '2027-03-01', 1],
    ['2027-03-01T23:59:59Z', '2027-03-01', 0],
    ['2027-03-02T00:00:00Z', '2027-03-01', -1],
  ])('counts at %s until %s: %i', (now, date, days) => {
    expect(daysUntil({ date }, new Date(now))).toBe(days);
  });
});

describe('retirementDaySchema', () => {
  it.each([
    ['2027-02-26', true],
    ['2028-02-29', true],
    ['2027-02-29', false],
    ['2027-2-26', false],
    ['2027-02-26T00:00:00Z', false],
    ['26.02.2027', false],
    ['', false],
  ])('takes %j: %s', (day, isTaken) => {
    expect(retirementDaySchema.safeParse(day).success).toBe(isTaken);
  });
});
