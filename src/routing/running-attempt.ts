import { type Bill, type FailedBill, toldBill } from '../domain/bill.js';
import { ProviderError } from '../domain/errors.js';
import type { AttemptTimer } from './attempt-timer.js';
import type { Candidate } from './candidate.js';
import type { Answered, AnswerEvent, Executed, Execution, Told, Usable } from './execution.js';
import { answerFailure } from './failure-answer.js';
import { FlawedAnswer } from './flawed-answer.js';
import { withoutCallersKey } from './targets/callers-key.js';

/** How an attempt has ended: with an answer that can be used, unless there is a failure. */
export interface AttemptEnd {
  readonly failure?: ProviderError;
  /** What was answered, also where it cannot be used: what a cost is computed from. */
  readonly answer?: Told;
  /** What was said of the bill of a call that has failed without a whole answer. */
  readonly bill?: FailedBill;
  readonly upstreamRequestId?: string;
}

/** Who is told of what becomes of an attempt. */
export interface AttemptListener<C extends Candidate, Answer extends Usable, Event extends AnswerEvent> {
  /** A whole answer has come; what follows is what is made of it. */
  onAnswer(): void;
  /** Once, before anybody can see the answer or its last event. */
  onEnd(end: AttemptEnd): void;
  /** An answer that lacks something: its attempt has failed, and it is kept for the case that nobody gives a better one. */
  onFlawed(executed: Executed<C, Answer, Event>): void;
}

/**
 * One call of a provider. It ends exactly once: with its answer, its failure, the last event of its stream, or because
 * nobody wants its answer any more.
 */
export class RunningAttempt<C extends Candidate, Answer extends Usable, Event extends AnswerEvent> {
  private hasEnded = false;
  private iterator: AsyncIterator<Event> | undefined;
  /** What the stream has said so far. */
  private told: Bill = {};

  constructor(
    private readonly candidate: C,
    private readonly timer: AttemptTimer,
    private readonly call: Execution<C, Answer, Event>['call'],
    private readonly listener: AttemptListener<C, Answer, Event>,
  ) {}

  /** Calls the provider, once. @returns the answer, a stream from its first event on; never rejects */
  async run(): Promise<Executed<C, Answer, Event> | ProviderError> {
    const { candidate } = this;
    try {
      const call = this.call(candidate, this.timer.signal);
      if ('whole' in call) {
        const answered = await call.whole;
        this.listener.onAnswer();
        return this.use(answered);
      }
      this.iterator = call.events;
      const head = await this.iterator.next();
      this.hear(head);
      return { candidate, events: this.relay(head, this.iterator) };
    } catch (error) {
      return this.fail(error);
    }
  }

  /** Judges a whole answer, which has been paid for either way. */
  private use(answered: Answered<Answer>): Executed<C, Answer, Event> | ProviderError {
    const { candidate } = this;
    const { told: answer, upstreamRequestId } = answered;
    try {
      const used = answered.use();
      const executed = { candidate, ...used };
      const failure = used.flaw === undefined ? undefined : new FlawedAnswer(used.flaw);
      if (failure) this.listener.onFlawed(executed);
      this.end({ failure, answer, upstreamRequestId });
      return failure ?? executed;
    } catch (error) {
      const failure = this.toProviderError(error);
      this.end({ failure, answer, upstreamRequestId });
      return failure;
    }
  }

  /** Ends it because another attempt has answered first. */
  abandon(): void {
    this.end({ failure: new ProviderError('aborted', 'another attempt has answered first') });
    this.timer.abandon();
    // A stream that began at the same moment would keep its connection; what it still has to say does not matter.
    void this.iterator?.return?.().catch(() => undefined);
  }

  private async *relay(head: IteratorResult<Event>, iterator: AsyncIterator<Event>): AsyncGenerator<Event> {
    try {
      for (let step = head; !step.done; step = await iterator.next()) {
        this.hear(step);
        // While the client is reading, the provider is not the one to wait for.
        this.timer.stop();
        const event = step.value.type === 'done' ? { ...step.value, ...this.told } : step.value;
        if (event.type === 'done') this.end({ answer: event, upstreamRequestId: event.upstreamRequestId });
        yield event;
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

  private hear(step: IteratorResult<Event>): void {
    if (step.done) return;
    const { usage, usageDoubt, costUsd = this.told.costUsd }: AnswerEvent = step.value;
    this.told = usage === undefined ? { ...this.told, costUsd } : { usage, usageDoubt, costUsd };
  }

  private fail(error: unknown): ProviderError {
    const failure = this.toProviderError(error);
    this.end({ failure, upstreamRequestId: failure.upstreamRequestId });
    return failure;
  }

  /** Adapters throw ProviderErrors only; anything else is a mistake in an adapter and must not blame the caller. */
  private toProviderError(error: unknown): ProviderError {
    const failure =
      error instanceof ProviderError ? error : new ProviderError('unknown', 'The adapter failed', { cause: error });
    return withoutCallersKey(failure, this.candidate.deployment);
  }

  private end(end: AttemptEnd): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.timer.stop();
    this.listener.onEnd({ ...end, bill: end.failure?.bill ?? partial(this.told) });
  }
}

/** A cost is told when it is known; what was used grows until the end. */
function partial(told: Bill): FailedBill | undefined {
  return toldBill(told) && { ...told, isPartial: told.costUsd === undefined };
}
