import { z } from 'zod';

const fields = {
  file: z.string().meta({ example: '/etc/auricle/config.yaml' }),
  models: z.array(z.string()).meta({ description: 'What the file declares now', example: ['whisper'] }),
  rules: z.array(z.string()).meta({
    description: 'What the file says of keys and teams that are made or changed',
    example: ['keys get at most: budget $100 a month, lifetime 90d'],
  }),
  warnings: z.array(z.string()).meta({ description: 'What the file says and Auricle does not do, and why' }),
};

/** Answer of `GET /admin/v1/config`. */
export const configSchema = z.object({ object: z.literal('config_file'), ...fields }).meta({ id: 'ConfigFile' });
export type ShownConfig = z.infer<typeof configSchema>;

/** Answer of `POST /admin/v1/config/reload`. */
export const reloadedSchema = z.object({ object: z.literal('config_reload'), ...fields }).meta({ id: 'ConfigReload' });
export type Reloaded = z.infer<typeof reloadedSchema>;
