import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { BudgetsChange, BudgetState } from '../budgets/budget.js';
import { toBudgetFields } from '../budgets/budget.schema.js';
import { BudgetsRepository } from '../budgets/budgets.repository.js';
import { SECRETS, SETTINGS } from '../config/config.module.js';
import { IssuingRulesInForce } from '../config/issuing-rules-in-force.js';
import type { Secrets } from '../config/secrets.js';
import type { Settings } from '../config/settings.schema.js';
import { ChangeFeed } from '../database/change-feed.js';
import { ConfirmedAnswers } from '../database/confirmed-answers.js';
import { isWithin, notAllowed, outsideTeams, type TeamScope } from '../domain/administrator.js';
import { badRequest, conflict, type GatewayError, notFound } from '../domain/errors.js';
import type { IssuingRules } from '../domain/issuing-rules.js';
import type { Limits } from '../domain/limits.js';
import { canMeanTheSame } from '../domain/model-list.js';
import { previewSecret } from '../domain/secret-preview.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { findByIdOrName } from '../http/admin/id.js';
import { toPage, type Page } from '../http/admin/list.js';
import { Catalogue } from '../models/catalogue.js';
import { ModelsService } from '../models/models.service.js';
import { listed, warnOfUnknownModels } from '../models/unknown-models.js';
import { boundBudgets, checkChange, newKeyFields, requireSaid, type NewKeyFields } from './issuing.js';
import { generateKeySecret, hashSecret, isAdminSecret, secretTest } from './secret.js';
import { TeamsRepository, type TeamRow } from './teams/teams.repository.js';
import {
  changedMetadata,
  MAX_SELECTED,
  presentKey,
  type CreateKey,
  type Key,
  type KeyListQuery,
  type RotateKey,
  type SelectedKeys,
  type SelectKeys,
  type MetadataChange,
  type UpdateKey,
} from './virtual-key.schema.js';
import {
  isSecretOf,
  VirtualKeysRepository,
  type ChangedSecret,
  type KeyFilter,
  type KeyReferences,
  type KeySelection,
  type StoredSecret,
  type VirtualKeyRow,
} from './virtual-keys.repository.js';

/** How many keys are known at once, and how many secrets that belong to none. */
const MAX_KNOWN = 10_000;
/** How long a key may be served from memory where changes by other gateways are not heard of. */
const FRESH_MS = 10_000;
/**
 * How long a secret is known to belong to no key. It may come to belong to one where somebody chooses it, which a gateway that
 * hears of no changes learns this much later; secrets of our own making cannot be guessed.
 */
const UNKNOWN_FRESH_MS = 60_000;

/** A key as it is stored, with the secret that has just been given to it. */
export interface IssuedKey {
  readonly row: VirtualKeyRow;
  /** In the clear; shown in the one answer that it is made for, never logged. */
  readonly secret: string;
}

/** What is said of a new key; it gets a name where none is said. */
export type IssueKey = Omit<CreateKey, 'name'> & { readonly name?: string | undefined };

/** How a key is changed, beside what is sent of it. */
export interface ChangeOptions {
  /** Absent = what is sent of `metadata` is added to it. */
  readonly metadata?: MetadataChange;
  /** What becomes of its budgets; absent = as it is sent. */
  readonly budgets?: BudgetsChange | undefined;
  /** What becomes of its limits; absent = as they are sent. */
  readonly limits?: LimitsChange | undefined;
}

/** What becomes of the limits that are stored. */
export type LimitsChange = (stored: Limits | null) => Limits;

/** How a key gets another secret. */
interface ReissueOptions extends ChangeOptions {
  /** The secret that somebody has chosen. */
  readonly chosen?: string | undefined;
  /** How long the secret before goes on; 0 = it stops at once. The one before that stops in any case. */
  readonly graceSeconds: number;
}

/** What keys can be narrowed by; `team` is an id or a name. */
type KeyQuery = Omit<KeyFilter, 'teamIds'> & { readonly team?: string | undefined };

/** Issues virtual keys and finds them again by their secret. */
@Injectable()
export class VirtualKeysService {
  private readonly byHash: ConfirmedAnswers<VirtualKeyRow>;

