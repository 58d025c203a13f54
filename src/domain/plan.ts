import { z } from 'zod';

/** A deployment, or a whole model (`deployment_id` null), that is not tried, and why. */
const leftOutSchema = z.object({
  model: z.string(),
  deployment_id: z.string().nullable(),
  explanation: z.string(),
});
export type LeftOut = Readonly<z.infer<typeof leftOutSchema>>;

/** Whose work the format of an answer is: the provider's, or the gateway's from what the provider understood. */
export const formatOrigins = ['native', 'synthesised'] as const;
export type FormatOrigin = (typeof formatOrigins)[number];

/** The plan of a request, as it is kept in a log. */
export const planSchema = z
  .object({
    candidates: z.array(z.object({ model: z.string(), deployment_id: z.string(), format: z.enum(formatOrigins) })),
    left_out: z.array(leftOutSchema),
    features: z
      .array(z.string())
      .optional()
      .meta({
        description:
          "What the request asks for beside its format that not every model can: fields such as `prompt`, `word_timestamps`, `url`, and `option:` with the name of a field of a provider's own; absent = an earlier version has not noted it",
        example: ['language', 'word_timestamps'],
      }),
  })
  .meta({ id: 'Plan', description: 'What was to be tried, best first, and what was not and why' });
export type LoggedPlan = Readonly<z.infer<typeof planSchema>>;
