import { Injectable } from '@nestjs/common';
import { budgetOfChangedKey, partsOfNewKey } from '../../../auth/issuing.js';
import { hashSecret } from '../../../auth/secret.js';
import { MAX_GRACE_SECONDS, type UpdateKey } from '../../../auth/virtual-key.schema.js';
import { isSecretOf, type KeyReferences, type VirtualKeyRow } from '../../../auth/virtual-keys.repository.js';
import { VirtualKeysService, type IssuedKey, type IssueKey } from '../../../auth/virtual-keys.service.js';
import type { BudgetState } from '../../../budgets/budget.js';
import { IssuingRulesInForce } from '../../../config/issuing-rules-in-force.js';
import type { TeamScope } from '../../../domain/administrator.js';
import { badRequest, GatewayError, notFound } from '../../../domain/errors.js';
import { toUsd } from '../../../domain/money.js';
import type { Reader } from '../../../http/access.js';
import { idSchema } from '../../../http/admin/id.js';
import { changeOfBudget, newBudgets, shownBudget, type SentBudget } from '../budget-fields.js';
import { changeOfLimits, newLimits, shownLimits } from '../limit-fields.js';
import { inWordsOf } from '../error-words.js';
import { timeAfter } from './duration.js';
import { settingsOf, shownMetadata, shownModels, type SentFields } from './key-fields.js';
import type {
  DeleteKeys,
  GenerateKey,
  KeyInfo,
  ListKeys,
  RegenerateKey,
  StoredKey,
  UpdateLiteLlmKey,
} from './litellm-key.schema.js';
/** As in LiteLLM, in a change: the key does not expire. */
const FOR_EVER = '-1';

/** What a key tells beside what LiteLLM knows and this gateway does not have. */
const NOT_HERE = {
  aliases: {},
  config: {},
  permissions: {},
  organization_id: null,
  tpm_limit: null,
} satisfies Partial<KeyInfo>;

/** LiteLLM's calls for keys, as calls of ours. */
@Injectable()
export class LiteLlmKeysService {
  constructor(
    private readonly keys: VirtualKeysService,
    private readonly issuing: IssuingRulesInForce,
  ) {}

  /**
   * @param scope whose keys the administrator has, here and below
   * @throws GatewayError 400, 403, 409
   */
  async generate({ key: chosen, key_alias, team_id, user_id, duration, ...body }: GenerateKey, scope: TeamScope) {
    const byDefault = partsOfNewKey(this.issuing.current);
    // As in LiteLLM, an empty list and an empty object leave it to the file.
    const { models, ...settings } = settingsOf({ ...body, metadata: isEmpty(body.metadata) ? null : body.metadata });
    const issued = await inWordsOf(
      GENERATED,
      this.keys.issue(
        {
          blocked: false,
          cache: true,
          allow_provider_keys: false,
          budgets: newBudgets(body, byDefault.budget),
          redaction: null,
          privacy: null,
          limits: newLimits(body, byDefault.limits),
          models: isEmpty(body.models) ? undefined : models,
          endpoints: null,
          allowed_addresses: null,
          user: user_id || undefined,
          team: team_id || undefined,
          expires_at: duration ? timeAfter(duration, new Date()).toISOString() : undefined,
          ...settings,
          name: key_alias ?? undefined,
        } satisfies IssueKey,
        scope,
        chosen ?? undefined,
      ),
    );
    return await this.presentIssued(issued);
  }

  /**
   * A key by what names it; without that, the caller's own. A virtual key learns of no other.
   * @throws GatewayError 403, 404
   */
  async info(reference: string | undefined, caller: Reader) {
    if (caller.kind === 'virtual_key') {
      const [own] = await this.keys.findAll({ ids: [caller.keyId] }, null);
      if (!own) throw unknownKey();
      if (reference !== undefined && !isNamedBy(own, reference)) throw notYours();
      return { key: reference ?? own.hash, info: await this.presentInfo(own) };
    }
    if (reference === undefined) {
      const what = caller.kind === 'master_key' ? 'The master key' : 'An administrator';
      throw notFound(`${what} is no virtual key: name one with ?key=`, 'key');
    }
    const scope = caller.kind === 'master_key' ? null : caller.teamIds;
    return { key: reference, info: await this.presentInfo(await this.find(reference, scope)) };
  }

