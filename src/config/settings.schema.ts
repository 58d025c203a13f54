import { resolve } from 'node:path';
import { z } from 'zod';
import { apiBaseSchema, apiKeySchema } from '../domain/provider-access.js';
import { gatewayRoutingSchema } from '../domain/routing-settings.js';
import { decimal, flag, integer, texts } from '../domain/setting-values.js';
import { addressesSchema } from './addresses.schema.js';

const usdPerMillion = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be a decimal number of dollars, such as 0.15')
  .optional();

/**
 * Every setting of the gateway with its rule, its default and what it means, by the sections of the documents. Keys are in
 * snake_case; a setting is also an environment variable of the same name in capitals, and the configuration file has words
 * for many of them. `docs/configuration.md` and `.env.example` are made from it.
 */
export const settingSections = {
  Server: z.object({
    port: integer(0, 65_535)
      .default(4000)
      .describe(
        'TCP port. `0` takes any free one and the banner says which. With docker compose: the port on the host.',
      ),
    host: z
      .string()
      .default('0.0.0.0')
      .describe('Address to listen on. `127.0.0.1` hides the gateway from the network.'),
    allowed_ips: addressesSchema
      .optional()
      .describe(
        'Addresses and CIDR ranges that may call, separated by commas; others get a 403. Health probes are answered to everybody. Unset: every address.',
      ),
    shutdown_timeout_seconds: integer(0, 3600)
      .default(60)
      .describe(
        'How long running requests may take to finish after SIGTERM or SIGINT; what is left is cut off and the exit code is 1. Writing the ledger may take ten seconds more.',
      ),
  }),
  'Configuration file': z.object({
    config_file: z
      .string()
      .optional()
      .describe('Path of the file, relative to the working folder. Unset: none. `--config` on the command line wins.'),
  }),
  Routing: gatewayRoutingSchema.extend({
    connect_timeout_seconds: decimal(0.001, 600).default(10).describe('How long connecting to a provider may take.'),
    health_check_interval_seconds: decimal(0, 86_400)
      .default(0)
      .describe(
        'Time between two rounds in which every deployment is called with one second of speech, which providers may bill. `0` = never.',
      ),
  }),
  Storage: z.object({
    data_dir: z
      .string()
      .default('.data')
      .transform((path) => resolve(path))
      .describe(
        'Folder of generated secrets, the embedded database and uploads that are being served. Relative to the working folder. One gateway per folder. The image sets `/data`.',
      ),
    database_url: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must start with postgresql://')
      .optional()
      .describe(
        'PostgreSQL to use: `postgresql://user:password@host:5432/database`. Unset: an embedded PostgreSQL in `DATA_DIR/postgres`. The role must own the database or be allowed to create tables in its schema `public`; migrations run at every start.',
      ),
    store_transcripts: flag(true).describe(
      'Whether the ledger keeps transcripts. Switching it off does not delete those that are kept. Audio is never kept.',
    ),
  }),
  Secrets: z.object({
    master_key: apiKeySchema
      .min(4, 'must have at least 4 characters')
      .optional()
      .describe(
        'Opens the admin API, and may call the audio API with every model. At least 4 printable ASCII characters without spaces. Unset: generated once and kept in `DATA_DIR/master-key`, mode 0600.',
      ),
    encryption_key: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits (32 bytes), for example from: openssl rand -hex 32')
      .optional()
      .describe(
        'Encrypts provider keys in the database (AES-256-GCM): 64 hexadecimal digits, for example from `openssl rand -hex 32`. Unset: generated once and kept in `DATA_DIR/encryption-key`, mode 0600.',
      ),
    show_master_key: flag(true).describe(
      'Whether the start banner shows the master key. Switch it off where output is collected; the banner then says where the key is.',
    ),
  }),
  Uploads: z.object({
    max_file_size_mb: decimal(0.001, 1_000_000)
      .default(100)
      .describe("Larger audio files are refused with 413. In MiB. A provider's own limit also applies."),
    upload_memory_mb: decimal(0, 1024)
      .default(4)
      .describe(
        'Uploads up to this size stay in memory while they are served, larger ones go to a file in `DATA_DIR/uploads`. In MiB. It bounds the memory per request, so multiply it by the requests that run at once.',
      ),
  }),
  'Recordings by address': z.object({
    fetch_urls: flag(false).describe(
      "Whether the gateway fetches recordings for providers that take files only, within `MAX_FILE_SIZE_MB` and the request's deadline.",
    ),
    url_fetch_allowed_hosts: texts
      .default([])
      .describe(
        'Hosts that may be fetched from although they are not public: `host` (ports 80 and 443) or `host:port`, separated by commas.',
      ),
  }),
  'Translation model': z.object({
    translation_api_base: apiBaseSchema
      .optional()
      .describe('Base URL, such as `https://api.openai.com/v1`. Needs `TRANSLATION_MODEL`.'),
    translation_model: z.string().optional().describe('Name of the chat model. Needs `TRANSLATION_API_BASE`.'),
    translation_api_key: apiKeySchema.optional().describe('Sent as a bearer token. Unset: no key is sent.'),
    translation_input_usd_per_million: usdPerMillion.describe(
      'Price of a million input tokens. Unset: the cost of these translations is unknown.',
    ),
    translation_output_usd_per_million: usdPerMillion.describe('Price of a million output tokens.'),
  }),
  Sandbox: z.object({
    sandbox: flag(true).describe(
      'The built-in provider that needs no key and no network. It transcribes nothing: it answers a made-up text that says so.',
    ),
  }),
  Logs: z.object({
    log_level: z
      .enum(
        ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
        'must be fatal, error, warn, info, debug, trace or silent',
      )
      .default('info')
      .describe('`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.'),
    log_format: z
      .enum(['json', 'pretty'], 'must be json or pretty')
      .optional()
      .describe('`json`: one object a line. `pretty`: for people. Unset: `pretty` on a terminal, else `json`.'),
  }),
} as const satisfies Record<string, z.ZodObject>;

