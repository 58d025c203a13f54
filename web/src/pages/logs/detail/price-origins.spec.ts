import { pricedModels } from './price-origins';

const attempt = {
  deployment_id: 'd',
  model: 'm',
  provider: 'deepgram',
  upstream_model: 'nova-3',
  outcome: 'success' as const,
  upstream_status: 200,
  upstream_request_id: null,
  latency_ms: 1,
  started_ms: 0,
  waited_ms: 0,
  first_byte_ms: null,
  hedge: false,
  cost_usd: 0.1,
  cost_estimated: false,
  price_origin: { by: 'built_in' as const, source: 'deepgram.com/pricing', as_of: '2026-11-20' },
  error: null,
};

it('is once for each model and price, and for none that cost nothing', () => {
  const { provider, upstream_model, price_origin } = attempt;
  const models = pricedModels([
    attempt,
    { ...attempt, cost_usd: 0.2 },
    { ...attempt, cost_usd: 0, price_origin: null },
    { ...attempt, provider: 'openai', price_origin: null },
  ]);
  expect(models).toEqual([
    { provider, upstream_model, price_origin },
    { provider: 'openai', upstream_model, price_origin: null },
  ]);
});
