import { z } from 'zod';

/** How a try of one thing has ended: the server has it, answers something else, says that it does not have it, or fails. */
export const discoveryResults = ['supported', 'ignored', 'refused', 'failed', 'not_tried'] as const;

/** One thing that a server was asked for, with a second of speech. */
export const discoveryTrySchema = z.object({
  tried: z.string().meta({
    description: 'The field with its value, `translations`, or `error`: what is no audio',
    example: 'response_format=srt',
  }),
  result: z.enum(discoveryResults).meta({
    description:
      'supported; ignored: something else was answered; refused: a status that says so; failed: no answer; not_tried: no time was left',
  }),
  upstream_status: z.int().nullable().meta({ example: 400 }),
  latency_ms: z.int(),
  error: z.string().nullable().meta({ description: "The server's own words", example: 'Unsupported response_format' }),
});
export type DiscoveryTry = z.infer<typeof discoveryTrySchema>;

/** What was found out about a server that nobody has described. */
export const discoverySchema = z
  .object({
    tries: z.array(discoveryTrySchema),
    error_form: z.enum(['openai', 'text', 'object', 'list', 'other']).nullable().meta({
      description:
        "Of its errors: OpenAI's envelope; FastAPI's `detail` as a text, an object or a list; null = not seen",
    }),
    settings: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({
        description: "The deployment's settings with what was found; null = nothing was understood",
        example: {
          formats: ['json', 'verbose_json'],
          granularities: ['segment'],
          tasks: ['transcribe'],
          streaming: false,
        },
      }),
  })
  .meta({ id: 'DeploymentDiscovery' });
export type Discovery = z.infer<typeof discoverySchema>;
