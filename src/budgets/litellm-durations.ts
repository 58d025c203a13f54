import { z } from 'zod';

/** LiteLLM's periods that end at a midnight, with a week, and with a month: https://docs.litellm.ai/docs/proxy/budget_reset_and_tz */
export const periodsOfLiteLlm = { '24h': 'day', '1d': 'day', '7d': 'week', '30d': 'month', '1mo': 'month' } as const;

/** How long a budget lasts, in LiteLLM's words. */
export const liteLlmDurationSchema = z.enum(
  ['24h', '1d', '7d', '30d', '1mo'],
  'must be 24h or 1d, 7d, 30d or 1mo: a day, a week, a month',
);
