import { priceFor } from './price-for';

const prices = [{ models: ['nova-*'] }, { models: ['nova-3', 'nova-3-medical'] }, { models: ['nova-3-*'] }];

it('is the price of the exact name, else of the longest that covers it', () => {
  expect(priceFor(prices, 'Nova-3')).toBe(prices[1]);
  expect(priceFor(prices, 'nova-3-general')).toBe(prices[2]);
  expect(priceFor(prices, 'nova-2')).toBe(prices[0]);
  expect(priceFor(prices, 'whisper-1')).toBeUndefined();
});
