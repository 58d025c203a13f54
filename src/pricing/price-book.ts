import { Injectable } from '@nestjs/common';
import type { Deployment } from '../domain/deployment.js';
import type { Price, PriceEntry } from '../domain/price.js';
import { ProviderRegistry } from '../providers/provider-registry.js';

/** What decides the price of a deployment. */
export type PricedDeployment = Pick<Deployment, 'provider' | 'upstreamModel' | 'settings' | 'price'>;

/** A provider's list: the prices by model, and the families with the longest prefix first. */
interface PriceList {
  readonly models: ReadonlyMap<string, Price>;
  readonly families: readonly { readonly prefix: string; readonly price: Price }[];
}

/** The price of every deployment: its own, or that of its provider's list (`<x>.prices.ts`). */
@Injectable()
export class PriceBook {
  private readonly lists: ReadonlyMap<string, PriceList>;

  constructor(private readonly providers: ProviderRegistry) {
    this.lists = new Map(providers.all().map(({ provider, prices }) => [provider, priceListOf(prices)]));
  }

  /**
   * The deployment's own price, otherwise the list's: of the model itself, or of the narrowest family that the list names.
   * @returns undefined when nobody knows it, which is not the same as free
   */
  priceOf({ provider, upstreamModel, settings, price }: PricedDeployment): Price | undefined {
    if (price) return price;
    const model = this.providers.get(provider)?.pricedAs?.(upstreamModel, settings) ?? upstreamModel;
    const list = this.lists.get(provider);
    return list?.models.get(model) ?? list?.families.find(({ prefix }) => model.startsWith(prefix))?.price;
  }
}

function priceListOf(prices: readonly PriceEntry[]): PriceList {
  const named = prices.flatMap(({ models, price }) => models.map((model) => ({ model, price })));
  const isFamily = ({ model }: { readonly model: string }): boolean => model.endsWith('*');
  return {
    models: new Map(named.filter((it) => !isFamily(it)).map(({ model, price }) => [model, price])),
    families: named
      .filter(isFamily)
      .map(({ model, price }) => ({ prefix: model.slice(0, -1), price }))
      .toSorted((one, other) => other.prefix.length - one.prefix.length),
  };
}
