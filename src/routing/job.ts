import type { Caller } from '../domain/caller.js';
import type { GatewayError } from '../domain/errors.js';
import type { Task } from '../domain/task.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import type { Candidate, CandidateFacts } from './candidate.js';

/** What a client may say about routing. */
export interface RoutingWishes {
  /** Replaces the model's own fallbacks. */
  readonly fallbacks?: readonly string[];
  /** Further attempts on one deployment; replaces the deployment's, the model's and the gateway's. */
  readonly max_retries?: number;
  /** Whether fields that a deployment does not know are left out; replaces the model's own choice. */
  readonly drop_params?: boolean;
}

/** A request with all that routing may go by, whatever its task. */
export interface RoutedRequest {
  readonly caller: Caller;
  /** The public model that was asked for. */
  readonly model: string;
  /** Of the audio that is sent, measured, 0 where none is; undefined where it does not tell, or nobody has fetched it. */
  readonly durationSeconds: number | undefined;
  readonly wishes: RoutingWishes;
  /** Whether only those may be asked that keep nothing of it. */
  readonly zeroRetention: boolean;
}

/** Why a deployment cannot serve a request: the offending field, and why as the end of a sentence. */
export interface Unfit {
  readonly param: string;
  readonly explanation: string;
  /** 413 when the file is larger or longer than the model takes; otherwise 400. */
  readonly tooLarge?: true;
  /** It takes no such files. */
  readonly isOfContainer?: true;
  /** It may keep what it is sent. */
  readonly isOfRetention?: true;
}

/** What a task tells routing of one request. */
export interface Job<C extends Candidate> {
  readonly routed: RoutedRequest;
  readonly task: Task;
  /** Whether a deployment of the model can honour all of the request, and how it will be asked. */
  fit(facts: CandidateFacts, model: CatalogueModel): C | { readonly unfit: Unfit };
  /**
   * What the client is told when no deployment can.
   * @param unfit why the first of them cannot
   * @param modelsThatCould public names of models that the caller may use
   */
  refuse(unfit: Unfit, modelsThatCould: readonly string[]): GatewayError;
}
