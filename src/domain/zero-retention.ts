import type { Mode } from './task.js';

/** What a provider keeps of what it is sent, as its documentation has it; `source` says where. */
export type ZeroRetention<Settings = unknown> =
  /** Nothing of anybody's requests. */
  | { readonly kind: 'never_stored'; readonly source: string }
  /** Nothing where the request says so, as these settings of a deployment make it say. */
  | { readonly kind: 'on_request'; readonly settings: Partial<Settings>; readonly source: string }
  /** Nothing of customers who have agreed that with it, or have switched it on in their account. */
  | { readonly kind: 'by_contract'; readonly source: string };

/** What is known of a provider, by what its deployments are for; of what is absent nothing is known. */
export type ZeroRetentionFacts<Settings = unknown> = Readonly<Partial<Record<Mode, ZeroRetention<Settings>>>>;
