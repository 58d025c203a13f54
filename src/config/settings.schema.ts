import { resolve } from 'node:path';
import { z } from 'zod';
import { apiBaseSchema, apiKeySchema } from '../domain/provider-access.js';
import { gatewayRoutingSchema } from '../domain/routing-settings.js';
import { decimal, flag, integer, onOrOff, texts } from '../domain/setting-values.js';
import { fsyncModes, ledgerModes } from './ledger-modes.js';
import { addressesSchema } from './addresses.schema.js';
import { isPrivateOrigin, oidcIssuersSchema, publicUrlSchema } from './oidc-issuers.schema.js';
import { originsSchema } from './origins.schema.js';
import { availableProcessors } from './processors.js';
import { redisUrlSchema } from './redis-url.schema.js';

const usdPerMillion = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be a decimal number of dollars, such as 0.15')
  .optional();

/** So many workers there are at most. */
const MAX_WORKERS = 64;

const workerCount = z.union(
  [z.literal('auto').transform(() => Math.min(availableProcessors(), MAX_WORKERS)), integer(1, MAX_WORKERS)],
  `must be auto or a whole number from 1 to ${MAX_WORKERS}`,
);

/** So many processes of ffmpeg there are at most for each kind of work. */
const MAX_FFMPEG = 1024;

const encryptionKey = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits (32 bytes), for example from: openssl rand -hex 32');

/** The rules of settings that are secrets, or have one in them, as the address of a database has a password. */
const secretRules = z.registry<{ readonly isSecret: true }>();

