import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { openBudget, partsOfNewTeam } from '../../../auth/issuing.js';
import type { CreateTeam } from '../../../auth/teams/team.schema.js';
import type { TeamRow } from '../../../auth/teams/teams.repository.js';
import { TeamsService } from '../../../auth/teams/teams.service.js';
import { VirtualKeysService } from '../../../auth/virtual-keys.service.js';
import type { BudgetState } from '../../../budgets/budget.js';
import { IssuingRulesInForce } from '../../../config/issuing-rules-in-force.js';
import type { TeamScope } from '../../../domain/administrator.js';
import { badRequest } from '../../../domain/errors.js';
import { toUsd } from '../../../domain/money.js';
import { changeOfBudget, newBudgets, shownBudget } from '../budget-fields.js';
import { changeOfLimits, newLimits, shownLimits } from '../limit-fields.js';
import { inWordsOf } from '../error-words.js';
import { settingsOf, shownMetadata, shownModels } from '../keys/key-fields.js';
import { LiteLlmKeysService } from '../keys/litellm-keys.service.js';
import { MAX_KEYS, MAX_TEAMS, type NewTeam, type StoredTeam, type UpdateLiteLlmTeam } from './litellm-team.schema.js';

/** LiteLLM's words for what our services call otherwise. */
const WORDS = { name: 'team_alias', team: 'team_id' };

/** LiteLLM's calls for teams, as calls of ours. */
@Injectable()
export class LiteLlmTeamsService {
  constructor(
    private readonly teams: TeamsService,
    private readonly keys: VirtualKeysService,
    private readonly shownKeys: LiteLlmKeysService,
    private readonly issuing: IssuingRulesInForce,
  ) {}

  /** @throws GatewayError 400, 409 */
  async create({ team_alias, ...body }: NewTeam): Promise<StoredTeam> {
    // A name is optional in LiteLLM, and unique here.
    const name = team_alias ?? `team-${randomUUID()}`;
    const byDefault = partsOfNewTeam(this.issuing.current);
    const plain = {
      models: null,
      endpoints: null,
      allowed_addresses: null,
      blocked: false,
      budgets: newBudgets(body, byDefault.budget),
      holders_may_read_logs: false,
      redaction: null,
      privacy: null,
      limits: newLimits(body, byDefault.limits),
      tags: [],
      metadata: {},
    };
    const team = { ...plain, ...settingsOf(body), name } satisfies CreateTeam;
    return await this.present(await inWordsOf(WORDS, this.teams.add(team)));
  }

  /** @throws GatewayError 400, 404, 409 */
  async update({ team_id, team_alias, ...body }: UpdateLiteLlmTeam): Promise<{ team_id: string; data: StoredTeam }> {
    const { id } = await this.find(team_id, null);
    const changes = { ...settingsOf(body), ...(team_alias && { name: team_alias }) };
    const budgets = changeOfBudget(body, openBudget({}, this.issuing.current.timeZone));
    const options = { metadata: 'replace', budgets, limits: changeOfLimits(body) } as const;
    return { team_id, data: await this.present(await inWordsOf(WORDS, this.teams.change(id, changes, options))) };
  }

  /** @throws GatewayError 404 */
  async setBlocked(reference: string, blocked: boolean): Promise<StoredTeam> {
    const { id } = await this.find(reference, null);
    return await this.present(await inWordsOf(WORDS, this.teams.change(id, { blocked })));
  }

  /** All or none of them, with their keys, as LiteLLM does. @throws GatewayError 404, 409 */
  async delete(references: readonly string[]): Promise<{ deleted_teams: string[] }> {
    const ids: string[] = [];
    for (const reference of references) ids.push((await this.find(reference, null)).id);
    await inWordsOf(WORDS, this.teams.deleteWithKeys(ids));
    return { deleted_teams: [...references] };
  }

  /** @throws GatewayError 400 when no team is named, 404 */
  async info(reference: string | undefined, scope: TeamScope) {
    if (reference === undefined)
      throw badRequest("Missing required field 'team_id'", 'team_id', 'missing_required_parameter');
    const team = await this.find(reference, scope);
    const { rows } = await inWordsOf(WORDS, this.keys.page({ team: team.id }, scope, { offset: 0, limit: MAX_KEYS }));
    return {
      team_id: reference,
      team_info: await this.present(team),
      keys: await this.shownKeys.present(rows),
      team_memberships: [],
    };
  }

  /** The newest thousand. */
  async list(scope: TeamScope): Promise<StoredTeam[]> {
    const rows = await this.teams.newest(MAX_TEAMS, scope);
    const budgets = await this.teams.budgetsOf(rows);
    return rows.map((row) => presentTeam(row, budgets.get(row.id) ?? []));
  }

  private async present(row: TeamRow): Promise<StoredTeam> {
    return presentTeam(row, (await this.teams.budgetsOf([row])).get(row.id) ?? []);
  }

  private async find(reference: string, scope: TeamScope): Promise<TeamRow> {
    return await inWordsOf(WORDS, this.teams.find(reference, scope));
  }
}

function presentTeam(row: TeamRow, budgets: readonly BudgetState[]): StoredTeam {
  return {
    team_id: row.id,
    team_alias: row.name,
    models: shownModels(row),
    blocked: row.blocked,
    metadata: shownMetadata(row),
    spend: toUsd(row.spendNanoUsd),
    created_at: row.createdAt.toISOString(),
    organization_id: null,
    admins: [],
    members: [],
    members_with_roles: [],
    ...shownBudget(budgets),
    tpm_limit: null,
    ...shownLimits(row),
  };
}
