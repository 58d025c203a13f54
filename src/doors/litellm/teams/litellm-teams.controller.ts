import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Administrator } from '../../../domain/administrator.js';
import { AdminAccess, AuthenticatedAdministrator } from '../../../http/access.js';
import { ApiAnswers } from '../../../http/openapi/api-answers.js';
import {
  blockTeamSchema,
  deletedTeamsSchema,
  deleteTeamsSchema,
  listTeamsSchema,
  newTeamSchema,
  storedTeamSchema,
  teamInfoSchema,
  teamListSchema,
  teamQuerySchema,
  updatedTeamSchema,
  updateLiteLlmTeamSchema,
  type BlockTeam,
  type DeleteTeams,
  type ListTeams,
  type NewTeam,
  type TeamQuery,
  type UpdateLiteLlmTeam,
} from './litellm-team.schema.js';
import { LiteLlmTeamsService } from './litellm-teams.service.js';

/** LiteLLM's calls for teams (litellm/proxy/management_endpoints/team_endpoints.py), for scripts made for it. */
@ApiTags('LiteLLM: management')
@ApiBearerAuth('master_key')
@Controller('team')
export class LiteLlmTeamsController {
  constructor(private readonly teams: LiteLlmTeamsService) {}

  @Post('new')
  @HttpCode(200)
  @AdminAccess('teams.write')
  @ApiOperation({ operationId: 'newLiteLlmTeam', summary: 'Make a team, which keys may then belong to' })
  @ApiAnswers({ 200: storedTeamSchema, errors: [400, 401, 409] })
  create(@Body({ schema: newTeamSchema }) body: NewTeam) {
    return this.teams.create(body);
  }

  @Post('update')
  @HttpCode(200)
  @AdminAccess('teams.write')
  @ApiOperation({ operationId: 'updateLiteLlmTeam', summary: 'Change a team; metadata is replaced as a whole' })
  @ApiAnswers({ 200: updatedTeamSchema, errors: [400, 401, 404, 409] })
  update(@Body({ schema: updateLiteLlmTeamSchema }) body: UpdateLiteLlmTeam) {
    return this.teams.update(body);
  }

  @Post('delete')
  @HttpCode(200)
  @AdminAccess('teams.write')
  @ApiOperation({ operationId: 'deleteLiteLlmTeams', summary: 'Delete teams with all of their keys, all or none' })
  @ApiAnswers({ 200: deletedTeamsSchema, errors: [400, 401, 404, 409] })
  delete(@Body({ schema: deleteTeamsSchema }) { team_ids }: DeleteTeams) {
    return this.teams.delete(team_ids);
  }

  @Post('block')
  @HttpCode(200)
  @AdminAccess('teams.write')
  @ApiOperation({ operationId: 'blockLiteLlmTeam', summary: 'Refuse the keys of a team until it is unblocked' })
  @ApiAnswers({ 200: storedTeamSchema, errors: [400, 401, 404] })
  block(@Body({ schema: blockTeamSchema }) { team_id }: BlockTeam) {
    return this.teams.setBlocked(team_id, true);
  }

  @Post('unblock')
  @HttpCode(200)
  @AdminAccess('teams.write')
  @ApiOperation({ operationId: 'unblockLiteLlmTeam', summary: 'Take the keys of a blocked team again' })
  @ApiAnswers({ 200: storedTeamSchema, errors: [400, 401, 404] })
  unblock(@Body({ schema: blockTeamSchema }) { team_id }: BlockTeam) {
    return this.teams.setBlocked(team_id, false);
  }

  @Get('info')
  @AdminAccess('teams.read')
  @ApiOperation({ operationId: 'getLiteLlmTeamInfo', summary: 'A team and its keys' })
  @ApiAnswers({ 200: teamInfoSchema, errors: [400, 401, 404] })
  info(
    @Query({ schema: teamQuerySchema }) { team_id }: TeamQuery,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.teams.info(team_id, teamIds);
  }

  @Get('list')
  @AdminAccess('teams.read')
  @ApiOperation({ operationId: 'listLiteLlmTeams', summary: 'The newest thousand teams' })
  @ApiAnswers({ 200: teamListSchema, errors: [400, 401] })
  list(
    @Query({ schema: listTeamsSchema }) _query: ListTeams,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return this.teams.list(teamIds);
  }
}
