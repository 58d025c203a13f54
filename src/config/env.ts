import { resolve } from 'node:path';
import { z } from 'zod';
import type { Price } from '../domain/price.js';
import type { GatewayFile } from '../domain/gateway-file.js';
import { routingStrategies, type GatewayRouting } from '../domain/routing.js';

const MEBIBYTE = 1024 * 1024;

const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'], 'must be true or false')
    .transform((text) => ['true', '1', 'yes', 'on'].includes(text))
    .default(fallback);

const integer = (fallback: number, minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must be a whole number from ${minimum} to ${maximum}`)
    .default(fallback);

const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  )
  .default([]);

const usdPerMillion = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be a decimal number of dollars, such as 0.15')
  .optional();

/** Every variable with its rule and default, except those of providers. `docs/configuration.md` is checked against it. */
export const environmentSchema = z.object({
  PORT: integer(4000, 0, 65_535),
  HOST: z.string().default('0.0.0.0'),
  DATA_DIR: z.string().default('.data'),
  CONFIG_FILE: z.string().optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgresql://')
    .optional(),
  SHOW_MASTER_KEY: flag(true),
  MASTER_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces, because it travels in an HTTP header')
    .min(4, 'must have at least 4 characters')
    .optional(),
  ENCRYPTION_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits (32 bytes), for example from: openssl rand -hex 32')
    .optional(),
  STORE_TRANSCRIPTS: flag(true),
  SANDBOX: flag(true),
  MAX_FILE_SIZE_MB: integer(100, 1, 10_000),
  UPLOAD_MEMORY_MB: integer(4, 0, 1024),
  REQUEST_TIMEOUT_SECONDS: integer(600, 1, 86_400),
  MAX_REQUEST_TIMEOUT_SECONDS: integer(3600, 1, 86_400),
  ATTEMPT_TIMEOUT_SECONDS: integer(600, 1, 86_400),
  CONNECT_TIMEOUT_SECONDS: integer(10, 1, 600),
  ROUTING_STRATEGY: z.enum(routingStrategies).default('weighted'),
  MAX_RETRIES: integer(2, 0, 10),
  BACKOFF_BASE_MS: integer(500, 0, 600_000),
  BACKOFF_MAX_MS: integer(8000, 0, 600_000),
  DEFAULT_FALLBACKS: list,
  MAX_FALLBACKS: integer(5, 0, 100),
  ALLOWED_FAILURES: integer(3, 1, 1000),
  COOLDOWN_SECONDS: integer(30, 0, 3600),
  HEALTH_CHECK_INTERVAL_SECONDS: integer(0, 0, 86_400),
  HEDGING: flag(false),
  MOCK_TESTING_FALLBACKS: flag(false),
  DROP_PARAMS: flag(false),
  FETCH_URLS: flag(false),
  URL_FETCH_ALLOWED_HOSTS: list,
  TRANSLATION_API_BASE: z
    .string()
    .regex(/^https?:\/\/[^\s@]+$/, 'must be an http or https URL without credentials')
    .optional(),
  TRANSLATION_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .optional(),
  TRANSLATION_MODEL: z.string().optional(),
  TRANSLATION_INPUT_USD_PER_MILLION: usdPerMillion,
  TRANSLATION_OUTPUT_USD_PER_MILLION: usdPerMillion,
  SHUTDOWN_TIMEOUT_SECONDS: integer(60, 0, 3600),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).optional(),
});

/** The chat model that translates what deployments without a translation of their own have transcribed. */
export interface TranslationSettings {
  /** Base URL of an OpenAI-compatible API, without a trailing slash. */
  readonly apiBase: string;
  readonly apiKey?: string;
  readonly model: string;
  /** Per million tokens; absent = unknown, and so is the cost of every translation. */
  readonly price?: Price;
}

/** Everything that can be set from outside, read once at start and frozen. */
export interface Config {
  /** TCP port; 0 = any free one. */
  readonly port: number;
  readonly host: string;
  /** Addresses and CIDR ranges that may call; absent = every address. */
  readonly allowedIps?: readonly string[];
  /** Path of the gateway file; absent = none. */
  readonly configFile?: string;
  /** Absolute path: generated secrets, the embedded database, temporary uploads. */
  readonly dataDir: string;
  /** PostgreSQL to use; absent = the embedded one. */
  readonly databaseUrl?: string;
  /** Absent = generated once and kept in the data folder. */
  readonly masterKey?: string;
  /** Whether the start banner shows the master key; off where the output is collected. */
  readonly showMasterKey: boolean;
  /** 64 hexadecimal digits; absent = generated once and kept in the data folder. */
  readonly encryptionKey?: string;
  readonly storeTranscripts: boolean;
  /** Whether the built-in provider that needs no key is offered. */
  readonly sandbox: boolean;
  /** Time between two rounds of background checks of deployments; 0 = none. */
  readonly healthCheckIntervalMs: number;
  readonly maxFileBytes: number;
  /** Uploads up to this size stay in memory; larger ones go to a temporary file. */
  readonly uploadMemoryBytes: number;
  /** How long connecting to a provider may take. */
  readonly connectTimeoutMs: number;
  /** Deadlines, retries, fallbacks and strategy of every model that does not set its own. */
  readonly routing: GatewayRouting;
  /** What of {@link routing} variables say; the rest are defaults, and a gateway file may replace those. */
  readonly routingFromVariables: ReadonlySet<string>;
  /** Whether the gateway fetches recordings whose address was sent, for deployments that take files only. */
  readonly fetchUrls: boolean;
  /** `host` or `host:port` that may be fetched from although it is not public, or not on port 80 or 443. */
  readonly urlFetchAllowedHosts: readonly string[];
  /** Absent = only models that translate themselves serve translations. */
  readonly translation?: TranslationSettings;
  /** How long in-flight requests may take to finish after SIGTERM. */
  readonly shutdownTimeoutMs: number;
  readonly logLevel: string;
  readonly logFormat: 'json' | 'pretty';
  /** Every variable that is none of the gateway's own, by name: providers know their own names of keys and base URLs. */
  readonly providerVariables: Readonly<Record<string, string>>;
}

/** Thrown for settings that cannot be used. Names variables, never values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration from environment variables (documented in `.env.example`). An empty variable counts as unset.
 * A variable wins over what the gateway file says.
 * @throws ConfigError naming every variable that is wrong
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env, file?: GatewayFile): Config {
  const variables = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim())),
  );
  const parsed = environmentSchema.superRefine(checkTranslation).safeParse(variables);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new ConfigError(`The environment cannot be used: ${problems.join('; ')}`);
  }
  const env = parsed.data;
  return Object.freeze({
    port: env.PORT,
    host: env.HOST,
    configFile: env.CONFIG_FILE,
    dataDir: resolve(env.DATA_DIR),
    allowedIps: file?.general.allowedIps,
    databaseUrl: env.DATABASE_URL ?? file?.general.databaseUrl,
    masterKey: env.MASTER_KEY ?? file?.general.masterKey,
    showMasterKey: env.SHOW_MASTER_KEY,
    encryptionKey: env.ENCRYPTION_KEY,
    storeTranscripts:
      fileUnless(variables, 'STORE_TRANSCRIPTS', file?.general.storeTranscripts) ?? env.STORE_TRANSCRIPTS,
    sandbox: env.SANDBOX,
    healthCheckIntervalMs:
      fileUnless(variables, 'HEALTH_CHECK_INTERVAL_SECONDS', healthCheckIntervalOf(file)) ??
      env.HEALTH_CHECK_INTERVAL_SECONDS * 1000,
    maxFileBytes: Math.floor(
      (fileUnless(variables, 'MAX_FILE_SIZE_MB', file?.general.maxRequestSizeMb) ?? env.MAX_FILE_SIZE_MB) * MEBIBYTE,
    ),
    uploadMemoryBytes: env.UPLOAD_MEMORY_MB * MEBIBYTE,
    connectTimeoutMs: env.CONNECT_TIMEOUT_SECONDS * 1000,
    routing: Object.freeze({
      routing_strategy: env.ROUTING_STRATEGY,
      default_fallbacks: env.DEFAULT_FALLBACKS,
      max_fallbacks: env.MAX_FALLBACKS,
      request_timeout_seconds: env.REQUEST_TIMEOUT_SECONDS,
      max_request_timeout_seconds: Math.max(env.MAX_REQUEST_TIMEOUT_SECONDS, env.REQUEST_TIMEOUT_SECONDS),
      attempt_timeout_seconds: env.ATTEMPT_TIMEOUT_SECONDS,
      max_retries: env.MAX_RETRIES,
      backoff_base_ms: env.BACKOFF_BASE_MS,
      backoff_max_ms: env.BACKOFF_MAX_MS,
      allowed_failures: env.ALLOWED_FAILURES,
      cooldown_seconds: env.COOLDOWN_SECONDS,
      hedging: env.HEDGING,
      mock_testing_fallbacks: env.MOCK_TESTING_FALLBACKS,
      drop_params: env.DROP_PARAMS,
    }),
    routingFromVariables: new Set(
      Object.entries(routingVariables).flatMap(([setting, name]) => (name in variables ? [setting] : [])),
    ),
    fetchUrls: env.FETCH_URLS,
    urlFetchAllowedHosts: Object.freeze(env.URL_FETCH_ALLOWED_HOSTS),
    translation: translationOf(env),
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_SECONDS * 1000,
    logLevel: env.LOG_LEVEL,
    logFormat: env.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json'),
    providerVariables: Object.freeze(
      Object.fromEntries(
        Object.entries(variables)
          .filter(([name]) => !Object.hasOwn(environmentSchema.shape, name))
          .map(([name, value]) => [name, value.trim()]),
      ),
    ),
  });
}

type Environment = z.infer<typeof environmentSchema>;

/** The variables of routing that a gateway file has a word for as well. */
const routingVariables = {
  routing_strategy: 'ROUTING_STRATEGY',
  default_fallbacks: 'DEFAULT_FALLBACKS',
  max_fallbacks: 'MAX_FALLBACKS',
  request_timeout_seconds: 'REQUEST_TIMEOUT_SECONDS',
  max_retries: 'MAX_RETRIES',
  allowed_failures: 'ALLOWED_FAILURES',
  cooldown_seconds: 'COOLDOWN_SECONDS',
  drop_params: 'DROP_PARAMS',
} as const satisfies Partial<Record<keyof GatewayRouting, keyof Environment>>;

/** Variables that mean nothing, or something else, without others. */
const translationPartners = [
  ['TRANSLATION_MODEL', 'TRANSLATION_API_BASE'],
  ['TRANSLATION_API_BASE', 'TRANSLATION_MODEL'],
  ['TRANSLATION_API_KEY', 'TRANSLATION_API_BASE'],
  ['TRANSLATION_INPUT_USD_PER_MILLION', 'TRANSLATION_OUTPUT_USD_PER_MILLION'],
  ['TRANSLATION_OUTPUT_USD_PER_MILLION', 'TRANSLATION_INPUT_USD_PER_MILLION'],
  ['TRANSLATION_INPUT_USD_PER_MILLION', 'TRANSLATION_MODEL'],
] as const;

function checkTranslation(env: Environment, context: z.RefinementCtx): void {
  for (const [name, partner] of translationPartners) {
    if (env[name] !== undefined && env[partner] === undefined) {
      context.addIssue({ code: 'custom', path: [name], message: `needs ${partner} as well` });
    }
  }
}

function translationOf(env: Environment): TranslationSettings | undefined {
  const { TRANSLATION_API_BASE: apiBase, TRANSLATION_MODEL: model, TRANSLATION_API_KEY: apiKey } = env;
  if (apiBase === undefined || model === undefined) return undefined;
  const { TRANSLATION_INPUT_USD_PER_MILLION: text_input_usd, TRANSLATION_OUTPUT_USD_PER_MILLION: output_usd } = env;
  const isPriced = text_input_usd !== undefined && output_usd !== undefined;
  return Object.freeze<TranslationSettings>({
    apiBase: apiBase.replace(/\/+$/, ''),
    apiKey,
    model,
    // A chat hears nothing, so the price of audio does not matter.
    price: isPriced ? { type: 'tokens', audio_input_usd: '0', text_input_usd, output_usd } : undefined,
  });
}

/** LiteLLM checks every five minutes where it is only told to check. */
const DEFAULT_HEALTH_CHECK_INTERVAL_MS = 300_000;

function healthCheckIntervalOf(file: GatewayFile | undefined): number | undefined {
  if (file?.general.backgroundHealthChecks === undefined) return undefined;
  return file.general.backgroundHealthChecks
    ? (file.general.healthCheckIntervalMs ?? DEFAULT_HEALTH_CHECK_INTERVAL_MS)
    : 0;
}

/** What the file says, unless a variable says it. */
function fileUnless<T>(variables: Readonly<Record<string, string>>, name: string, value: T | undefined): T | undefined {
  return name in variables ? undefined : value;
}
