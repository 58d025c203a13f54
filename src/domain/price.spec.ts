import { priceSchema } from './price.js';

describe('priceSchema', () => {
  it.each([
    [
      { type: 'duration', usd: '0.006', per: 'minute', minimum_seconds: 10 },
      { type: 'duration', usd: '0.006', per: 'minute', minimum_seconds: 10 },
    ],
    [
      { type: 'duration', usd: 0.006, per: 'hour' },
      { type: 'duration', usd: '0.006', per: 'hour' },
    ],
    [
      { type: 'duration', usd: 1e-7, per: 'second' },
      { type: 'duration', usd: '0.0000001', per: 'second' },
    ],
    [
      { type: 'duration', usd: 0, per: 'minute' },
      { type: 'duration', usd: '0', per: 'minute' },
    ],
    [
      {
        type: 'tokens',
        audio_input_usd: '2.50',
        text_input_usd: 2.5,
        output_usd: '10.00',
        estimate_usd_per_minute: '0.006',
      },
      {
        type: 'tokens',
        audio_input_usd: '2.5',
        text_input_usd: '2.5',
        output_usd: '10',
        estimate_usd_per_minute: '0.006',
      },
    ],
    [
      { type: 'characters', usd: 20 },
      { type: 'characters', usd: '20' },
    ],
    [
      { type: 'tokens', audio_input_usd: 1, text_input_usd: 0.3, output_usd: 2.5 },
      { type: 'tokens', audio_input_usd: '1', text_input_usd: '0.3', output_usd: '2.5' },
    ],
  ])('reads %j', (wire, price) => {
    const read = priceSchema.parse(wire);
    expect(read).toEqual(price);
    expect(priceSchema.parse(read)).toEqual(read);
    // What the database and the API get must survive JSON unchanged.
    expect(JSON.parse(JSON.stringify(read))).toEqual(read);
  });

  const duration = { type: 'duration', usd: '0.006', per: 'minute' };
  const tokens = { type: 'tokens', audio_input_usd: 1, text_input_usd: 1, output_usd: 1 };
  it.each([
    null,
    '0.006',
    {},
    { ...duration, type: 'characters' },
    { ...duration, per: 'day' },
    { ...duration, usd: undefined },
    { ...duration, usd: '' },
    { ...duration, usd: '-0.006' },
    { ...duration, usd: '$0.006' },
    { ...duration, usd: '1e-3' },
    { ...duration, usd: 'NaN' },
    { ...duration, usd: '99999999' },
    { ...duration, usd: -1 },
    { ...duration, usd: NaN },
    { ...duration, usd: Infinity },
    { ...duration, minimum_seconds: -1 },
    { ...duration, minimum_seconds: '10' },
    { ...duration, minimumSeconds: 10 },
    { ...tokens, output_usd: undefined },
    { ...tokens, estimate_usd_per_minute: -1 },
    { ...tokens, usd: 1 },
  ])('refuses %j', (wire) => {
    expect(priceSchema.safeParse(wire).success).toBe(false);
  });
});