/** Every setting. */
export const settingsSchema = z
  .object({
    ...settingSections.Server.shape,
    ...settingSections['Configuration file'].shape,
    ...settingSections.Routing.shape,
    ...settingSections.Storage.shape,
    ...settingSections.Secrets.shape,
    ...settingSections.Uploads.shape,
    ...settingSections['Recordings by address'].shape,
    ...settingSections['Translation model'].shape,
    ...settingSections.Sandbox.shape,
    ...settingSections.Logs.shape,
  })
  .superRefine(checkPartners)
  .transform(withRoom);

/** What an operator has set, and the defaults of the rest. */
export type Settings = z.output<typeof settingsSchema>;
/** Some settings as variables or the configuration file say them. */
export type SaidSettings = Partial<z.input<typeof settingsSchema>>;

/** Settings that mean nothing, or something else, without others. */
const partners = [
  ['translation_model', 'translation_api_base'],
  ['translation_api_base', 'translation_model'],
  ['translation_api_key', 'translation_api_base'],
  ['translation_input_usd_per_million', 'translation_output_usd_per_million'],
  ['translation_output_usd_per_million', 'translation_input_usd_per_million'],
  ['translation_input_usd_per_million', 'translation_model'],
] as const;

function checkPartners(
  settings: Readonly<Partial<Record<(typeof partners)[number][number], unknown>>>,
  context: z.RefinementCtx,
): void {
  for (const [name, partner] of partners) {
    if (settings[name] !== undefined && settings[partner] === undefined) {
      context.addIssue({ code: 'custom', path: [name], message: `needs ${variableOf(partner)} as well` });
    }
  }
}

/** Clients may ask for the deadline that they get anyway, and a pause that must be made may be made. */
function withRoom<
  Given extends {
    max_request_timeout_seconds: number;
    request_timeout_seconds: number;
    stream_request_timeout_seconds?: number;
    backoff_min_ms: number;
    backoff_max_ms: number;
  },
>(settings: Given): Given {
  const { max_request_timeout_seconds: longest, request_timeout_seconds: whole } = settings;
  return {
    ...settings,
    max_request_timeout_seconds: Math.max(longest, whole, settings.stream_request_timeout_seconds ?? 0),
    backoff_max_ms: Math.max(settings.backoff_max_ms, settings.backoff_min_ms),
  };
}

/** The environment variable of a setting. */
export function variableOf(setting: string): string {
  return setting.toUpperCase();
}
