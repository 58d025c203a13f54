import { resolve } from 'node:path';
import { z } from 'zod';
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

/** Every variable with its rule and default, except those of providers. `docs/configuration.md` is checked against it. */
export const environmentSchema = z.object({
  PORT: integer(4000, 0, 65_535),
  HOST: z.string().default('0.0.0.0'),
  DATA_DIR: z.string().default('.data'),
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
  ROUTING_STRATEGY: z.enum(routingStrategies).default('weighted'),
  MAX_RETRIES: integer(2, 0, 10),
  DEFAULT_FALLBACKS: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    )
    .default([]),
  ALLOWED_FAILURES: integer(3, 1, 1000),
  COOLDOWN_SECONDS: integer(30, 0, 3600),
  HEALTH_CHECK_INTERVAL_SECONDS: integer(0, 0, 86_400),
  HEDGING: flag(false),
  MOCK_TESTING_FALLBACKS: flag(false),
  SHUTDOWN_TIMEOUT_SECONDS: integer(60, 0, 3600),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).optional(),
});

/** Everything that can be set from outside, read once at start and frozen. */
export interface Config {
  /** TCP port; 0 = any free one. */
  readonly port: number;
  readonly host: string;
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
  /** Deadlines, retries, fallbacks and strategy of every model that does not set its own. */
  readonly routing: GatewayRouting;
  /** How long in-flight requests may take to finish after SIGTERM. */
  readonly shutdownTimeoutMs: number;
  readonly logLevel: string;
  readonly logFormat: 'json' | 'pretty';
  /** The provider keys and base URLs found in the environment, by variable name. */
  readonly providerVariables: Readonly<Record<string, string>>;
}

/** Thrown for settings that cannot be used. Names variables, never values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration from environment variables (documented in `.env.example`). An empty variable counts as unset.
 * @throws ConfigError naming every variable that is wrong
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const variables = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim())),
  );
  const parsed = environmentSchema.safeParse(variables);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new ConfigError(`The environment cannot be used: ${problems.join('; ')}`);
  }
  const env = parsed.data;
  return Object.freeze({
    port: env.PORT,
    host: env.HOST,
    dataDir: resolve(env.DATA_DIR),
    databaseUrl: env.DATABASE_URL,
    masterKey: env.MASTER_KEY,
    showMasterKey: env.SHOW_MASTER_KEY,
    encryptionKey: env.ENCRYPTION_KEY,
    storeTranscripts: env.STORE_TRANSCRIPTS,
    sandbox: env.SANDBOX,
    healthCheckIntervalMs: env.HEALTH_CHECK_INTERVAL_SECONDS * 1000,
    maxFileBytes: env.MAX_FILE_SIZE_MB * MEBIBYTE,
    uploadMemoryBytes: env.UPLOAD_MEMORY_MB * MEBIBYTE,
    routing: Object.freeze({
      strategy: env.ROUTING_STRATEGY,
      defaultFallbacks: env.DEFAULT_FALLBACKS,
      maxFallbacks: 5,
      timeoutMs: env.REQUEST_TIMEOUT_SECONDS * 1000,
      maxTimeoutMs: Math.max(env.MAX_REQUEST_TIMEOUT_SECONDS, env.REQUEST_TIMEOUT_SECONDS) * 1000,
      attemptTimeoutMs: env.ATTEMPT_TIMEOUT_SECONDS * 1000,
      maxRetries: env.MAX_RETRIES,
      backoffBaseMs: 500,
      backoffMaxMs: 8000,
      allowedFailures: env.ALLOWED_FAILURES,
      cooldownMs: env.COOLDOWN_SECONDS * 1000,
      hedging: env.HEDGING,
      mockFallbacks: env.MOCK_TESTING_FALLBACKS,
    }),
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_SECONDS * 1000,
    logLevel: env.LOG_LEVEL,
    logFormat: env.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json'),
    providerVariables: Object.freeze(
      Object.fromEntries(
        Object.entries(variables)
          .filter(([name]) => /_(API_KEY|BASE_URL|API_BASE|ENDPOINT|ORG_ID|PROJECT_ID)$/.test(name))
          .map(([name, value]) => [name, value.trim()]),
      ),
    ),
  });
}
