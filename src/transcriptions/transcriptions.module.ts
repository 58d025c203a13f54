import { Module } from '@nestjs/common';
import { LoggingModule } from '../logging/logging.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { AudioController } from './audio.controller.js';
import { TranscriptionsService } from './transcriptions.service.js';

/** OpenAI's audio API. */
@Module({
  imports: [UploadsModule, RoutingModule, LoggingModule],
  controllers: [AudioController],
  providers: [TranscriptionsService],
})
export class TranscriptionsModule {}
