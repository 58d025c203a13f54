import { z } from 'zod';
import { type Bill, toldBill } from '../../domain/bill.js';
import { wireQuantity } from '../wire-number.js';
import { usageSchema } from './openai-usage.js';

const costSchema = z.object({ usage: z.object({ cost: wireQuantity }) });
const billSchema = z.object({ usage: usageSchema });

/**
 * What a gateway such as OpenRouter says that the call costs, in US dollars, beside OpenAI's `usage`; `undefined` when it
 * does not say.
 */
export function reportedCostOf(json: unknown): number | undefined {
  return costSchema.safeParse(json).data?.usage.cost;
}

/** What a body or an event, of whatever kind, says of the bill; `undefined` when it says nothing. */
export function billOf(json: unknown): Bill | undefined {
  return toldBill({ ...billSchema.safeParse(json).data?.usage, costUsd: reportedCostOf(json) });
}
