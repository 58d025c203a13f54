import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Administrator } from '../../domain/administrator.js';
import { AdminAccess, AuthenticatedAdministrator } from '../../http/access.js';
import { deletedSchema, idSchema } from '../../http/admin/id.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { eraseLogsSchema, erasureSchema, type EraseLogs, type ErasureView } from './erasure.schema.js';
import { ErasureService } from './erasure.service.js';

/** What the ledger tells of somebody, erased. */
@ApiTags('Admin: logs')
@ApiBearerAuth('master_key')
@Controller('admin/v1/logs')
export class ErasureAdminController {
  constructor(private readonly erasure: ErasureService) {}

  @Post('erase')
  @HttpCode(200)
  @AdminAccess('logs.erase')
  @ApiOperation({
    operationId: 'eraseLogs',
    summary: 'Erase what the ledger tells of a user',
    description:
      'Of requests that were made for this end user, and of those of the keys whose `user` it is: transcripts, questions, cached answers, `end_user`, metadata, tags, trace ids, addresses, user agents, words of errors, and the metadata of feedback. Costs, times and models stay. What a gateway that is away has not written yet is erased when it writes it.',
  })
  @ApiAnswers({ 200: erasureSchema, errors: [400, 401] })
  async erase(@Body({ schema: eraseLogsSchema }) { user }: EraseLogs): Promise<ErasureView> {
    return await this.erasure.erase(user);
  }

  @Delete(':id/transcript')
  @AdminAccess('transcripts.delete')
  @ApiOperation({
    operationId: 'deleteTranscript',
    summary: 'Delete the transcript of a request, its question, and the cached copies of its answer',
  })
  @ApiAnswers({ 200: deletedSchema, errors: [400, 401, 404] })
  async deleteTranscript(
    @Param('id', { schema: idSchema }) id: string,
    @AuthenticatedAdministrator() { teamIds }: Administrator,
  ) {
    return await this.erasure.eraseTranscript(id, teamIds);
  }
}
