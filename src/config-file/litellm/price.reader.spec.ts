import { readPrice } from './price.reader.js';

describe('readPrice', () => {
  const perSecond = (usd: string) => ({ type: 'duration', usd, per: 'second' });

  it('says nothing about nothing', () => {
    expect(readPrice({})).toBeUndefined();
  });

  it.each([
    ['the audio', { input_cost_per_second: '0.0001' }, perSecond('0.0001')],
    [
      'both fields, never the sum',
      { input_cost_per_second: '0.0001', output_cost_per_second: '0.0001' },
      perSecond('0.0001'),
    ],
    [
      'both, written differently',
      { input_cost_per_second: '1e-4', output_cost_per_second: '0.0001' },
      perSecond('0.0001'),
    ],
    ['the output only', { output_cost_per_second: '0.0001' }, perSecond('0.0001')],
    ['an output of 0', { input_cost_per_second: '0.00007167', output_cost_per_second: '0' }, perSecond('0.00007167')],
    ['an input of 0', { input_cost_per_second: '0', output_cost_per_second: '0.0001' }, perSecond('0.0001')],
    ['a free model', { input_cost_per_second: '0' }, perSecond('0')],
    [
      'tokens that cost nothing',
      { input_cost_per_second: '0.0001', input_cost_per_token: '0', output_cost_per_token: '0' },
      perSecond('0.0001'),
    ],
  ])('bills seconds by %s', (_, prices, price) => {
    expect(readPrice(prices)).toEqual(price);
  });

  it.each([
    [
      'text and audio',
      { input_cost_per_token: '0.0000025', input_cost_per_audio_token: '6e-6', output_cost_per_token: '0.00001' },
      '6',
      '2.5',
      '10',
    ],
    ['one input', { input_cost_per_token: '1.25e-6', output_cost_per_token: '5e-6' }, '1.25', '1.25', '5'],
    ['audio only', { input_cost_per_audio_token: '1e-6', output_cost_per_token: '0' }, '1', '1', '0'],
    [
      'every digit',
      { input_cost_per_token: '0.000000000000000000000001', output_cost_per_token: '0.1' },
      '0.000000000000000001',
      '0.000000000000000001',
      '100000',
    ],
    [
      'seconds that cost nothing',
      { input_cost_per_second: '0', input_cost_per_token: '1e-6', output_cost_per_token: '2e-6' },
      '1',
      '1',
      '2',
    ],
  ])('bills tokens by the million: %s', (_, prices, audio_input_usd, text_input_usd, output_usd) => {
    expect(readPrice(prices)).toEqual({ type: 'tokens', audio_input_usd, text_input_usd, output_usd });
  });

  it('reads the prices of speech that comes out and of what is cached', () => {
    const prices = {
      input_cost_per_token: '2.5e-6',
      output_cost_per_token: '10e-6',
      output_cost_per_audio_token: '64e-6',
      cache_read_input_token_cost: '1.25e-6',
      cache_read_input_audio_token_cost: '0.4e-6',
    };
    expect(readPrice(prices)).toMatchObject({
      audio_output_usd: '64',
      cached_text_input_usd: '1.25',
      cached_audio_input_usd: '0.4',
    });
  });

  it.each([
    ['two different', { input_cost_per_second: '0.0001', output_cost_per_second: '0.0002' }],
    [
      'per second and per token',
      { input_cost_per_second: '0.0001', input_cost_per_token: '1e-6', output_cost_per_token: '1e-6' },
    ],
    ['without output_cost_per_token', { input_cost_per_token: '1e-6' }],
    ['without input_cost_per_token', { output_cost_per_token: '1e-6' }],
  ])('refuses prices %s', (reason, prices) => {
    expect(() => readPrice(prices)).toThrow(RangeError);
    expect(() => readPrice(prices)).toThrow(reason);
    expect(() => readPrice(prices)).not.toThrow(/\d/);
  });
});
