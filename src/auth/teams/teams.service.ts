import type { BudgetState } from '../../budgets/budget.js';
import { toBudgetFields } from '../../budgets/budget.schema.js';
import { BudgetsRepository } from '../../budgets/budgets.repository.js';
import { Injectable } from '@nestjs/common';
import { IssuingRulesInForce } from '../../config/issuing-rules-in-force.js';
import { isWithin, type TeamScope } from '../../domain/administrator.js';
import { conflict, type GatewayError, notFound } from '../../domain/errors.js';
import { findByIdOrName } from '../../http/admin/id.js';
import { toPage, type Page, type PageQuery } from '../../http/admin/list.js';
import { Catalogue } from '../../models/catalogue.js';
import { warnOfUnknownModels } from '../../models/unknown-models.js';
import { budgetsWith, partsOfNewTeam } from '../issuing.js';
import { changedMetadata } from '../virtual-key.schema.js';
import { VirtualKeysService, type ChangeOptions } from '../virtual-keys.service.js';
import { presentTeam, type CreateTeam, type TeamView, type UpdateTeam } from './team.schema.js';
import { TeamsRepository, type TeamRow, type TeamUsers } from './teams.repository.js';

/** Teams, administered: what bounds the keys that belong to them. */
@Injectable()
export class TeamsService {
  constructor(
    private readonly teams: TeamsRepository,
    private readonly budgets: BudgetsRepository,
    private readonly keys: VirtualKeysService,
    private readonly catalogue: Catalogue,
    private readonly issuing: IssuingRulesInForce,
  ) {}

  /** @throws GatewayError 409 when the name is taken */
  async create(body: CreateTeam): Promise<TeamView> {
    return await this.present(await this.add(body));
  }

  /** As {@link create}, for who presents it otherwise. @throws GatewayError 409 */
  async add(body: CreateTeam): Promise<TeamRow> {
    const { allowed_addresses, holders_may_read_logs, budgets, limits, ...plain } = body;
    const byDefault = partsOfNewTeam(this.issuing.current);
    const row = await this.teams.create({
      ...plain,
      allowedAddresses: allowed_addresses,
      holdersMayReadLogs: holders_may_read_logs,
      budgets: budgets?.map(toBudgetFields) ?? budgetsWith(byDefault.budget),
      limits: limits === undefined ? byDefault.limits : limits,
    });
    if (!row) throw nameTaken(body.name);
    return row;
  }

  /** @param scope which teams the administrator has, here and below; what is beyond it is not there */
  async list(query: PageQuery, scope: TeamScope): Promise<Page<TeamView>> {
    const shown = await this.presentAll(await this.teams.list(query, scope));
    return toPage(shown, query.limit, (team) => team);
  }

  /** @throws GatewayError 404 */
  async get(idOrName: string, scope: TeamScope): Promise<TeamView> {
    return await this.present(await this.find(idOrName, scope));
  }

  /** @throws GatewayError 404, or 409 when the new name is taken */
  async update(idOrName: string, body: UpdateTeam): Promise<TeamView> {
    const { id } = await this.find(idOrName, null);
    return await this.present(await this.change(id, body));
  }

  /**
   * Changes what is sent of the team with this id: for its keys at once, whichever gateway serves them.
   * @throws GatewayError 404, or 409 when the new name is taken
   */
  async change(
    id: string,
    {
      metadata,
      budgets,
      allowed_addresses: allowedAddresses,
      holders_may_read_logs: holdersMayReadLogs,
      ...plain
    }: UpdateTeam,
    { metadata: how = 'merge', budgets: changed, limits }: ChangeOptions = {},
  ): Promise<TeamRow> {
    const changesOf = (stored: TeamRow) => ({
      ...plain,
      ...(allowedAddresses !== undefined && { allowedAddresses }),
      ...(holdersMayReadLogs !== undefined && { holdersMayReadLogs }),
      ...(budgets && { budgets: budgets.map(toBudgetFields) }),
      ...(changed && { budgets: changed }),
      ...(limits && { limits: limits(stored.limits) }),
      ...(metadata && { metadata: changedMetadata(stored.metadata, metadata, how) }),
    });
    const updated = await this.teams.update(id, changesOf, (budgets ?? changed) !== undefined);
    if (updated === undefined) throw nameTaken(plain.name ?? '');
    if (updated === null) throw unknownTeam(id);
    this.keys.forgetTeam(id);
    return updated;
  }

  /** Its logs stay in the ledger. @throws GatewayError 404, or 409 naming the keys that belong to it */
  async delete(idOrName: string): Promise<{ id: string; object: 'team'; deleted: true }> {
    const { id } = await this.find(idOrName, null);
    const { deleted, usedBy } = await this.teams.deleteUnused(id);
    if (usedBy.count > 0) throw inUse(usedBy);
    if (!deleted) throw unknownTeam(idOrName);
    return { id, object: 'team', deleted: true };
  }

  /**
   * Deletes the teams with these ids and all of their keys, or nothing.
   * @throws GatewayError 404 when one of them is not there
   */
  async deleteWithKeys(ids: readonly string[]): Promise<void> {
    const found = await this.teams.findAll(ids);
    const absent = ids.find((id) => !found.some((team) => team.id === id.toLowerCase()));
    if (absent !== undefined) throw unknownTeam(absent);
    await this.teams.deleteWithKeys(ids);
    for (const { id } of found) this.keys.forgetTeam(id);
  }

  /** The newest teams, up to so many. */
  async newest(limit: number, scope: TeamScope): Promise<readonly TeamRow[]> {
    return (await this.teams.list({ limit }, scope)).slice(0, limit);
  }

  /** @throws GatewayError 404 */
  async find(idOrName: string, scope: TeamScope): Promise<TeamRow> {
    const found = await findByIdOrName(this.teams, idOrName);
    if (!found || !isWithin(scope, found.id)) throw unknownTeam(idOrName);
    return found;
  }

  /** The budgets of these teams as they stand, by the team's id; what has none is missing. */
  async budgetsOf(rows: readonly TeamRow[]): Promise<ReadonlyMap<string, readonly BudgetState[]>> {
    return await this.budgets.statesOf(rows.map(({ id }) => id));
  }

  private async present(row: TeamRow): Promise<TeamView> {
    const [team] = await this.presentAll([row]);
    if (!team) throw new Error('A team was lost on its way out');
    return team;
  }

  private async presentAll(rows: readonly TeamRow[]): Promise<TeamView[]> {
    const budgets = await this.budgetsOf(rows);
    return rows.map((row) =>
      presentTeam(row, budgets.get(row.id) ?? [], warnOfUnknownModels(this.catalogue, 'models', row.models ?? [])),
    );
  }
}

function nameTaken(name: string): GatewayError {
  return conflict(`A team named '${name}' exists already`, 'name', 'name_taken');
}

function unknownTeam(idOrName: string): GatewayError {
  return notFound(`There is no team with the id or name '${idOrName}'`, 'team');
}

function inUse({ names, count }: TeamUsers): GatewayError {
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  const keys = names.map((name) => `'${name}'`).join(', ');
  return conflict(`The team is used by ${count === 1 ? 'key' : 'keys'} ${keys}${more}`, 'team', 'in_use');
}
