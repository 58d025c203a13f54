import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Caller } from '../domain/caller.js';
import { AllowAccess, AuthenticatedCaller } from '../http/access.js';
import { ApiChat } from './chat.openapi.js';
import { ChatService } from './chat.service.js';

/** OpenAI's chat completions, with and without `/v1`. */
@ApiTags('OpenAI: chat')
@ApiBearerAuth('api_key')
@AllowAccess('client_token', 'chat')
@Controller(['v1/chat', 'chat'])
export class ChatController {
  constructor(private readonly chats: ChatService) {}

  @Post('completions')
  @ApiChat()
  async complete(
    @AuthenticatedCaller() caller: Caller,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.chats.serve(caller, request, response);
  }
}
