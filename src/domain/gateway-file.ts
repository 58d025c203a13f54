import type { FailureReason } from './errors.js';
import type { Price } from './price.js';

/** The providers that a gateway file can name, by the names that deployments use. */
export const gatewayFileProviders = [
  'openai',
  'azure',
  'groq',
  'deepgram',
  'fireworks',
  'elevenlabs',
  'assemblyai',
  'mistral',
  'gemini',
  'together',
  'deepinfra',
  'cloudflare',
  'openai-compatible',
] as const;
export type GatewayFileProvider = (typeof gatewayFileProviders)[number];

/** The routing strategies that a gateway file can choose. `order` of the deployments comes before any of them. */
export const gatewayFileStrategies = [
  'weighted',
  'least-busy',
  'lowest-latency',
  'lowest-cost',
  'usage-based',
] as const;
export type GatewayFileStrategy = (typeof gatewayFileStrategies)[number];

/** Where in a gateway file something is written. */
export interface GatewayFileLocation {
  /** As it was given; an included file's starts with the folder of the file that includes it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** Such as `model_list[0].litellm_params.model`; empty for the file itself. */
  readonly path: string;
}

/** Something wrong, or worth knowing, at one place of a gateway file. The message never holds a value of the file. */
export interface GatewayFileProblem extends GatewayFileLocation {
  readonly message: string;
}

/** One entry of the file: a way to serve a public model. */
export interface GatewayFileDeployment {
  /** The explicit id (`model_info.id`), unique in the file; absent = the gateway chooses one. */
  readonly id?: string;
  readonly provider: GatewayFileProvider;
  /** The provider's name for the model, without the prefix that named the provider. For azure: the deployment's name. */
  readonly upstreamModel: string;
  /** The provider's secret in the clear; never logged, never serialised. */
  readonly apiKey?: string;
  /** Overrides the provider's base URL; http or https, without a trailing slash. */
  readonly apiBase?: string;
  /** Azure's `api-version`. */
  readonly apiVersion?: string;
  /** OpenAI's organisation to bill. */
  readonly organization?: string;
  /** Relative share of the traffic, 0 to 1000, not always a whole number. */
  readonly weight?: number;
  /** Lower levels are tried first; absent = after every level. */
  readonly order?: number;
  /** Requests per minute that the deployment may get. */
  readonly rpm?: number;
  readonly maxParallelRequests?: number;
  /** For one attempt. */
  readonly timeoutMs?: number;
  /** For one attempt that streams. */
  readonly streamTimeoutMs?: number;
  /** Further attempts on this deployment after one has failed. */
  readonly maxRetries?: number;
  readonly cooldownMs?: number;
  /** Larger files are not sent to this deployment. */
  readonly maxFileBytes?: number;
  /** Whether request fields that the deployment cannot honour may be left out, for the whole model. */
  readonly dropParams?: boolean;
  /** Overrides the price data file. */
  readonly price?: Price;
  /** The model behind an upstream name that does not say it, for capabilities and price: `whisper-1`. */
  readonly baseModel?: string;
  /** What the file says the model is for; absent = not said. */
  readonly mode?: 'audio_transcription';
  /** Every other parameter, by the file's own names, for the provider to check. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Where the entry is written, for problems that are found later. */
  readonly declaredAt: GatewayFileLocation;
}

/** What a model group's alias stands for. An alias is looked up before the models. */
export interface GatewayFileAlias {
  readonly model: string;
  /** Not shown in the list of models. */
  readonly hidden: boolean;
}

/** How the gateway chooses and what it does about failures; absent = the gateway's default. */
export interface GatewayFileRouting {
  readonly strategy?: GatewayFileStrategy;
  /** Models to try after a model, in order; `defaultFallbacks` come after them. */
  readonly fallbacks: ReadonlyMap<string, readonly string[]>;
  readonly defaultFallbacks: readonly string[];
  /** How many fallback models one request may try. */
  readonly maxFallbacks?: number;
  /** Further attempts on a deployment after the first has failed. */
  readonly numRetries?: number;
  /** Shortest wait before a retry. */
  readonly retryAfterMs?: number;
  /** Further attempts by reason; `default` is for the reasons without an entry and wins over `numRetries`. */
  readonly retryPolicy: Readonly<Partial<Record<FailureReason | 'default', number>>>;
  /** Failures in a row that a deployment may have before the next one cools it down. */
  readonly allowedFails?: number;
  readonly cooldownMs?: number;
  /** No deployment ever cools down. */
  readonly cooldownsDisabled?: boolean;
  /** For a whole request. */
  readonly timeoutMs?: number;
  /** For a whole request that streams. */
  readonly streamTimeoutMs?: number;
  /** For deployments that do not say their own. */
  readonly defaultMaxParallelRequests?: number;
  readonly modelGroupAliases: ReadonlyMap<string, GatewayFileAlias>;
  readonly enablePreCallChecks?: boolean;
  /** For deployments that do not say their own. */
  readonly dropParams?: boolean;
}

/** The gateway's own settings; absent = what the environment says. */
export interface GatewayFileGeneral {
  /** In the clear; never logged, never serialised. */
  readonly masterKey?: string;
  /** With its password; never logged, never serialised. */
  readonly databaseUrl?: string;
  readonly maxRequestSizeMb?: number;
  /** Addresses and CIDR ranges that may call; absent = every address. */
  readonly allowedIps?: readonly string[];
  readonly storeTranscripts?: boolean;
  readonly backgroundHealthChecks?: boolean;
  readonly healthCheckIntervalMs?: number;
}

/** What a gateway file says, whatever grammar it is written in. */
export interface GatewayFile {
  /** Deployments by public model name, in the order of the file. No model is without one. */
  readonly models: ReadonlyMap<string, readonly GatewayFileDeployment[]>;
  readonly routing: GatewayFileRouting;
  readonly general: GatewayFileGeneral;
}