  constructor(
    private readonly keys: VirtualKeysRepository,
    private readonly teams: TeamsRepository,
    private readonly budgets: BudgetsRepository,
    private readonly catalogue: Catalogue,
    private readonly issuing: IssuingRulesInForce,
    models: ModelsService,
    changes: ChangeFeed,
    @Inject(CLOCK) clock: Clock,
    @Inject(SECRETS) private readonly secrets: Secrets,
    @Inject(SETTINGS) { auth_grace_seconds }: Pick<Settings, 'auth_grace_seconds'>,
  ) {
    models.onRename((name) =>
      this.byHash.forget(({ models: own, team }) => [own, team?.models].some((allowed) => allowed?.includes(name))),
    );
    this.byHash = new ConfirmedAnswers({
      max: MAX_KNOWN,
      freshMs: FRESH_MS,
      missingFreshMs: UNKNOWN_FRESH_MS,
      graceMs: 1000 * auth_grace_seconds,
      nowMs: () => clock.nowMs(),
    });
    const unsure = (): void => this.byHash.expire();
    const changed = (ids: ReadonlySet<string>): void => {
      this.byHash.forget(({ id }) => ids.has(id));
      // One may have got a secret that was known to be nobody's.
      this.byHash.forgetAllMissing();
    };
    changes.on('virtual_key', { changed, unsure });
    changes.on('team', {
      changed: (ids) => this.byHash.forget(({ team }) => team !== null && ids.has(team.id)),
      unsure,
    });
  }

  /**
   * @param scope of whom the keys may be that the administrator has, here and below; what is beyond it is not there
   * @throws GatewayError 400 when there is no such team, 403 beyond the scope, 409 when the name is taken
   */
  async create(body: CreateKey, scope: TeamScope): Promise<Key & { key: string }> {
    return await this.presentIssued(await this.issue(body, scope));
  }

  /**
   * As {@link create}, with a secret that somebody has chosen, if one is given.
   * @throws GatewayError 400 for the master key, when there is no such team or where the configuration file does not let it be, 403,
   *   409 when the name or the secret is taken
   */
  async issue(body: IssueKey, scope: TeamScope, chosen?: string): Promise<IssuedKey> {
    const { secret, stored } = this.secretOf(chosen);
    const rules = this.issuing.current;
    requireSaid(body, scope, rules);
    const said = await this.toFields({ ...body, team: await this.teamOfNew(body, scope, rules) }, scope);
    const name = body.name ?? `key-${randomUUID()}`;
    const row = await this.keys.create({ ...newKeyFields(said, rules, new Date()), name, ...stored });
    if (!row) throw await this.taken(name, stored.hash);
    this.byHash.forgetMissing(stored.hash);
    return { row, secret };
  }

  /** @throws GatewayError 400 when there is no such team, 403 for one beyond the scope */
  async list({ limit, cursor, name: nameContains, ...query }: KeyListQuery, scope: TeamScope): Promise<Page<Key>> {
    const part = { limit, ...(cursor !== undefined && { cursor }) };
    const filter = { ...(await this.filterOf(query, scope)), ...(nameContains !== undefined && { nameContains }) };
    const shown = await this.presentAll(await this.keys.list(part, filter));
    return toPage(shown, limit, (key) => key);
  }

  /** @throws GatewayError 404 */
  async get(idOrName: string, scope: TeamScope): Promise<Key> {
    return await this.present(await this.find(idOrName, scope));
  }

  /** @throws GatewayError 400 when there is no such team, 403 for one beyond the scope, 404, or 409 when the new name is taken */
  async update(idOrName: string, body: UpdateKey, scope: TeamScope): Promise<Key> {
    const { id } = await this.find(idOrName, scope);
    return await this.present(await this.change(id, body, scope));
  }

  /**
   * Changes what is sent of the key with this id.
   * @throws GatewayError 400 when there is no such team, 403 for one beyond the scope, 404, or 409 when the new name is taken
   */
  async change(id: string, body: UpdateKey, scope: TeamScope, options: ChangeOptions = {}): Promise<VirtualKeyRow> {
    return await this.store(id, body, scope, options);
  }

  /** Gives the key another secret; the one before stops after the time of grace. @throws GatewayError 404 */
  async rotate(
    idOrName: string,
    { grace_seconds: graceSeconds }: RotateKey,
    scope: TeamScope,
  ): Promise<Key & { key: string }> {
    const { id } = await this.find(idOrName, scope);
    return await this.presentIssued(await this.reissue(id, {}, scope, { graceSeconds }));
  }

