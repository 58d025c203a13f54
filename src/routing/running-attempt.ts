import { ProviderError } from '../domain/errors.js';
import type { TranscriptionEvent } from '../domain/transcription.js';
import type { AttemptTimer } from './attempt-timer.js';
import type { Candidate } from './candidate.js';
import type { Executed } from './execution.js';
import { answerFailure } from './failure-answer.js';

/** How an attempt has ended: with an answer, unless there is a failure. */
export interface AttemptEnd {
  readonly failure?: ProviderError;
  readonly upstreamRequestId?: string;
}

/**
 * One call of a provider. It ends exactly once: with its answer, its failure, the last event of its stream, or because
 * nobody wants its answer any more.
 */
export class RunningAttempt {
  private hasEnded = false;
  private iterator: AsyncIterator<TranscriptionEvent> | undefined;

  /** @param onEnd told once, before anybody can see the answer or its last event */
  constructor(
    private readonly candidate: Candidate,
    private readonly timer: AttemptTimer,
    private readonly onEnd: (end: AttemptEnd) => void,
  ) {}

  /** Calls the provider, once. @returns the answer, a stream from its first event on; never rejects */
  async run(): Promise<Executed | ProviderError> {
    const { candidate } = this;
    const { adapter, deployment } = candidate;
    const call = {
      request: candidate.request,
      upstreamModel: deployment.upstreamModel,
      upstreamFormat: candidate.format.upstreamFormat,
      apiBase: deployment.apiBase,
      apiKey: deployment.apiKey,
      settings: deployment.settings,
      signal: this.timer.signal,
    };
    try {
      if (candidate.delivery === 'relayed' && adapter.stream) {
        this.iterator = adapter.stream(call)[Symbol.asyncIterator]();
        const head = await this.iterator.next();
        return { candidate, events: this.relay(head, this.iterator) };
      }
      const result = await adapter.transcribe(call);
      this.end({ upstreamRequestId: result.upstreamRequestId });
      return { candidate, result };
    } catch (error) {
      return this.fail(error);
    }
  }

  /** Ends it because another attempt has answered first. */
  abandon(): void {
    this.end({ failure: new ProviderError('aborted', 'another attempt has answered first') });
    this.timer.abandon();
    // A stream that began at the same moment would keep its connection; what it still has to say does not matter.
    void this.iterator?.return?.().catch(() => undefined);
  }

  private async *relay(
    head: IteratorResult<TranscriptionEvent>,
    iterator: AsyncIterator<TranscriptionEvent>,
  ): AsyncGenerator<TranscriptionEvent> {
    try {
      for (let step = head; !step.done; step = await iterator.next()) {
        // While the client is reading, the provider is not the one to wait for.
        this.timer.stop();
        if (step.value.type === 'done') this.end({});
        yield step.value;
        if (this.hasEnded) return;
        this.timer.restart();
      }
      throw new ProviderError('bad_response', 'The stream ended without its last event');
    } catch (error) {
      throw answerFailure(this.fail(error));
    } finally {
      // Without an end the consumer has stopped early: the client has gone, or did not read until the deadline.
      this.end({ failure: new ProviderError('aborted', 'The request ended before the stream did') });
      await iterator.return?.();
    }
  }

  private fail(error: unknown): ProviderError {
    const failure = toProviderError(error);
    this.end({ failure, upstreamRequestId: failure.upstreamRequestId });
    return failure;
  }

  private end(end: AttemptEnd): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.timer.stop();
    this.onEnd(end);
  }
}

/** Adapters throw ProviderErrors only; anything else is a mistake in an adapter and must not blame the caller. */
function toProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  return new ProviderError('unknown', 'The adapter failed', { cause: error });
}
