import type { z } from 'zod';
import type { AudioSource } from '../domain/audio-source.js';
import type { Capabilities } from '../domain/capabilities.js';
import type { ChatCapabilities } from '../domain/chat.js';
import type { Discovery } from '../domain/discovery.js';
import type { PriceEntry } from '../domain/price.js';
import type { SentOptions } from '../domain/surcharge.js';
import type {
  ReportedResult,
  ResponseFormat,
  TranscriptionEvent,
  TranscriptionRequest,
} from '../domain/transcription.js';
import type { ZeroRetentionFacts } from '../domain/zero-retention.js';
import type { ApiBaseForm } from './api-base.js';
import type { ChatAnswer, ChatCall, ChatEvent } from './chat-call.js';
import type { ProviderEnvironment } from './provider-environment.js';
import type { ProviderHttp } from './provider-http.js';
import type { Speaking } from './speaking.js';

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

/** The part of a call that decides what is sent. */
export type CallToEncode<Settings = unknown> = Pick<ProviderCall<Settings>, 'request' | 'upstreamModel' | 'settings'>;

/** A deployment whose server is to be found out about, and speech to try it with. */
export interface DiscoveryCall<Settings = unknown> extends Omit<
  ProviderCall<Settings>,
  'request' | 'upstreamFormat' | 'signal'
> {
  readonly audio: AudioSource;
}

/** A name before the slash in LiteLLM's `model`, such as `fireworks_ai` in `fireworks_ai/whisper-v3`. */
export interface ProviderPrefix {
  readonly name: string;
  /** Variables of this prefix alone; absent = the provider's. */
  readonly environment?: ProviderEnvironment;
  /** Settings that the prefix implies; those that are written win. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /**
   * A public service: it is at this address where none is named, it needs a key, and its models hold chats unless their names
   * tell of something else. Absent = as the provider.
   */
  readonly chatService?: { readonly apiBase: string };
}

/** Who calls the servers that LiteLLM reaches with a provider's prefix and an address of their own. */
export interface Elsewhere {
  /** The hosts that are the provider itself. */
  readonly ownHosts: RegExp;
  /** The name of the provider that calls any other host. */
  readonly provider: string;
}

/** Something else that LiteLLM reaches with a provider's prefix. */
export interface OtherApi {
  /** How people call it. */
  readonly title: string;
  /** Its models, without the prefix. */
  readonly models: RegExp;
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
  /** How its base URLs are written; absent = with OpenAI's endpoints after them. */
  readonly apiBaseForm?: ApiBaseForm;
  /** Where key, base URL and settings are found without being configured. */
  readonly environment: ProviderEnvironment<Settings>;
  /** LiteLLM's names for it. */
  readonly prefixes: readonly ProviderPrefix[];
  /**
   * Whether a model is one for speech, as far as its name tells, where a configuration file does not say what it is for.
   * Absent: any is.
   */
  isSpeechModel?(upstreamModel: string): boolean;
  /** Whether a model that writes down speech answers chats, too, where nobody says what a deployment is for. Absent: none does. */
  alsoChats?(upstreamModel: string): boolean;
  /** Its own model names that LiteLLM takes without a prefix. */
  readonly bareNames?: RegExp;
  /** Whose protocol other servers speak: who calls them. Absent: any address with its prefix is the provider's. */
  readonly elsewhere?: Elsewhere;
  /** APIs with its prefix that are not served. */
  readonly otherApis?: readonly OtherApi[];
  /** Part of the gateway: it has no address, and its models are there without a key. */
  readonly builtIn?: true;
  /** What it keeps of what it is sent, and what keeps it from that; of what is absent nothing is known. */
  readonly zeroRetention?: ZeroRetentionFacts<Settings>;
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
  /**
   * What is sent beside the recording, by the names that it has on the wire: it decides surcharges. Absent where no option
   * costs extra.
   * @throws ProviderError as `transcribe`, for a request that is refused before anything is sent
   */
  sentOptions?(call: CallToEncode<Settings>): SentOptions;
}

/**
 * One provider. Stateless: an adapter turns a request into the provider's wire format and its answer, or its error,
 * into ours. Retries, choice and cost are not its business.
 */
export interface ProviderAdapter<Settings = unknown> extends ProviderFacts<Settings> {
  /**
   * Serves one request and waits for the whole answer. Its times are as the provider gave them; `mendTimes` sees to them.
   * @throws ProviderError and nothing else
   */
  transcribe(call: ProviderCall<Settings>): Promise<ReportedResult>;
  /**
   * Serves one request event by event, as the provider sends them. Present when some model of the provider streams.
   * Exactly one `done` event ends a complete stream; the `[DONE]` terminator is not an event.
   * @throws ProviderError and nothing else
   */
  stream?(call: ProviderCall<Settings>): AsyncIterable<TranscriptionEvent>;
  /** What it does with text that is to be said. Present when some model of the provider speaks. */
  readonly speech?: Speaking<Settings>;
  /**
   * Finds out what a server can do, by a dozen calls. Present where nobody can know it beforehand.
   * @throws ProviderError and nothing else
   */
  discover?(call: DiscoveryCall<Settings>): Promise<Discovery>;
  /** What the model can do in a chat. Present with `chat`. */
  chatCapabilities?(upstreamModel: string, settings?: Settings): ChatCapabilities;
  /**
   * Completes a chat and waits for the whole answer. Present where the provider has chat completions in OpenAI's protocol.
   * @throws ProviderError and nothing else
   */
  chat?(call: ChatCall<Settings>): Promise<ChatAnswer>;
  /**
   * Completes a chat piece by piece, as the provider sends it. Present with `chat`. Exactly one `done` event ends a complete
   * stream.
   * @throws ProviderError and nothing else
   */
  chatStream?(call: ChatCall<Settings>): AsyncIterable<ChatEvent>;
}

/** What a provider's folder exports and `provider-list.ts` lists. */
export type ProviderFactory<Settings = unknown> = (http: ProviderHttp) => ProviderAdapter<Settings>;
