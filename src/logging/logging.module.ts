import { Module } from '@nestjs/common';
import { RequestLogRepository } from './request-log.repository.js';
import { RequestLogWriter } from './request-log.writer.js';
import { RequestLogsAdminController } from './request-logs.admin.controller.js';
import { RequestLogsService } from './request-logs.service.js';

/** The ledger: one row for every request that passed authentication. */
@Module({
  controllers: [RequestLogsAdminController],
  providers: [RequestLogRepository, RequestLogWriter, RequestLogsService],
  exports: [RequestLogWriter],
})
export class LoggingModule {}
