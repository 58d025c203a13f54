import { z } from 'zod';
import { timeSchema } from '../http/admin/time.js';
import { problemKinds } from './config-file.error.js';
import { planSections } from './reload-plan.js';

const problems = z.array(
  z.object({
    kind: z.enum(problemKinds).meta({
      description:
        '`unusable`: the file is not taken; `switched_off`: a deployment gets no traffic; `left_out`: an entry of `model_list` becomes no deployment; `ignored`: nobody knows the key, or its value is wrong; `no_effect`: it does nothing here; `note`: anything else',
      example: 'no_effect',
    }),
    message: z.string(),
    at: z
      .object({ file: z.string(), line: z.int(), column: z.int(), key: z.string() })
      .nullable()
      .meta({ description: 'Where it is written; null = it is not of the file alone' }),
  }),
);
/** A {@link Problem} as the admin API tells it. */
export type ShownProblem = z.infer<typeof problems>[number];

const fields = {
  file: z.string().meta({ example: '/etc/auricle/config.yaml' }),
  read_at: timeSchema.meta({ description: 'When it was read last, and taken' }),
  models: z.array(z.string()).meta({ description: 'What the file declares now', example: ['whisper'] }),
  rules: z.array(z.string()).meta({
    description: 'What the file says of keys and teams that are made or changed',
    example: ['keys get at most: budget $100 a month, lifetime 90d'],
  }),
  problems: problems.meta({ description: 'What the file says and Auricle does not do, and why' }),
  warnings: z.array(z.string()).meta({ description: 'The same `problems`, a line each, as the process log has them' }),
};

/** Answer of `GET /admin/v1/config`. */
export const configSchema = z.object({ object: z.literal('config_file'), ...fields }).meta({ id: 'ConfigFile' });
export type ShownConfig = z.infer<typeof configSchema>;

/** Answer of `POST /admin/v1/config/reload`. */
export const reloadedSchema = z.object({ object: z.literal('config_reload'), ...fields }).meta({ id: 'ConfigReload' });
export type Reloaded = z.infer<typeof reloadedSchema>;

const names = z.array(z.string());

/** Answer of `GET /admin/v1/config/plan`. */
export const reloadPlanSchema = z
  .object({
    object: z.literal('config_reload_plan'),
    file: fields.file,
    is_usable: z.boolean().meta({ description: 'Whether a reload would take it; if not, `problems` say why' }),
    changes: z
      .array(
        z.object({
          section: z.enum(planSections).meta({ example: 'models' }),
          added: names.meta({ example: ['meetings'] }),
          changed: names.meta({ example: [] }),
          removed: names.meta({ example: ['whisper'] }),
        }),
      )
      .meta({ description: 'What would hold at once, by name; of `settings` those that are another then' }),
    restart: names.meta({
      description: 'Settings of the process for which the gateway would have to be restarted',
      example: ['max_file_size_mb'],
    }),
    problems: problems.meta({ description: 'What is wrong with the file as it is now, and where' }),
  })
  .meta({ id: 'ConfigReloadPlan' });
export type ReloadPlan = z.infer<typeof reloadPlanSchema>;
