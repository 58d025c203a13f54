import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Caller } from '../domain/caller.js';
import { AllowAccess, AuthenticatedCaller } from '../http/access.js';
import { ApiTranscription, ApiTranslation } from './audio.openapi.js';
import { TranscriptionsService } from './transcriptions.service.js';

/** OpenAI's audio API, with and without `/v1`: people set either as their SDK's base URL. */
@ApiTags('OpenAI: audio')
@ApiBearerAuth('api_key')
@Controller(['v1/audio', 'audio'])
export class AudioController {
  constructor(private readonly transcriptions: TranscriptionsService) {}

  @Post('transcriptions')
  @AllowAccess('client_token', 'transcriptions')
  @ApiTranscription()
  async transcribe(
    @AuthenticatedCaller() caller: Caller,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.transcriptions.serve('transcribe', caller, request, response);
  }

  @Post('translations')
  @AllowAccess('client_token', 'translations')
  @ApiTranslation()
  async translate(
    @AuthenticatedCaller() caller: Caller,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.transcriptions.serve('translate', caller, request, response);
  }
}
