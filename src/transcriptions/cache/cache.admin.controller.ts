import { Controller, Delete, Get, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { AdminAccess } from '../../http/access.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { LedgerWriter } from '../../ledger/writer/ledger.writer.js';
import { AnswerCache } from './answer-cache.js';
import { AnswerCacheRepository } from './answer-cache.repository.js';
import { cacheSchema, eraseCacheQuerySchema, erasedCacheSchema, type EraseCacheQuery } from './cache.schema.js';

/** The cache, administered. */
@ApiTags('Admin: cache')
@ApiBearerAuth('master_key')
@Controller('admin/v1/cache')
export class CacheAdminController {
  constructor(
    private readonly cache: AnswerCache,
    private readonly repository: AnswerCacheRepository,
    private readonly ledger: LedgerWriter,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'database_timeout_seconds'>,
  ) {}

  @Get()
  @AdminAccess('cache.read')
  @ApiOperation({ operationId: 'getCache', summary: 'How many answers are cached, and how much they take' })
  @ApiAnswers({ 200: cacheSchema, errors: [401] })
  async get(): Promise<z.infer<typeof cacheSchema>> {
    await this.cache.whenStored();
    return { object: 'cache', ...(await this.repository.size()), max_bytes: this.cache.maxBytes };
  }

  @Delete()
  @AdminAccess('cache.write')
  @ApiOperation({ operationId: 'eraseCache', summary: 'Forget cached answers: all of them, or those that are meant' })
  @ApiAnswers({ 200: erasedCacheSchema, errors: [400, 401] })
  async erase(
    @Query({ schema: eraseCacheQuerySchema }) { key_id: keyId, model, request_id: requestId }: EraseCacheQuery,
  ): Promise<z.infer<typeof erasedCacheSchema>> {
    // What this process has answered is meant, too: the answer, and the log that says which one a hit was.
    await this.cache.whenStored();
    if (requestId !== undefined) await this.ledger.catchUp(1000 * this.settings.database_timeout_seconds);
    return { object: 'cache', deleted: await this.repository.erase({ keyId, model, requestId }) };
  }
}
