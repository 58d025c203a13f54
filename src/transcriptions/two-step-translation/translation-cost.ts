import type { Bill } from '../../domain/bill.js';
import { type Price, unlisted } from '../../domain/price.js';
import { computeCost, type Cost } from '../../pricing/cost.js';
import { TRANSLATION_PROVIDER } from '../../domain/translation-provider.js';

/** What one call of the translation model costs, by what it used or says that it costs. */
export function costOfTranslation(price: Price | undefined, bill: Bill, upstreamModel: string): Cost {
  const { usage, usageDoubt, costUsd: reportedCostUsd } = bill;
  if (price || reportedCostUsd !== undefined) {
    const provider = TRANSLATION_PROVIDER;
    return computeCost({
      price,
      origin: unlisted('settings'),
      usage,
      usageDoubt,
      reportedCostUsd,
      measuredSeconds: undefined,
      provider,
      upstreamModel,
    });
  }
  const settings = 'TRANSLATION_INPUT_USD_PER_MILLION and TRANSLATION_OUTPUT_USD_PER_MILLION';
  const warning = `the price of the translation model is unknown, so the cost is not counted; set ${settings}`;
  return { costNanoUsd: null, source: null, warning, items: [] };
}