  /** @throws GatewayError 400, 404, 409 */
  async update({ key, ...body }: UpdateLiteLlmKey, scope: TeamScope) {
    const { id } = await this.find(key, scope);
    const options = { metadata: 'replace', budgets: this.changeOfBudget(body), limits: changeOfLimits(body) } as const;
    const changed = await inWordsOf(GENERATED, this.keys.change(id, changesOf(body), scope, options));
    return { key, ...(await this.presentOne(changed)) };
  }

  /** @throws GatewayError 404 */
  async setBlocked(key: string, blocked: boolean, scope: TeamScope): Promise<StoredKey> {
    const { id } = await this.find(key, scope);
    return await this.presentOne(await this.keys.change(id, { blocked }, scope));
  }

  /** @throws GatewayError 400, 404, 409 */
  async regenerate(
    reference: string | undefined,
    { key, new_key, grace_period, ...body }: RegenerateKey,
    scope: TeamScope,
  ) {
    const meant = reference ?? key;
    if (!meant) throw badRequest("Missing required field 'key'", 'key', 'missing_required_parameter');
    const { id } = await this.find(meant, scope);
    const graceSeconds = graceSecondsOf(grace_period);
    const budgets = this.changeOfBudget(body);
    const limits = changeOfLimits(body);
    const options = { metadata: 'replace', budgets, limits, chosen: new_key ?? undefined, graceSeconds } as const;
    return await this.presentIssued(
      await inWordsOf(REGENERATED, this.keys.reissue(id, changesOf(body), scope, options)),
    );
  }

  /** All or none of them. @throws GatewayError 404 */
  async delete({ keys, key_aliases }: DeleteKeys, scope: TeamScope): Promise<{ deleted_keys: string[] }> {
    const sent = keys?.length ? keys : (key_aliases ?? []);
    const param = keys?.length ? 'keys' : 'key_aliases';
    const found = await this.keys.findAll(keys?.length ? referencesOf(keys) : { names: sent }, scope);
    const ids = sent.map((reference, index) => {
      const row = found.find((it) => (param === 'keys' ? isNamedBy(it, reference) : it.name === reference));
      if (!row) throw notFound(`There is no such key: ${param}.${index}. None has been deleted.`, param);
      return row.id;
    });
    await this.keys.deleteAll(ids, scope);
    return { deleted_keys: sent };
  }

  /** @throws GatewayError 400 when there is no such team */
  async list({ page, size, key_alias, key_hash, team_id, user_id, return_full_object }: ListKeys, scope: TeamScope) {
    const filter = {
      ...(key_alias && { name: key_alias }),
      ...(key_hash && { hash: key_hash.toLowerCase() }),
      ...(team_id && { team: team_id }),
      ...(user_id && { user: user_id }),
    };
    const part = { offset: (page - 1) * size, limit: size };
    const { rows, total } = await inWordsOf(GENERATED, this.keys.page(filter, scope, part));
    return {
      keys: return_full_object ? await this.present(rows) : rows.map(({ hash }) => hash),
      total_count: total,
      current_page: page,
      total_pages: Math.ceil(total / size),
    };
  }

  /** Keys as LiteLLM stores them. */
  async present(rows: readonly VirtualKeyRow[]): Promise<StoredKey[]> {
    const budgets = await this.keys.budgetsOf(rows);
    return rows.map((row) => ({ token: row.hash, ...toInfo(row, budgets.get(row.id) ?? []) }));
  }

  private changeOfBudget(sent: SentBudget) {
    return changeOfBudget(sent, budgetOfChangedKey(this.issuing.current));
  }

