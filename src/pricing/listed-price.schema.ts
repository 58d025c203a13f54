import { z } from 'zod';
import { priceEntrySchema } from '../domain/price.js';
import { pageSchema } from '../http/admin/list.js';
import { type ListedPrice, priceListNames } from './price-book.js';

/** A price in force as the admin API shows it: what is not known is null. */
const listedPriceSchema = priceEntrySchema
  .omit({ surcharges: true, until: true, note: true })
  .extend({
    object: z.literal('price'),
    provider: z.string().meta({ example: 'deepgram' }),
    list: z
      .enum(priceListNames)
      .meta({ description: '`operator` = `PRICES_FILE`, `built_in` = the list that comes with the gateway' }),
    surcharges: priceEntrySchema.shape.surcharges.unwrap(),
    until: priceEntrySchema.shape.until.unwrap().nullable(),
    note: priceEntrySchema.shape.note.unwrap().nullable(),
  })
  .meta({ id: 'ListedPrice' });

/** Answer of `GET /admin/v1/prices`. */
export const listedPricePageSchema = pageSchema(listedPriceSchema).meta({ id: 'ListedPricePage' });

/** Query of `GET /admin/v1/prices`. */
export const priceQuerySchema = z.strictObject({
  provider: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'Only the prices of this provider', example: 'deepgram' }),
});
export type PriceQuery = z.infer<typeof priceQuerySchema>;

/** The wire form of a price in force. */
export function presentPrice({ provider, list, entry }: ListedPrice) {
  const { models, price, surcharges = [], source, as_of, until = null, note = null } = entry;
  return { object: 'price' as const, provider, list, models, price, surcharges, source, as_of, until, note };
}
