import type { z } from 'zod';
import type { Capabilities } from '../domain/capabilities.js';
import type { PriceEntry } from '../domain/price.js';
import type {
  ResponseFormat,
  TranscriptionEvent,
  TranscriptionRequest,
  TranscriptionResult,
} from '../domain/transcription.js';
import type { ProviderEnvironment } from './provider-environment.js';
import type { ProviderHttp } from './provider-http.js';

/** Everything an adapter needs for one attempt. */
export interface ProviderCall<Settings = unknown> {
  readonly request: TranscriptionRequest;
  readonly upstreamModel: string;
  /**
   * The format to ask the provider for: the requested one where it is native, otherwise the richest from which the
   * requested one can be made (`planFormat`). A provider with one answer shape may ignore it.
   */
  readonly upstreamFormat: ResponseFormat;
  /** Without a trailing slash; absent = the provider's own. */
  readonly apiBase?: string;
  readonly apiKey?: string;
  readonly settings: Settings;
  /** Fires when the client has gone or the deadline has passed; every await obeys it. */
  readonly signal: AbortSignal;
}

/** A name before the slash in LiteLLM's `model`, such as `fireworks_ai` in `fireworks_ai/whisper-v3`. */
export interface ProviderPrefix {
  readonly name: string;
  /** Variables of this prefix alone; absent = the provider's. */
  readonly environment?: ProviderEnvironment;
  /** Settings that the prefix implies; those that are written win. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Who calls the servers that LiteLLM reaches with a provider's prefix and an address of their own. */
export interface Elsewhere {
  /** The hosts that are the provider itself. */
  readonly ownHosts: RegExp;
  /** The name of the provider that calls any other host. */
  readonly provider: string;
}

/** Everything that is known of a provider without calling it. */
export interface ProviderFacts<Settings = unknown> {
  /** The name in deployments, logs and prices, e.g. `openai`. */
  readonly provider: string;
  /** How people call it, e.g. `Azure OpenAI`. */
  readonly title: string;
  /** Deployment settings that the provider takes; validated when a deployment is saved. */
  readonly settings: z.ZodType<Settings>;
  /** Whether a deployment needs an API key. */
  readonly needsApiKey: boolean;
  /** The provider's public base URL; absent where every deployment must name its own. */
  readonly defaultApiBase?: string;
  /** Where key, base URL and settings are found without being configured. */
  readonly environment: ProviderEnvironment<Settings>;
  /** LiteLLM's names for it. */
  readonly prefixes: readonly ProviderPrefix[];
  /** Its own model names that LiteLLM takes without a prefix. */
  readonly bareNames?: RegExp;
  /** Whose protocol other servers speak: who calls them. Absent: any address with its prefix is the provider's. */
  readonly elsewhere?: Elsewhere;
  /** Part of the gateway: it has no address, and its models are there without a key. */
  readonly builtIn?: true;
  /** Upstream models that are known by name, best first; those that the environment offers with a key. */
  readonly knownModels: readonly string[];
  /** List prices; a model that is not among them has no known price, which is not the same as being free. */
  readonly prices: readonly PriceEntry[];
  /**
   * What the model can do in a deployment with these settings. An unknown model gets the provider's most likely answer,
   * never an exception.
   */
  capabilities(upstreamModel: string, settings?: Settings): Capabilities;
  /** The model's name in the price list, where customers give their deployments names of their own. */
  pricedAs?(upstreamModel: string, settings: Settings): string;
}

/**
 * One provider. Stateless: an adapter turns a request into the provider's wire format and its answer, or its error,
 * into ours. Retries, choice and cost are not its business.
 */
export interface ProviderAdapter<Settings = unknown> extends ProviderFacts<Settings> {
  /**
   * Serves one request and waits for the whole answer.
   * @throws ProviderError and nothing else
   */
  transcribe(call: ProviderCall<Settings>): Promise<TranscriptionResult>;
  /**
   * Serves one request event by event, as the provider sends them. Present when some model of the provider streams.
   * Exactly one `done` event ends a complete stream; the `[DONE]` terminator is not an event.
   * @throws ProviderError and nothing else
   */
  stream?(call: ProviderCall<Settings>): AsyncIterable<TranscriptionEvent>;
}

/** What a provider's folder exports and `provider-list.ts` lists. */
export type ProviderFactory<Settings = unknown> = (http: ProviderHttp) => ProviderAdapter<Settings>;