  /**
   * As {@link rotate}, with a change of the key in the same moment, and a secret that somebody has chosen, if one is given.
   * @throws GatewayError 400 for the master key or when there is no such team, 403, 404, or 409 when the new name or the secret is
   *   taken
   */
  async reissue(
    id: string,
    body: UpdateKey,
    scope: TeamScope,
    { chosen, graceSeconds, ...options }: ReissueOptions,
  ): Promise<IssuedKey> {
    const { secret, stored } = this.secretOf(chosen);
    const row = await this.store(id, body, scope, options, { ...stored, graceSeconds });
    this.byHash.forgetMissing(stored.hash);
    return { row, secret };
  }

  /** Its logs stay in the ledger. @throws GatewayError 404 */
  async delete(idOrName: string, scope: TeamScope): Promise<{ id: string; object: 'key'; deleted: true }> {
    const { id } = await this.find(idOrName, scope);
    if ((await this.deleteAll([id], scope)) === 0) throw unknownKey(idOrName);
    return { id, object: 'key', deleted: true };
  }

  /** Deletes the keys with these ids, in one go. @returns how many of them there were within the scope */
  async deleteAll(ids: readonly string[], scope: TeamScope): Promise<number> {
    const count = await this.keys.delete(ids, scope);
    this.byHash.forget((row) => ids.includes(row.id));
    return count;
  }

  /** Blocks or unblocks all keys that are meant, in one go. @throws GatewayError 400 when there is no such team, or too many keys */
  async setBlocked(meant: SelectKeys, blocked: boolean, scope: TeamScope): Promise<SelectedKeys> {
    return this.selected(
      await this.keys.setBlocked(await this.selectionOf(meant, scope), scope, blocked, MAX_SELECTED),
    );
  }

  /** Deletes all keys that are meant, in one go; their logs stay in the ledger. @throws GatewayError as {@link setBlocked} */
  async revoke(meant: SelectKeys, scope: TeamScope): Promise<SelectedKeys> {
    return this.selected(await this.keys.deleteSelected(await this.selectionOf(meant, scope), scope, MAX_SELECTED));
  }

  /** A key as it is stored. @throws GatewayError 404 */
  async find(idOrName: string, scope: TeamScope): Promise<VirtualKeyRow> {
    const found = await findByIdOrName(this.keys, idOrName);
    if (!found || !isWithin(scope, found.team?.id ?? null)) throw unknownKey(idOrName);
    return found;
  }

  /** All keys that are meant, in no order. */
  async findAll(references: KeyReferences, scope: TeamScope): Promise<readonly VirtualKeyRow[]> {
    return (await this.keys.findAll(references)).filter(({ team }) => isWithin(scope, team?.id ?? null));
  }

  /**
   * A numbered page of keys, newest first, and how many there are in all.
   * @throws GatewayError 400 when there is no such team, 403 for one beyond the scope
   */
  async page(
    query: KeyQuery,
    scope: TeamScope,
    part: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly rows: readonly VirtualKeyRow[]; readonly total: number }> {
    return await this.keys.page(await this.filterOf(query, scope), part);
  }

  /**
   * The key with this secret, whether or not it may be used. While the database is away, what it has said last is taken for
   * `AUTH_GRACE_SECONDS`, also that there is none.
   * @throws GatewayError 503 for any other while the database is away
   */
  async findBySecret(secret: string): Promise<VirtualKeyRow | undefined> {
    return await this.findByHash(hashSecret(secret));
  }

  /** As {@link findBySecret}, by the secret's hash. @throws GatewayError 503 as there */
  async findByHash(hash: string): Promise<VirtualKeyRow | undefined> {
    const found = await this.byHash.find(hash, () => this.keys.findByHash(hash));
    return found && isSecretOf(found, hash) ? found : undefined;
  }

  /** Lets the keys of a team be asked for anew, because the team has changed. */
  forgetTeam(id: string): void {
    this.byHash.forget(({ team }) => team?.id === id);
  }

