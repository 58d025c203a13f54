import { Inject, Injectable } from '@nestjs/common';
import { OWN_PRICES, type OwnPrices } from '../config/config.module.js';
import type { Deployment } from '../domain/deployment.js';
import { ProviderError } from '../domain/errors.js';
import { type Price, type PriceEntry, type PriceOrigin, unlisted } from '../domain/price.js';
import { type SentOptions, type Surcharge, surchargesFor } from '../domain/surcharge.js';
import type { TranscriptionRequest } from '../domain/transcription.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { CURRENT_DATE, type CurrentDate, systemDate } from './current-date.js';
import { PriceList } from './price-list.js';

/** What decides the price of a deployment. */
export type PricedDeployment = Pick<Deployment, 'provider' | 'upstreamModel' | 'settings' | 'price'>;

/** What a deployment charges for one request. */
export interface Charges {
  /** Absent = nobody knows it. */
  readonly price: Price | undefined;
  /** Whose it is; absent where there is none. */
  readonly origin?: PriceOrigin;
  /** The last day of a price that is no longer in force and has no known successor. */
  readonly expiredOn?: string;
  /** What the options that are sent for the request cost beside it. */
  readonly surcharges: readonly Surcharge[];
}

/** Whose list a price is from: the operator's `PRICES_FILE`, or the one that comes with the provider. */
export const priceListNames = ['operator', 'built_in'] as const;
export type PriceListName = (typeof priceListNames)[number];

/** A price in force, and whose list it is from. */
export interface ListedPrice {
  readonly provider: string;
  readonly list: PriceListName;
  readonly entry: PriceEntry;
}

/** The lists of one provider. */
interface ProviderPrices {
  readonly own: readonly PriceEntry[];
  readonly builtIn: readonly PriceEntry[];
  /** The operator's before the provider's. */
  readonly inOrder: readonly PriceList[];
}

/**
 * The price of every deployment: its own, or that of a list. The operator's list (`PRICES_FILE`) comes before that of the
 * provider (`<x>.prices.ts`).
 */
@Injectable()
export class PriceBook {
  private readonly lists: ReadonlyMap<string, ProviderPrices>;

  constructor(
    private readonly providers: ProviderRegistry,
    @Inject(OWN_PRICES) ownPrices: OwnPrices = new Map(),
    @Inject(CURRENT_DATE) private readonly today: CurrentDate = systemDate,
  ) {
    this.lists = new Map(
      providers.all().map(({ provider, prices }) => {
        const own = ownPrices.get(provider) ?? [];
        return [provider, { own, builtIn: prices, inOrder: [new PriceList(own), new PriceList(prices)] }];
      }),
    );
  }

  /**
   * The deployment's own price, otherwise that of the lists: of the model itself, or of the narrowest family that a list
   * names.
   * @returns undefined when nobody knows it, which is not the same as free
   */
  priceOf(deployment: PricedDeployment): Price | undefined {
    return deployment.price ?? this.entryOf(deployment)?.price;
  }

  /** What a list says of the deployment, whatever price it has of its own; undefined = none does. */
  listedPriceOf(deployment: PricedDeployment): ListedPrice | undefined {
    const entry = this.entryOf(deployment);
    const { provider } = deployment;
    return entry && { provider, list: this.lists.get(provider)?.own.includes(entry) ? 'operator' : 'built_in', entry };
  }

  /**
   * What the deployment charges for this request. A deployment's own price is all that it charges.
   * @param request whose options may cost extra; absent = of a task that has none
   */
  chargesFor(deployment: PricedDeployment, request?: TranscriptionRequest): Charges {
    if (deployment.price) return { price: deployment.price, origin: unlisted('deployment'), surcharges: [] };
    const entry = this.entryOf(deployment);
    if (!entry) return { price: undefined, surcharges: [] };
    const { price, surcharges = [], until, source, as_of } = entry;
    const by = this.lists.get(deployment.provider)?.own.includes(entry) ? 'operator' : 'built_in';
    return {
      price,
      origin: { by, source, as_of },
      ...(isOver(until, this.today()) && { expiredOn: until }),
      surcharges:
        request && surcharges.length > 0 ? surchargesFor(surcharges, this.sentOptions(deployment, request)) : [],
    };
  }

  /** Every price in force: those of the operator's list, and of the provider's what that does not cover. */
  inForce(): readonly ListedPrice[] {
    const today = this.today();
    return [...this.lists].flatMap(([provider, { own, builtIn }]) => {
      const current = new PriceList(own.filter(({ until }) => !isOver(until, today)));
      const rest = builtIn.map((entry) => ({ ...entry, models: entry.models.filter((it) => !current.covers(it)) }));
      return [
        ...own.map((entry) => ({ provider, list: 'operator' as const, entry })),
        ...rest
          .filter(({ models }) => models.length > 0)
          .map((entry) => ({ provider, list: 'built_in' as const, entry })),
      ];
    });
  }

  /** A price that was announced to end gives way to another one afterwards, and stays where there is none. */
  private entryOf({ provider, upstreamModel, settings }: PricedDeployment): PriceEntry | undefined {
    const model = this.providers.get(provider)?.pricedAs?.(upstreamModel, settings) ?? upstreamModel;
    const entries = (this.lists.get(provider)?.inOrder ?? []).flatMap((list) => list.entriesOf(model));
    const today = this.today();
    return entries.find(({ until }) => !isOver(until, today)) ?? entries[0];
  }

  /** A request that cannot be encoded is never sent, and so never billed. */
  private sentOptions({ provider, ...call }: PricedDeployment, request: TranscriptionRequest): SentOptions {
    const adapter: ProviderAdapter | undefined = this.providers.get(provider);
    try {
      return adapter?.sentOptions?.({ ...call, request }) ?? new Map();
    } catch (error) {
      if (error instanceof ProviderError) return new Map();
      throw error;
    }
  }
}

/** Whether the day is over everywhere on earth that keeps to UTC. */
function isOver(day: string | undefined, now: Date): boolean {
  return day !== undefined && day < now.toISOString().slice(0, 10);
}
