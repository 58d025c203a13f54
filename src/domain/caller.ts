import { GatewayError } from './errors.js';
import type { Limits } from './limits.js';
import { allows } from './model-list.js';
import type { NanoUsd } from './money.js';
import type { Privacy } from './privacy.js';
import type { RedactionSetting } from './redaction/redaction-setting.js';

/** What a gateway has to know of a budget before it asks the database: whether it applies, and what it limits. */
export interface BudgetScope {
  /** Public model whose requests count; null = those of all. */
  readonly model: string | null;
  readonly limitsUsd: boolean;
  readonly limitsAudio: boolean;
}

/** Who sent an authenticated request: a virtual key, or an administrator. */
export type Caller =
  | {
      readonly kind: 'virtual_key';
      readonly keyId: string;
      readonly name: string;
      /** The team that the key belongs to; null = none. */
      readonly team: { readonly id: string; readonly name: string } | null;
      /** Allow lists of public models, its own and its team's: each of them has to allow a model. None = all models. */
      readonly models: readonly (readonly string[])[];
      /** Endpoints that it may use, as far as its team allows them, too; null = all. */
      readonly endpoints: readonly string[] | null;
      /** Whether the caller may bring a key of its own for a provider. */
      readonly allowsProviderKeys: boolean;
      /** What its requests have cost, as it was when the key was last read: some seconds ago at most. */
      readonly spendNanoUsd: NanoUsd;
      /** What its own budgets limit. */
      readonly budgets: readonly BudgetScope[];
      /** How fast and how large its requests may be, by itself and together with the team's others; null = any. */
      readonly limits: { readonly key: Limits | null; readonly team: Limits | null };
      /** What it and its team want to be masked in its transcripts; null = nothing. */
      readonly redaction: RedactionSetting | null;
      /** What it and its team want to be kept of its requests. */
      readonly privacy: Privacy;
      /** Whether answers to it may be cached. */
      readonly cache: boolean;
      /** The client token that was sent in the key's place; absent = the key itself was. */
      readonly clientToken?: ClientToken;
    }
  | {
      /** The master key, or somebody whose session may do what it may. */
      readonly kind: 'master_key';
      /** `master key`, or what the ledger calls the administrator of the session: `admin key ada`. */
      readonly name: string;
    };

/** What stands in for a virtual key for some minutes. */
export interface ClientToken {
  readonly id: string;
  /** Audio that may be processed in all, milliseconds; null = any. */
  readonly maxAudioMs: number | null;
}

/** Whether the caller may use a public model. */
export function mayUseModel(caller: Caller, model: string): boolean {
  return caller.kind === 'master_key' || caller.models.every((list) => allows(list, model));
}

/** Whether the caller may have a provider bill it directly. */
export function mayBringProviderKey(caller: Caller): boolean {
  return caller.kind === 'master_key' || caller.allowsProviderKeys;
}

/**
 * @param param where the caller says that it wants to
 * @throws GatewayError 403 where it may not
 */
export function checkMayBringProviderKey(caller: Caller, param: string): void {
  if (mayBringProviderKey(caller)) return;
  throw new GatewayError({
    status: 403,
    message: `Invalid '${param}': this API key may not bring a key of its own for a provider. An administrator allows it with allow_provider_keys.`,
    param,
    code: 'provider_keys_not_allowed',
  });
}