  private async presentOne(row: VirtualKeyRow): Promise<StoredKey> {
    return { token: row.hash, ...(await this.presentInfo(row)) };
  }

  private async presentInfo(row: VirtualKeyRow): Promise<KeyInfo> {
    return toInfo(row, (await this.keys.budgetsOf([row])).get(row.id) ?? []);
  }

  private async presentIssued({ row, secret }: IssuedKey) {
    return { key: secret, token_id: row.hash, ...(await this.presentOne(row)) };
  }

  private async find(reference: string, scope: TeamScope): Promise<VirtualKeyRow> {
    const found = (await this.keys.findAll(referencesOf([reference]), scope)).find((row) => isNamedBy(row, reference));
    if (!found) throw unknownKey();
    return found;
  }
}

/** What is looked up for references; a secret is looked up by its hash. */
export function referencesOf(references: readonly string[]): KeyReferences {
  const ids = references.filter((reference) => idSchema.safeParse(reference).success);
  return { ids, hashes: references.map(hashOf) };
}

function isNamedBy(row: VirtualKeyRow, reference: string): boolean {
  return isSecretOf(row, hashOf(reference)) || row.id === reference.toLowerCase();
}

/** Secrets begin with `sk-`, whoever has made them; hashes do not. */
function hashOf(reference: string): string {
  return reference.startsWith('sk-') ? hashSecret(reference) : reference.toLowerCase();
}

function changesOf({
  key_alias,
  team_id,
  user_id,
  duration,
  ...body
}: SentFields & Pick<UpdateLiteLlmKey, 'key_alias' | 'team_id' | 'user_id' | 'duration'>): UpdateKey {
  return {
    ...settingsOf(body),
    ...(key_alias && { name: key_alias }),
    ...(team_id && { team: team_id }),
    ...(user_id && { user: user_id }),
    ...(duration && { expires_at: duration === FOR_EVER ? null : timeAfter(duration, new Date()).toISOString() }),
  };
}

function isEmpty(sent: object | null | undefined): boolean {
  return !!sent && Object.keys(sent).length === 0;
}

/** @throws GatewayError 400 when it is too long */
function graceSecondsOf(period: string | null | undefined): number {
  if (!period) return 0;
  const now = new Date();
  const seconds = (timeAfter(period, now, 'grace_period').getTime() - now.getTime()) / 1000;
  if (seconds <= MAX_GRACE_SECONDS) return seconds;
  throw badRequest("Invalid 'grace_period': must be 30 days at most", 'grace_period', 'invalid_value');
}

/** LiteLLM's words for what our services call otherwise. */
const GENERATED = {
  name: 'key_alias',
  team: 'team_id',
  user: 'user_id',
  budgets: 'max_budget',
  expires_at: 'duration',
  'limits.requests_per_minute': 'rpm_limit',
  'limits.concurrent_requests': 'max_parallel_requests',
  limits: 'rpm_limit',
};
const REGENERATED = { ...GENERATED, key: 'new_key' };

function toInfo(row: VirtualKeyRow, budgets: readonly BudgetState[]): KeyInfo {
  return {
    key_name: row.preview,
    key_alias: row.name,
    spend: toUsd(row.spendNanoUsd),
    expires: row.expiresAt?.toISOString() ?? null,
    models: shownModels(row),
    blocked: row.blocked,
    metadata: shownMetadata(row),
    user_id: row.user,
    team_id: row.team?.id ?? null,
    ...shownBudget(budgets),
    ...shownLimits(row),
    ...NOT_HERE,
    created_at: row.createdAt.toISOString(),
    last_active: row.lastUsedAt?.toISOString() ?? null,
  };
}

/** Not what was asked for: it may be a secret. */
function unknownKey(): GatewayError {
  return notFound('There is no such key', 'key');
}

function notYours(): GatewayError {
  return new GatewayError({
    status: 403,
    message: 'A key may ask for itself only',
    param: 'key',
    code: 'not_your_key',
  });
}
