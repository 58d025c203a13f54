/** LiteLLM's list of prices as it was published in November 2026; it was read, the vendors' pages were not. */
export const LITELLM_1_110 = { source: 'LiteLLM 1.110.2, model_prices_and_context_window', as_of: '2026-11' };
