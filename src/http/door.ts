import type { IncomingHttpHeaders } from 'node:http';
import type { CacheFacts } from '../domain/cache-status.js';
import type { CacheWish } from '../domain/cache-wish.js';
import type { Caller } from '../domain/caller.js';
import type { Deployment } from '../domain/deployment.js';
import type { GatewayError } from '../domain/errors.js';
import type { Json } from '../domain/request-metadata.js';
import type { TargetSettings, TargetTree } from '../domain/target-tree.js';
import type { Task } from '../domain/task.js';
import type { TranscriptionResult } from '../domain/transcription.js';

/** What of a request a door looks at. */
export interface DoorRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The query with its `?`; empty = none. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
}

/** Where a request that came through a door is served. */
export interface Entrance {
  /** The gateway's own path for it. */
  readonly path: string;
  /** The public model, where the path names it: whatever the form says, this is meant. */
  readonly model?: string;
}

/** Who gave an answer; of one from the cache this is all that is known. */
export type AnsweringDeployment = Pick<Deployment, 'id' | 'model' | 'provider' | 'upstreamModel' | 'retirement'>;

/** What is known of an answer when it is sent. */
export interface AnswerFacts {
  readonly requestId: string;
  readonly requestHeaders: IncomingHttpHeaders;
  readonly request: { readonly task: Task; readonly model: string };
  readonly deployment: AnsweringDeployment;
  /** Absent where the cache is off for the request. */
  readonly cache?: CacheFacts;
  /** The target that was asked last, by where it is in what the client has laid out; absent = it has laid out nothing. */
  readonly target?: string;
  /** Calls of providers. */
  readonly attempts: number;
  /** Calls on the deployment that answered, for the same target, beyond its first. */
  readonly retries: number;
  /** Models that failed before the one that answered. */
  readonly fallbacks: number;
  /** US dollars as a plain decimal; undefined = unknown, or not yet known. */
  readonly costUsd?: string;
  /** What the virtual key has spent with this request, as `costUsd`; absent for the master key. */
  readonly keySpendUsd?: string;
  readonly latencyMs: number;
  /** Of that, what the providers took. */
  readonly providerMs: number;
}

/** What a door makes a plan of. */
export interface PlannedRequest {
  readonly headers: IncomingHttpHeaders;
  /** The path as it was sent. */
  readonly path: string;
  /** The form's fields and what was said in headers beside them, with the model that was asked for. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly caller: Caller;
  /** A secret that is no key of ours: perhaps the caller's own for a provider. */
  readonly providerKey?: string;
}

/** One of those whom a client wants to be asked. */
export interface ClientTarget extends TargetSettings {
  /** What it is asked for: the request's fields, as the client has them for this target. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** What of that is for this target alone, as the client has written it; null = it is without. */
  readonly overrides: Readonly<Record<string, Json>>;
}

/** Whom a client wants to be asked, and in which order. */
export interface ClientPlan {
  /** Absent = whoever serves the model that was asked for. */
  readonly tree?: TargetTree<ClientTarget>;
  /** What it says of the cache; absent = nothing. */
  readonly cache?: CacheWish;
  /** What is not done of what it says. */
  readonly warnings: readonly string[];
}

/** A JSON answer's fields. */
export type JsonAnswer = Readonly<Record<string, unknown>>;

/**
 * The door of another API or gateway, through which its clients walk in unchanged. All that it changes is said here:
 * which of its paths is which of ours, and what its clients expect of an answer beside OpenAI's.
 */
export interface Door {
  readonly name: string;
  /** @returns undefined when the request is none of this door's */
  enter(request: DoorRequest): Entrance | undefined;
  /** What its clients say in headers, as the form fields that say the same; on whatever path they come. */
  fields?(headers: IncomingHttpHeaders): readonly (readonly [field: string, value: string])[];
  /**
   * What its headers make of the model that was asked for, on whatever path it came.
   */
  model?(name: string, headers: IncomingHttpHeaders): string;
  /**
   * Whom its headers lay out to be asked, on whatever path it came. Then {@link Door.model} has no say.
   * @returns undefined when they say nothing of that
   * @throws GatewayError 400 and the like for what cannot be honoured
   */
  plan?(request: PlannedRequest): Promise<ClientPlan | undefined>;
  /** The JSON body of an error; absent = OpenAI's envelope. */
  errorBody?(error: GatewayError): JsonAnswer;
  /** Headers beside our own. */
  headers?(facts: AnswerFacts): Readonly<Record<string, string>>;
  /** Whether its clients are shown what went over the wire, where the operator allows it. */
  readonly showsExchange?: true;
  /** What becomes of a whole JSON answer. */
  body?(answer: JsonAnswer, facts: AnswerFacts & { readonly result: TranscriptionResult }): JsonAnswer;
}

declare module 'express-serve-static-core' {
  interface Request {
    /** How the request came in; absent on what was answered before. */
    entrance?: Entrance & {
      /** Absent for what came by a path of our own. */
      readonly door?: Door;
      /** What headers make of the model that was asked for. */
      readonly modelOf: (name: string) => string;
      /** Whom headers lay out to be asked. @throws GatewayError as {@link Door.plan} */
      readonly plan: (request: Omit<PlannedRequest, 'headers' | 'path'>) => Promise<ClientPlan | undefined>;
      /** Form fields that were sent as headers; the form's own come first. */
      readonly fields: readonly (readonly [field: string, value: string])[];
    };
  }
}