  /** @throws GatewayError 400 where the configuration file names a team that is not there */
  private async teamOfNew(
    { team }: Pick<IssueKey, 'team'>,
    scope: TeamScope,
    { newKeys }: IssuingRules,
  ): Promise<string | null> {
    if (team !== undefined || newKeys.team === undefined) return team ?? null;
    // Team admins are not told which teams there are.
    if (scope !== null || (await findByIdOrName(this.teams, newKeys.team))) return newKeys.team;
    throw badRequest(
      `There is no team with the id or name '${newKeys.team}', which default_key_generate_params of the configuration file names: make it, or send 'team'`,
      'team',
      'invalid_value',
    );
  }

  private async store(
    id: string,
    { metadata, ...plain }: UpdateKey,
    scope: TeamScope,
    { metadata: how = 'merge', budgets, limits }: ChangeOptions,
    secret?: StoredSecret & Pick<ReissueOptions, 'graceSeconds'>,
  ): Promise<VirtualKeyRow> {
    const { budgets: sentBudgets, ...fields } = await this.toFields(plain, scope);
    const newBudgets = budgets ?? sentBudgets;
    const { keyBounds } = this.issuing.current;
    const now = new Date();
    const changesOf = (stored: VirtualKeyRow) => {
      if (!isWithin(scope, stored.team?.id ?? null)) throw unknownKey(id);
      const changes = { ...fields, ...(limits && { limits: limits(stored.limits) }) };
      checkChange(stored, changes, keyBounds, now);
      return {
        ...changes,
        ...(newBudgets && { budgets: boundBudgets(newBudgets, keyBounds, now) }),
        ...(metadata && { metadata: changedMetadata(stored.metadata, metadata, how) }),
        ...(secret && changedSecret(stored, secret)),
      };
    };
    const updated = await this.keys.update(id, changesOf, newBudgets !== undefined);
    if (updated === undefined) throw await this.taken(plain.name ?? '', secret?.hash);
    if (updated === null) throw unknownKey(id);
    this.byHash.forget((row) => row.id === id);
    return updated;
  }

  /** @throws GatewayError 400 for the master key, which would open the admin API to its holder, and for what looks like an admin key */
  private secretOf(chosen: string | undefined): { secret: string; stored: StoredSecret } {
    if (chosen !== undefined && secretTest(this.secrets.masterKey)(chosen)) {
      throw badRequest('The master key cannot be a virtual key as well', 'key', 'invalid_value');
    }
    if (chosen !== undefined && isAdminSecret(chosen)) {
      throw badRequest('A virtual key cannot begin as admin keys do', 'key', 'invalid_value');
    }
    const secret = chosen ?? generateKeySecret();
    return { secret, stored: { hash: hashSecret(secret), preview: previewSecret(secret) } };
  }

  /** Which of the two it was that another key has. */
  private async taken(name: string, hash: string | undefined): Promise<GatewayError> {
    const isSecret = hash !== undefined && (await this.keys.findByHash(hash)) !== undefined;
    return isSecret
      ? conflict('Another key has this secret, or had it before its last rotation', 'key', 'secret_taken')
      : nameTaken(name);
  }

  /** The budgets of these keys as they stand, by the key's id; what has none is missing. */
  async budgetsOf(rows: readonly VirtualKeyRow[]): Promise<ReadonlyMap<string, readonly BudgetState[]>> {
    return await this.budgets.statesOf(rows.filter((row) => row.budgets.length > 0).map(({ id }) => id));
  }

  private async presentIssued({ row, secret }: IssuedKey): Promise<Key & { key: string }> {
    return { ...(await this.present(row)), key: secret };
  }

  private async present(row: VirtualKeyRow): Promise<Key> {
    const [key] = await this.presentAll([row]);
    if (!key) throw new Error('A key was lost on its way out');
    return key;
  }

  private async presentAll(rows: readonly VirtualKeyRow[]): Promise<Key[]> {
    const budgets = await this.budgetsOf(rows);
    return rows.map((row) => {
      const models = row.models ?? [];
      const warnings = [...warnOfUnknownModels(this.catalogue, 'models', models), ...warnOfTeam(row.team, models)];
      return presentKey(row, budgets.get(row.id) ?? [], warnings);
    });
  }

