import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Caller } from '../domain/caller.js';
import { AllowAccess, AuthenticatedCaller } from '../http/access.js';
import { ApiSpeech } from './speech.openapi.js';
import { SpeechService } from './speech.service.js';

/** OpenAI's speech, with and without `/v1`. */
@ApiTags('OpenAI: audio')
@ApiBearerAuth('api_key')
@AllowAccess('client_token', 'speech')
@Controller(['v1/audio', 'audio'])
export class SpeechController {
  constructor(private readonly speech: SpeechService) {}

  @Post('speech')
  @ApiSpeech()
  async speak(
    @AuthenticatedCaller() caller: Caller,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.speech.serve(caller, request, response);
  }
}
