import type { Schemas } from '../../../api/client';

type Attempt = Schemas['Attempt'];

/** By whose word a model has cost what it has cost; null = the log does not tell. */
export type PricedModel = Pick<Attempt, 'provider' | 'upstream_model' | 'price_origin'>;

/** The models that a request has cost something for, each with the origin of its price, in the order of the calls. */
export function pricedModels(attempts: readonly Attempt[]): readonly PricedModel[] {
  const priced = attempts
    .filter(({ cost_usd, price_origin }) => price_origin !== null || (cost_usd ?? 0) > 0)
    .map(({ provider, upstream_model, price_origin }) => ({ provider, upstream_model, price_origin }));
  return [...new Map(priced.map((it) => [JSON.stringify(it), it])).values()];
}
