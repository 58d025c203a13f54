import type { Retirement } from '../domain/retirement.js';

/** LiteLLM's list of prices as it was published in November 2026; it was read, the vendors' pages were not. */
export const LITELLM_1_110 = { source: 'LiteLLM 1.110.2, model_prices_and_context_window', as_of: '2026-11' };

/** The end of a model as that list has it (`deprecation_date`). */
export function retirementByLiteLlm(date: string): Retirement {
  return {
    date,
    source: 'https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json',
    as_of: LITELLM_1_110.as_of,
    confidence: 'reported',
  };
}
