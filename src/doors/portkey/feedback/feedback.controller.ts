import { Body, Controller, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../../domain/caller.js';
import { badRequest, notFound } from '../../../domain/errors.js';
import { AllowAccess, AuthenticatedCaller } from '../../../http/access.js';
import { idSchema } from '../../../http/admin/id.js';
import { ApiAnswers } from '../../../http/openapi/api-answers.js';
import { FeedbackRepository, type NewFeedback } from '../../../ledger/feedback/feedback.repository.js';
import {
  createFeedbackSchema,
  feedbackAnswerSchema,
  updateFeedbackSchema,
  type CreateFeedback,
  type FeedbackAnswer,
  type OneFeedback,
  type UpdateFeedback,
} from './feedback.schema.js';

/** How much one key may say of one trace. */
const MAX_OF_TRACE = 100;

/** Portkey's calls for feedback: what users think of answers, kept beside the ledger. */
@ApiTags('Portkey: feedback')
@ApiBearerAuth('api_key')
@AllowAccess('api_key', 'feedback')
@Controller('v1/feedback')
export class FeedbackController {
  constructor(private readonly feedback: FeedbackRepository) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'createFeedback',
    summary: 'Say what the answers of a trace are worth: one score, or several at once',
  })
  @ApiAnswers({ 200: feedbackAnswerSchema, errors: [400, 401, 403] })
  async create(
    @AuthenticatedCaller() caller: Caller,
    @Body({ schema: createFeedbackSchema }) body: CreateFeedback,
  ): Promise<FeedbackAnswer> {
    const made = await this.feedback.create(keyIdOf(caller), [body].flat().map(toFeedback), MAX_OF_TRACE);
    if ('ids' in made) return saved('Feedback successfully saved', made.ids);
    throw badRequest(
      `Invalid 'trace_id': there may be at most ${MAX_OF_TRACE} of this key for a trace`,
      'trace_id',
      'too_much_feedback',
    );
  }

  @Put(':id')
  @ApiOperation({ operationId: 'updateFeedback', summary: 'Change feedback that the calling key has given' })
  @ApiAnswers({ 200: feedbackAnswerSchema, errors: [400, 401, 403, 404] })
  async update(
    @AuthenticatedCaller() caller: Caller,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: updateFeedbackSchema }) { value, weight, metadata }: UpdateFeedback,
  ): Promise<FeedbackAnswer> {
    const wasThere = await this.feedback.update(id, keyIdOf(caller), {
      value: value ?? undefined,
      weight: weight ?? undefined,
      metadata: metadata ?? undefined,
    });
    if (!wasThere) throw notFound(`This key has given no feedback with the id '${id}'`, 'id');
    return saved('Feedback successfully updated', [id]);
  }
}

function toFeedback({ trace_id, value, weight, metadata }: OneFeedback): NewFeedback {
  return { traceId: trace_id, value, weight: weight ?? 1, metadata: metadata ?? null };
}

/** null = the master key, which speaks of everybody's requests. */
function keyIdOf(caller: Caller): string | null {
  return caller.kind === 'virtual_key' ? caller.keyId : null;
}

function saved(message: string, ids: readonly string[]): FeedbackAnswer {
  return { status: 'success', message, feedback_ids: [...ids] };
}
