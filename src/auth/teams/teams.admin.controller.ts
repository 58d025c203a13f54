import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Administrator } from '../../domain/administrator.js';
import { AdminAccess, AuthenticatedAdministrator } from '../../http/access.js';
import { deletedSchema, idOrNameSchema } from '../../http/admin/id.js';
import { pageQuerySchema, type PageQuery } from '../../http/admin/list.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import {
  createTeamSchema,
  teamPageSchema,
  teamSchema,
  updateTeamSchema,
  type CreateTeam,
  type UpdateTeam,
} from './team.schema.js';
import { TeamsService } from './teams.service.js';

/** Teams, administered. */
@ApiTags('Admin: teams')
@ApiBearerAuth('master_key')
@Controller('admin/v1/teams')
export class TeamsAdminController {
  constructor(private readonly teams: TeamsService) {}

  @Post()
  @AdminAccess('teams.write')
  @ApiOperation({ operationId: 'createTeam', summary: 'Make a team, which keys may then belong to' })
  @ApiAnswers({ 201: teamSchema, errors: [400, 401, 409] })
  create(@Body({ schema: createTeamSchema }) body: CreateTeam) {
    return this.teams.create(body);
  }

  @Get()
  @AdminAccess('teams.read')
  @ApiOperation({ operationId: 'listTeams', summary: 'Teams, newest first' })
  @ApiAnswers({ 200: teamPageSchema, errors: [400, 401] })
  list(@Query({ schema: pageQuerySchema }) query: PageQuery, @AuthenticatedAdministrator() { teamIds }: Administrator) {
    return this.teams.list(query, teamIds);
  }

  @Get(':team')
  @AdminAccess('teams.read')
  @ApiOperation({ operationId: 'getTeam', summary: 'One team' })
  @ApiAnswers({ 200: teamSchema, errors: [400, 401, 404] })
  get(
    @Param('team', { schema: idOrNameSchema }) team: string,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.teams.get(team, teamIds);
  }

  @Patch(':team')
  @AdminAccess('teams.write')
  @ApiOperation({ operationId: 'updateTeam', summary: 'Change, block or unblock a team' })
  @ApiAnswers({ 200: teamSchema, errors: [400, 401, 404, 409] })
  update(
    @Param('team', { schema: idOrNameSchema }) team: string,
    @Body({ schema: updateTeamSchema }) body: UpdateTeam,
  ) {
    return this.teams.update(team, body);
  }

  @Delete(':team')
  @HttpCode(200)
  @AdminAccess('teams.write')
  @ApiOperation({
    operationId: 'deleteTeam',
    summary: 'Delete a team that no key belongs to; its logs stay in the ledger',
  })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404, 409] })
  delete(@Param('team', { schema: idOrNameSchema }) team: string) {
    return this.teams.delete(team);
  }
}