/** What is set is shown to nobody, only that it is. */
function secret<Rule extends z.ZodType>(rule: Rule): Rule {
  secretRules.add(rule, { isSecret: true });
  return rule;
}

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
    workers: workerCount
      .default(1)
      .describe(
        'How many processes serve `PORT` together: 1 to 64, or `auto`, as many as there are processors. With more than 1 the first process serves nothing itself, but starts the others, and starts one that dies again ([docs/scaling.md](scaling.md#workers)).',
      ),
    allowed_ips: addressesSchema
      .optional()
      .describe(
        'Addresses and CIDR ranges that may call, separated by commas; others get a 403. Health probes are answered to everybody. Unset: every address.',
      ),
    trusted_proxies: addressesSchema
      .default([])
      .describe(
        'Addresses and CIDR ranges of reverse proxies, separated by commas. `X-Forwarded-For` is believed as far as they have written it, for the ledger, `ALLOWED_IPS` and `MAX_WRONG_KEYS_PER_MINUTE`; and `X-Forwarded-Proto`, for signing in. Unset: nobody is believed.',
      ),
    cors_origins: originsSchema
      .default(['*'])
      .describe(
        'Origins whose pages may call the audio API from a browser, separated by commas: `https://app.example.com`; `*` is all, `none` none. The admin API is never open to pages of other origins.',
      ),
    custom_hosts: texts
      .pipe(z.array(apiBaseSchema))
      .default([])
      .describe(
        'Base URLs, separated by commas, that callers may name in `x-portkey-custom-host`, each with every path below it: `https://stt.example.com/v1`. Only keys with `allow_provider_keys` may, and no stored credential is sent there. They may be inner addresses.',
      ),
    allow_private_api_bases: flag(true).describe(
      'Whether providers may be called at private addresses (`10.0.0.0/8`, loopback and the like), by whatever name, as servers of your own often are. Link-local addresses and cloud metadata never are. Decided when a connection is made, for what the name resolves to then.',
    ),
    litellm_headers: flag(false).describe(
      "Whether answers have LiteLLM's headers (`x-litellm-call-id`, `x-litellm-response-cost`, ...) beside our own, also where the path is not one of LiteLLM's behind `/litellm`.",
    ),
    raw_exchanges: flag(false).describe(
      "Whether clients that come as Bifrost's see in `extra_fields` what was sent to the provider and what it answered: its own words, ids and limits, without headers and audio.",
    ),
    budget_unknown_cost: z
      .enum(['refuse', 'allow'], 'must be refuse or allow')
      .default('refuse')
      .describe(
        'What becomes of a request to which a budget applies, where nobody knows what it would cost or how long its recording is: a 403, or `allow`, which lets it in while anything is left.',
      ),
    limit_counters: z
      .enum(['auto', 'memory', 'database', 'redis'], 'must be auto, memory, database or redis')
      .default('auto')
      .describe(
        'Where is counted what requests take of `limits`. `auto`: in Redis where there is a `REDIS_URL`; else in memory as long as the gateway is alone on its database, and in the database while there are others, and always where `WORKERS` is more than 1. `memory`: each gateway, and each of its workers, counts for itself, and forgets it when it stops. `database`, `redis`: always there. All gateways on one database need the same.',
      ),
    max_concurrent_requests: integer(1, 1_000_000)
      .default(1000)
      .describe('How many requests are served at once; one more gets a 503 with `retry-after`.'),
    max_wrong_keys_per_minute: integer(1, 1_000_000)
      .default(600)
      .describe(
        'Wrong keys that one address (of IPv6: one network of 64 bits) may send in a minute; more get a 429 with `retry-after`, a second late. Valid keys are served all the same.',
      ),
    shutdown_timeout_seconds: integer(0, 3600)
      .default(60)
      .describe(
        'How long running requests may take to finish after SIGTERM or SIGINT; what is left is cut off and the exit code is 1. Writing the ledger may take ten seconds more; what is left of it then stays in the journal for the next start.',
      ),
  }),
  'Configuration file': z.object({
    config_file: z
      .string()
      .optional()
      .describe('Path of the file, relative to the working folder. Unset: none. `--config` on the command line wins.'),
    strict_config: flag(false).describe(
      'Whether everything that is told of the file stops the start: entries that are left out, keys that are ignored, deployments that are switched off.',
    ),
  }),
  Prices: z.object({
    prices_file: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Path of a price list of your own, YAML or JSON, relative to the working folder. It comes before the built-in prices, and a deployment's own `price` before both. Unset: none.",
      ),
  }),
  Routing: gatewayRoutingSchema.omit({ cache_seconds: true }).extend({
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
    database_url: secret(
      z
        .string()
        .regex(/^postgres(ql)?:\/\//, 'must start with postgresql://')
        .optional()
        .describe(
          'PostgreSQL to use: `postgresql://user:password@host:5432/database`. Unset: an embedded PostgreSQL in `DATA_DIR/postgres`. The role must own the database or be allowed to create tables in its schema `public`; migrations run at every start.',
        ),
    ),
    direct_database_url: secret(
      z
        .string()
        .regex(/^postgres(ql)?:\/\//, 'must start with postgresql://')
        .optional()
        .describe(
          'The same database without a pool such as PgBouncer between, for migrations and to hear at once what other gateways change. Unset: `DATABASE_URL`. Needs `DATABASE_URL`.',
        ),
    ),
    database_connect_timeout_seconds: decimal(0, 86_400)
      .default(60)
      .describe(
        'How long a start waits for a database that cannot be reached yet. `0`: not at all. A wrong password, a missing database or right ends the start at once.',
      ),
    database_timeout_seconds: decimal(0.1, 60)
      .default(2)
      .describe(
        'How long a request may wait for the database; then it gets a 503 `database_unavailable`. As soon as one has waited in vain, no other waits until the database answers again.',
      ),
    auth_grace_seconds: decimal(0, 604_800)
      .default(3600)
      .describe(
        'How long a virtual key, a client token, a session or a saved config goes on while the database is away, from the moment at which the database has last confirmed it. Wrong ones stay refused for as long. `0`: the database is asked for every request.',
      ),
    journal_fsync: z
      .enum(fsyncModes, 'must be never, interval or always')
      .default('never')
      .describe(
        "When the ledger's journal in `DATA_DIR/journal` is brought from the system's memory to the disk. `never`: when the system likes; nothing is lost when the gateway is killed. `interval`: once a second. `always`: before an answer's last byte, so that nothing is lost when the machine loses power; each answer waits for the disk.",
      ),
    ledger_mode: z
      .enum(ledgerModes, 'must be journal or direct')
      .default('journal')
      .describe(
        "When an answer's last byte goes out. `journal`: when its log is in the journal in `DATA_DIR`, which outlives the process and not the disk. `direct`: when its log is in PostgreSQL, for nodes whose disks are gone with them; each answer waits for the database, and while that is away requests get a 503 `ledger_unavailable`.",
      ),
    journal_max_mb: decimal(0.01, 1_000_000)
      .default(1024)
      .describe(
        "What the ledger's journal may take on the disk while the database is away, in MiB. Beyond it requests get a 503 `ledger_unavailable`, because what cannot be recorded is not served.",
      ),
    store_transcripts: flag(true).describe(
      'Whether the ledger keeps transcripts. Switching it off does not delete those that are kept. Audio is never kept.',
    ),
    log_retention_days: integer(1, 36_500)
      .optional()
      .describe(
        'How long logs are kept at least: a calendar month (in UTC) of which every day is older is dropped as a whole, with its transcripts, cached answers and feedback. What keys have spent and the sums for analytics stay. Unset: for ever.',
      ),
    audit_retention_days: integer(1, 36_500)
      .optional()
      .describe(
        'How long audit events are kept; older ones are deleted once a day, which leaves an event. Unset: for ever.',
      ),
  }),
  Cache: gatewayRoutingSchema.pick({ cache_seconds: true }).extend({
    cache_transcripts: onOrOff
      .optional()
      .describe(
        'Whether answers may be cached at all: a cached answer is a kept transcript. Unset: as `STORE_TRANSCRIPTS`. `true` caches although the ledger keeps no transcripts, `false` never.',
      ),
    cache_max_mb: decimal(0.01, 1_000_000)
      .default(256)
      .describe(
        'What all cached answers together may take in the database, in MiB; beyond it those go that were not used for longest. One that alone would take more than a tenth of it is not kept.',
      ),
  }),
  Redis: z.object({
    redis_url: secret(
      redisUrlSchema
        .optional()
        .describe(
          'Redis or Valkey, in which gateways count limits together: `redis://user:password@host:6379/0`, `rediss://` for TLS, `unix:///path/to/redis.sock?database=0`, `redis+sentinel://user:password@host:26379,host:26379/master-name/0`, `redis+cluster://user:password@host:6379,host:6379`. What is special in a user name or password is percent-encoded. Unset: none is used. While it is away, the gateway goes on without it.',
        ),
    ),
    redis_sentinel_password: secret(
      z
        .string()
        .min(1)
        .optional()
        .describe('What sentinels want to hear, where they want another password. Unset: none.'),
    ),
    redis_namespace: z
      .string()
      .regex(/^[A-Za-z0-9_.:-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, colons, hyphens and underscores')
      .default('auricle')
      .describe(
        'How the names of all keys in Redis begin, in braces: gateways on one database have the same, and others another one.',
      ),
    redis_timeout_seconds: decimal(0.01, 60)
      .default(0.5)
      .describe(
        'How long a request may wait for Redis. As soon as one has waited in vain, no other waits until Redis answers again.',
      ),
  }),
  Secrets: z.object({
    master_key: secret(
      apiKeySchema
        .min(4, 'must have at least 4 characters')
        .optional()
        .describe(
          'Opens the admin API, and may call the audio API with every model. At least 4 printable ASCII characters without spaces. Unset: generated once and kept in `DATA_DIR/master-key`, mode 0600.',
        ),
    ),
    encryption_key: secret(
      encryptionKey
        .optional()
        .describe(
          'Encrypts provider keys in the database (AES-256-GCM): 64 hexadecimal digits, for example from `openssl rand -hex 32`. Unset: generated once and kept in `DATA_DIR/encryption-key`, mode 0600.',
        ),
    ),
    encryption_key_previous: secret(
      texts
        .pipe(z.array(encryptionKey).max(10, 'must have at most 10 keys'))
        .default([])
        .describe(
          'Keys beside the current one, separated by commas, with which provider keys in the database can still be read: while `auricle rotate-encryption-key` gives them the current one.',
        ),
    ),
    show_master_key: flag(true).describe(
      'Whether the start banner shows a master key that the gateway has generated, on a terminal. Everywhere else it only says where the key is.',
    ),
  }),
  'Signing in': z.object({
    session_idle_minutes: integer(5, 525_600)
      .default(480)
      .describe(
        'How long whoever is signed in to the dashboard stays so without doing anything, to the minute. A change holds for those who are signed in, too.',
      ),
    session_hours: integer(1, 8760)
      .default(168)
      .describe('How long whoever signs in to the dashboard stays so at most, whatever they do.'),
    allow_insecure_sign_in: flag(false).describe(
      'Whether people may sign in to the dashboard over plain http from other machines, where whoever listens on the way can take their session. On `localhost` they always may.',
    ),
    oidc_issuers: secret(
      oidcIssuersSchema
        .optional()
        .describe(
          'Who says by OpenID Connect who people are, and which roles those have: a list in JSON, as `docs/configuration.md` says under OpenID Connect. Needs `PUBLIC_URL`.',
        ),
    ),
    public_url: publicUrlSchema
      .optional()
      .describe(
        'Where browsers reach the gateway, such as `https://auricle.example.com`: issuers send people back there. No header of a request decides that.',
      ),
  }),
  Uploads: z.object({
    max_file_size_mb: decimal(0.001, 1_000_000)
      .default(100)
      .describe("Larger audio files are refused with 413. In MiB. A provider's own limit also applies."),
    max_chat_body_mb: decimal(0.001, 1024)
      .default(50)
      .describe(
        'Larger bodies of `/v1/chat/completions` are refused with 413. In MiB. Recordings in them are base64, which is a third larger than they are; each may also be no larger than `MAX_FILE_SIZE_MB`.',
      ),
    upload_memory_mb: decimal(0, 1_000_000)
      .default(128)
      .describe(
        'What all uploads that are being served may take in memory together, in MiB. Recordings that find no room go to files in `DATA_DIR/uploads`, however small they are. They leave a quarter of it to speaker references and chats, which cannot go to files: when that is used up, they get a 503 with `retry-after`. What was taken once is kept for later uploads.',
      ),
  }),
  ffmpeg: z.object({
    ffmpeg_path: z
      .string()
      .default('ffmpeg')
      .describe(
        'The program ffmpeg, which makes formats of speech that a provider does not give, such as `mp3` of the samples of Gemini: a path, or a name that is looked for in `PATH`. Where it is not there, such formats are refused. It also makes FLAC or Opus of recordings that no deployment takes (`TRANSCODE`). Empty: it is not looked for.',
      ),
    ffmpeg_recordings: integer(1, MAX_FFMPEG)
      .optional()
      .describe(
        'How many recordings it works on at once, each with one processor and behind everything else that the machine does; more wait. Not set: as many as there are processors, but one.',
      ),
    ffmpeg_timeout_seconds: decimal(0.1, 86_400)
      .default(300)
      .describe(
        "How long it may work on one recording, beside the request's deadline. What takes longer fails with 502 `transcoding_failed`.",
      ),
    ffmpeg_max_output_mb: decimal(0.001, 1_000_000)
      .default(1024)
      .describe(
        "What it may make of one recording at most, in MiB; a model's own limit applies as well. A recording of which nothing so small can be made is refused as where there is no ffmpeg.",
      ),
    ffmpeg_streams: integer(1, MAX_FFMPEG)
      .default(32)
      .describe('How many answers in speech it makes another format of at once, as they come; more wait.'),
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
      .refine((url) => !/[?#]|\/chat\/completions$/i.test(url), 'must be a base URL such as https://api.openai.com/v1')
      .optional()
      .describe('Base URL, such as `https://api.openai.com/v1`. Needs `TRANSLATION_MODEL`.'),
    translation_model: z.string().optional().describe('Name of the chat model. Needs `TRANSLATION_API_BASE`.'),
    translation_api_key: secret(apiKeySchema.optional().describe('Sent as a bearer token. Unset: no key is sent.')),
    translation_zero_retention: flag(false).describe(
      'Whether the translation model keeps nothing of what it is sent, by contract or because the server is yours. Only then are requests with zero retention translated in two steps.',
    ),
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
  Alerts: z.object({
    key_expiry_alert_days: integer(1, 3650)
      .default(7)
      .describe(
        'How many days before a virtual key expires `key.expiring` is sent to the alerts that want it; once more it is sent a day before.',
      ),
  }),
  Metrics: z.object({
    metrics_port: integer(0, 65_535)
      .optional()
      .describe(
        'TCP port on which `/metrics` is served by itself, at `HOST` and to `ALLOWED_IPS`; without a key, unless there is `METRICS_TOKEN`. `0` takes any free one and a log line says which. Unset: `/metrics` is on `PORT` only.',
      ),
    metrics_token: secret(
      apiKeySchema
        .min(16, 'must have at least 16 characters')
        .optional()
        .describe(
          'Opens `/metrics` and nothing else: sent as `Authorization: Bearer ...`. At least 16 printable ASCII characters without spaces. Unset: on `PORT` only the master key does.',
        ),
    ),
    metrics_key_label: flag(false).describe(
      'Whether `/metrics` also counts requests, audio and cost by virtual key: three or more series for each, for a thousand keys at most.',
    ),
    metrics_team_label: flag(false).describe('The same by team, for a thousand teams at most.'),
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
    ...settingSections.Prices.shape,
    ...settingSections.Routing.shape,
    ...settingSections.Storage.shape,
    ...settingSections.Cache.shape,
    ...settingSections.Redis.shape,
    ...settingSections.Secrets.shape,
    ...settingSections['Signing in'].shape,
    ...settingSections.Uploads.shape,
    ...settingSections.ffmpeg.shape,
    ...settingSections['Recordings by address'].shape,
    ...settingSections['Translation model'].shape,
    ...settingSections.Sandbox.shape,
    ...settingSections.Alerts.shape,
    ...settingSections.Metrics.shape,
    ...settingSections.Logs.shape,
  })
  .superRefine(checkPartners)
  .superRefine(checkPublicUrl)
  .superRefine(checkCounters)
  .transform(withRoom);

/** What an operator has set, and the defaults of the rest. */
export type Settings = z.output<typeof settingsSchema>;
/** Some settings as variables or the configuration file say them. */
export type SaidSettings = Partial<z.input<typeof settingsSchema>>;

/** Settings that mean nothing, or something else, without others. */
const partners = [
  ['direct_database_url', 'database_url'],
  ['translation_model', 'translation_api_base'],
  ['translation_api_base', 'translation_model'],
  ['translation_api_key', 'translation_api_base'],
  ['translation_input_usd_per_million', 'translation_output_usd_per_million'],
  ['translation_output_usd_per_million', 'translation_input_usd_per_million'],
  ['translation_input_usd_per_million', 'translation_model'],
  ['oidc_issuers', 'public_url'],
  ['redis_sentinel_password', 'redis_url'],
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

function checkCounters(
  { limit_counters, redis_url }: { limit_counters: string; redis_url?: unknown },
  context: z.RefinementCtx,
): void {
  if (limit_counters !== 'redis' || redis_url !== undefined) return;
  context.addIssue({ code: 'custom', path: ['limit_counters'], message: 'needs REDIS_URL as well to be redis' });
}

/** People are sent back there with what signs them in. */
function checkPublicUrl(
  { public_url, allow_insecure_sign_in }: { public_url?: string; allow_insecure_sign_in: boolean },
  context: z.RefinementCtx,
): void {
  if (public_url === undefined || allow_insecure_sign_in || isPrivateOrigin(public_url)) return;
  const message = 'must be https, or http on localhost; ALLOW_INSECURE_SIGN_IN=true allows http everywhere';
  context.addIssue({ code: 'custom', path: ['public_url'], message });
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

const rules: ReadonlyMap<string, z.ZodType> = new Map(Object.entries(settingsSchema.in.shape));

/** Whether a setting is a secret, or has one in it. */
export function isSecretSetting(setting: string): boolean {
  const rule = rules.get(setting);
  return rule !== undefined && secretRules.has(rule);
}

/** What a setting means, with its range. */
export function meaningOf(setting: string): string {
  let description: string | undefined;
  // What is noted of a rule or of the rules in it, the outermost first.
  for (let rule: z.core.$ZodType | undefined = rules.get(setting); rule; rule = ruleIn(rule)) {
    const facts = z.globalRegistry.get(rule);
    description ??= facts?.description;
    const range = facts?.['range'];
    if (typeof range === 'string') return `${description} ${range}.`;
  }
  if (description === undefined) throw new Error(`${setting} has no description`);
  return description;
}

/** The rule that another one is made of. */
export function ruleIn(rule: z.core.$ZodType): z.core.$ZodType | undefined {
  if (rule instanceof z.ZodPipe) return rule.in;
  if (rule instanceof z.ZodDefault || rule instanceof z.ZodOptional) return rule.unwrap();
  return undefined;
}

/** The environment variable of a setting. */
export function variableOf(setting: string): string {
  return setting.toUpperCase();
}
