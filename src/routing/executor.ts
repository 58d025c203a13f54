import { Injectable } from '@nestjs/common';
import type { Deployment } from '../domain/deployment.js';
import { ProviderError, type FailureReason } from '../domain/errors.js';
import type { TranscriptionEvent, TranscriptionRequest, TranscriptionResult } from '../domain/transcription.js';
import type { ProviderCall } from '../providers/provider-adapter.js';
import { answerFailure } from './failure-policy.js';
import type { Candidate } from './router.js';

/** One call of a provider, as the ledger keeps it. */
export interface Attempt {
  readonly deployment_id: string;
  readonly provider: string;
  readonly upstream_model: string;
  readonly outcome: 'success' | FailureReason;
  readonly upstream_status: number | null;
  readonly upstream_request_id: string | null;
  readonly latency_ms: number;
  readonly error: string | null;
}

/** What the executor needs beside the plan. */
export interface Execution {
  readonly request: TranscriptionRequest;
  readonly signal: AbortSignal;
  /** Told of the deployment before each attempt. */
  readonly onStart: (deployment: Deployment) => void;
  /** Told of every attempt when it has ended, whatever its outcome. */
  readonly onAttempt: (attempt: Attempt) => void;
}

/** Who answered, and the answer: whole, or event by event from the first one on. */
export type Executed =
  | { readonly candidate: Candidate; readonly result: TranscriptionResult }
  | { readonly candidate: Candidate; readonly events: AsyncIterable<TranscriptionEvent> };

/** Carries a plan out. One attempt on the best candidate; retries and fallbacks will live here. */
@Injectable()
export class Executor {
  /**
   * A relayed stream is awaited up to its first event, so that a provider that fails at once still gets a proper
   * status; its attempt ends with the stream.
   * @throws GatewayError what the client is told when the attempt failed; a stream may throw one later
   */
  async execute(plan: readonly Candidate[], execution: Execution): Promise<Executed> {
    const [candidate] = plan;
    if (!candidate) throw new Error('an empty plan cannot be executed');
    execution.onStart(candidate.deployment);
    const record = startAttempt(candidate, execution);
    const call = toCall(candidate, execution);
    try {
      if (candidate.delivery === 'relayed' && candidate.adapter.stream) {
        const iterator = candidate.adapter.stream(call)[Symbol.asyncIterator]();
        return { candidate, events: relay(await iterator.next(), iterator, record) };
      }
      const result = await candidate.adapter.transcribe(call);
      record({ result });
      return { candidate, result };
    } catch (error) {
      throw answerFailure(record({ error }));
    }
  }
}

type RecordEnd = (end: { result?: Pick<TranscriptionResult, 'upstreamRequestId'>; error?: unknown }) => ProviderError;

/** The attempt has succeeded once `done` is here, and is recorded before anybody can see it. */
async function* relay(
  head: IteratorResult<TranscriptionEvent>,
  iterator: AsyncIterator<TranscriptionEvent>,
  record: RecordEnd,
): AsyncGenerator<TranscriptionEvent> {
  let recorded = false;
  try {
    for (let step = head; !step.done; step = await iterator.next()) {
      if (step.value.type === 'done') {
        recorded = true;
        record({ result: {} });
      }
      yield step.value;
      if (recorded) return;
    }
    throw new ProviderError('bad_response', 'The stream ended without its last event');
  } catch (error) {
    if (recorded) throw error;
    recorded = true;
    throw answerFailure(record({ error }));
  } finally {
    // Without a record the consumer has stopped early, which only happens when the client has gone.
    if (!recorded)
      record({ error: new ProviderError('aborted', 'The client closed the connection during the stream') });
    await iterator.return?.();
  }
}

function startAttempt({ deployment }: Candidate, { onAttempt }: Execution): RecordEnd {
  const startedAt = performance.now();
  return ({ result, error }) => {
    const failure = toProviderError(error);
    onAttempt({
      deployment_id: deployment.id,
      provider: deployment.provider,
      upstream_model: deployment.upstreamModel,
      outcome: result ? 'success' : failure.reason,
      upstream_status: result ? 200 : (failure.upstreamStatus ?? null),
      upstream_request_id: (result ?? failure).upstreamRequestId ?? null,
      latency_ms: Math.round(performance.now() - startedAt),
      error: result ? null : failure.message,
    });
    return failure;
  };
}

/** Adapters throw ProviderErrors only; anything else is a mistake in an adapter and must not blame the caller. */
function toProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  return new ProviderError('unknown', 'The adapter failed', { cause: error });
}

function toCall({ deployment, format }: Candidate, { request, signal }: Execution): ProviderCall {
  return {
    request,
    upstreamModel: deployment.upstreamModel,
    upstreamFormat: format.upstreamFormat,
    apiBase: deployment.apiBase,
    apiKey: deployment.apiKey,
    settings: deployment.settings,
    signal,
  };
}