  /** @throws GatewayError 400 when there is no such team, 403 for what is beyond the scope */
  private async toFields(
    {
      team,
      expires_at,
      allowed_addresses: allowedAddresses,
      allow_provider_keys: allowProviderKeys,
      budgets,
      ...rest
    }: Omit<IssueKey | UpdateKey, 'metadata'> & { metadata?: Record<string, string> },
    scope: TeamScope,
  ): Promise<NewKeyFields> {
    if (scope !== null && allowProviderKeys) throw providerKeysNotAllowed();
    if (scope !== null && team === null) throw outsideTeams('team');
    return {
      ...rest,
      ...(team !== undefined && { teamId: team === null ? null : (await this.teamOf(team, scope)).id }),
      ...(expires_at !== undefined && { expiresAt: expires_at === null ? null : new Date(expires_at) }),
      ...(allowedAddresses !== undefined && { allowedAddresses }),
      ...(allowProviderKeys !== undefined && { allowProviderKeys }),
      ...(budgets && { budgets: budgets.map(toBudgetFields) }),
    };
  }

  /** @throws GatewayError 400 when there is no such team, 403 for one beyond the scope */
  private async selectionOf({ ids, team, user, tag }: SelectKeys, scope: TeamScope): Promise<KeySelection> {
    if (ids !== undefined) return { ids };
    if (team !== undefined) return { teamId: (await this.teamOf(team, scope)).id };
    if (user !== undefined) return { user };
    if (tag !== undefined) return { tag };
    throw new Error('Nothing says which keys are meant');
  }

  /** @param ids of the keys that have been changed; undefined = there are too many */
  private selected(ids: readonly string[] | undefined): SelectedKeys {
    if (!ids) {
      const message = `There are more than ${MAX_SELECTED} such keys. None has been changed: name them by ids.`;
      throw badRequest(message, null, 'too_many_keys');
    }
    const changed = new Set(ids);
    this.byHash.forget(({ id }) => changed.has(id));
    return { object: 'selected_keys', count: ids.length, ids: [...ids] };
  }

  /** @throws GatewayError 400 when there is no such team, 403 for one beyond the scope */
  private async filterOf({ team, ...filter }: KeyQuery, scope: TeamScope): Promise<KeyFilter> {
    const teamIds = team === undefined ? scope : [(await this.teamOf(team, scope)).id];
    return { ...filter, ...(teamIds && { teamIds }) };
  }

  /** @throws GatewayError 400 when there is no such team, 403 beyond a scope, where nobody is told whether there is */
  private async teamOf(idOrName: string, scope: TeamScope): Promise<TeamRow> {
    const found = await findByIdOrName(this.teams, idOrName);
    if (!isWithin(scope, found?.id ?? null)) throw outsideTeams('team');
    if (!found) throw badRequest(`There is no team with the id or name '${idOrName}'`, 'team', 'invalid_value');
    return found;
  }
}

function changedSecret(
  { hash: before }: VirtualKeyRow,
  { hash, preview, graceSeconds }: StoredSecret & Pick<ReissueOptions, 'graceSeconds'>,
): ChangedSecret {
  const goesOn = graceSeconds > 0 && before !== hash;
  const previousSecret = goesOn ? { hash: before, expiresAt: new Date(Date.now() + 1000 * graceSeconds) } : null;
  return { hash, preview, previousSecret };
}

/** A warning where a key names models that its team does not allow, or has patterns of which the team's fit none. */
function warnOfTeam(team: VirtualKeyRow['team'], models: readonly string[]): string[] {
  const allowed = team?.models;
  const inVain = allowed
    ? [...new Set(models)].filter((name) => !allowed.some((other) => canMeanTheSame(other, name)))
    : [];
  return inVain.length === 0 ? [] : [`models names ${listed(inVain)}, which the team '${team?.name}' does not allow`];
}

/** Who brings such a key is billed by the provider, past the team's budgets. */
function providerKeysNotAllowed(): GatewayError {
  return notAllowed(
    "Invalid 'allow_provider_keys': a team admin cannot let keys be used past the budgets of the team",
    'allow_provider_keys',
  );
}

function nameTaken(name: string) {
  return conflict(`A key named '${name}' exists already`, 'name', 'name_taken');
}

function unknownKey(idOrName: string) {
  return notFound(`There is no key with the id or name '${idOrName}'`, 'key');
}
