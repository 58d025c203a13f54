import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { CURRENT_DATE, type CurrentDate } from './current-date.js';
import { type ListedPrice, PriceBook } from './price-book.js';

/** Says once per start which prices were read so long ago that they may have changed. */
@Injectable()
export class OldPriceWarning implements OnApplicationBootstrap {
  private readonly logger = new Logger(OldPriceWarning.name);

  constructor(
    private readonly prices: PriceBook,
    @Inject(CURRENT_DATE) private readonly today: CurrentDate,
  ) {}

  onApplicationBootstrap(): void {
    const old = oldPrices(this.prices.inForce(), this.today());
    if (old.length === 0) return;
    const names = old.map(({ provider, entry: { models, as_of } }) => `${provider}/${models.join(', ')} (${as_of})`);
    this.logger.warn(
      `prices that were read more than a year ago, see GET /admin/v1/prices; PRICES_FILE overrides them: ${names.join('; ')}`,
    );
  }
}

/** The prices whose source is more than a year old. A source of which only the month is known is as old as its last day. */
export function oldPrices(prices: readonly ListedPrice[], now: Date): readonly ListedPrice[] {
  const yearAgo = new Date(now);
  yearAgo.setUTCFullYear(now.getUTCFullYear() - 1);
  const day = yearAgo.toISOString();
  return prices.filter(({ entry: { as_of } }) => as_of < day.slice(0, as_of.length));
}
