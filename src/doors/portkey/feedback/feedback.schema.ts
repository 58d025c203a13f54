import { z } from 'zod';

/* Portkey's feedback: https://portkey.ai/docs/api-reference/admin-api/data-plane/feedback */

/** Of one call of `POST /v1/feedback`. */
const MAX_AT_ONCE = 100;
/** Of the metadata of one, as JSON. */
const MAX_METADATA_BYTES = 16 * 1024;

const traceId = z
  .string()
  .min(1)
  .max(256)
  .meta({ description: 'The `x-portkey-trace-id` of a request, or its `x-request-id`', example: 'trace-7' });
const value = z.int().min(-10).max(10).meta({ description: 'From -10 to 10', example: 5 });
const weight = z.number().min(0).max(1).meta({ description: 'From 0 to 1', example: 1 });
/** Portkey's documentation has an object in one place, and its text in JSON in another. */
const metadata = z
  .union([z.record(z.string(), z.json()).nullable(), z.string()])
  .refine((it) => Buffer.byteLength(JSON.stringify(it)) <= MAX_METADATA_BYTES, {
    error: `may have at most ${MAX_METADATA_BYTES} bytes`,
  })
  .meta({ description: 'Notes of your own', example: { _user: 'ada', text: 'names were wrong' } });

const oneSchema = z.strictObject({
  trace_id: traceId,
  value,
  weight: weight.nullish(),
  metadata: metadata.optional(),
});

/** One score. */
export type OneFeedback = z.infer<typeof oneSchema>;

/** Body of `POST /v1/feedback`: one, or several. */
export const createFeedbackSchema = z
  .union([oneSchema, z.array(oneSchema).min(1).max(MAX_AT_ONCE)])
  .meta({ id: 'CreateFeedback' });
export type CreateFeedback = z.infer<typeof createFeedbackSchema>;

/** Body of `PUT /v1/feedback/{id}`: what is sent changes. */
export const updateFeedbackSchema = z
  .strictObject({
    value: value.nullish(),
    weight: weight.nullish(),
    metadata: metadata.optional(),
    feedback_id: z
      .string()
      .max(200)
      .optional()
      .meta({ description: 'The id in the path, which the client for Node repeats' }),
  })
  .meta({ id: 'UpdateFeedback' });
export type UpdateFeedback = z.infer<typeof updateFeedbackSchema>;

/** Answer to feedback. */
export const feedbackAnswerSchema = z
  .object({ status: z.literal('success'), message: z.string(), feedback_ids: z.array(z.uuid()) })
  .meta({ id: 'FeedbackAnswer' });
export type FeedbackAnswer = z.infer<typeof feedbackAnswerSchema>;
