import type { MadeAttempt } from '../../domain/attempt.js';
import type { Bill } from '../../domain/bill.js';
import { ProviderError } from '../../domain/errors.js';
import { needsTimes } from '../../domain/format-plan.js';
import type { GatewayRouting } from '../../domain/routing-settings.js';
import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import { TRANSLATION_PROVIDER } from '../../domain/translation-provider.js';
import type { Clock } from '../../http/clock.js';
import type { AttemptTrace } from '../../http/request-trace.js';
import type {
  ChatTranslationClient,
  TranslatedBatch,
  TranslationBatch,
} from '../../providers/chat-translation/chat-translation.client.js';
import { observeCall } from '../../providers/call-observer.js';
import type { Cost } from '../../pricing/cost.js';
import { AttemptTimer } from '../../routing/attempt-timer.js';
import { asEstimate, costFields } from '../../routing/attempts.js';
import { CallTimes } from '../../routing/call-times.js';
import type { EndedAttempt, Occasion } from '../../routing/execution.js';
import { mayBeBilled } from '../../routing/failure-rules.js';
import type { Sleep } from '../../domain/sleep.js';
import { nextStep } from '../../routing/backoff.js';
import { segmentsOf } from '../formats/segments.js';
import { inEnglish, toBatches, toPieces, withSegments } from './translation-pieces.js';

/** What the translator needs of the request that it works for. */
export interface TranslationTask {
  readonly request: Pick<TranscriptionRequest, 'model' | 'responseFormat' | 'prompt'>;
  readonly deadline: { readonly signal: AbortSignal; readonly remainingMs: number };
  /** Told of every call before it is made. @returns its span, where the request is traced */
  readonly onStart: () => AttemptTrace | undefined;
  /** Told of every call when it has ended. */
  readonly onAttempt: (ended: EndedAttempt) => void;
}

/** What it takes from its surroundings. */
export interface TranslatorFacts {
  readonly client: ChatTranslationClient;
  readonly model: string;
  /** What a call costs by what it used or says that it costs; without either nobody knows. */
  readonly costOf: (bill: Bill) => Cost;
  /** As it is at the moment of asking. */
  readonly limits: () => GatewayRouting;
  readonly sleep: Sleep;
  readonly clock: Clock;
  /** Yields numbers in [0, 1). */
  readonly random: () => number;
}

/**
 * Second half of a translation in two steps: turns a transcript into English, segment by segment where the answer has
 * times, so that each stays where it was.
 */
export class TranscriptTranslator {
  constructor(private readonly facts: TranslatorFacts) {}

  /** @throws ProviderError never with a reason that blames the caller; `bad_response` when the times are missing */
  async translate(result: TranscriptionResult, task: TranslationTask): Promise<TranscriptionResult> {
    const { responseFormat } = task.request;
    if (!needsTimes(responseFormat)) {
      return inEnglish(result, await this.translateAll(toPieces(result.text), result.language, task));
    }
    const segments = segmentsOf(result);
    const spoken = segments.map(({ text }) => text.trim());
    return withSegments(result, segments, await this.translateAll(spoken, result.language, task));
  }

  private async translateAll(
    texts: readonly string[],
    language: string | undefined,
    task: TranslationTask,
  ): Promise<readonly string[]> {
    const { prompt: guidance } = task.request;
    const batches: TranslatedBatch[] = [];
    for (const batch of toBatches(texts)) {
      batches.push(await this.insist({ texts: batch, language, guidance }, task));
    }
    return batches.flatMap((it) => it.texts);
  }

  /** One batch, tried as often as the table of failures allows. */
  private async insist(batch: TranslationBatch, task: TranslationTask): Promise<TranslatedBatch> {
    const { limits, random, sleep, clock } = this.facts;
    const { deadline } = task;
    let waitedMs = 0;
    for (let retried = 0; ; retried += 1) {
      const ended = await this.attempt(batch, task, { waitedMs, isRetry: retried > 0, isHedge: false });
      if (!(ended instanceof ProviderError)) return ended;
      const remainingMs = deadline.signal.aborted ? 0 : deadline.remainingMs;
      const step = nextStep(ended, { retried, remainingMs, isLast: true }, limits(), random);
      if (step.do !== 'retry') throw ended;
      const fromMs = clock.nowMs();
      await sleep(step.afterMs, deadline.signal).catch(() => undefined);
      waitedMs = clock.nowMs() - fromMs;
      if (deadline.signal.aborted) throw ended;
    }
  }

  private async attempt(
    batch: TranslationBatch,
    { request, deadline, onStart, onAttempt }: TranslationTask,
    occasion: Occasion,
  ): Promise<TranslatedBatch | ProviderError> {
    const { client, model, limits, clock, costOf } = this.facts;
    const timer = new AttemptTimer(deadline.signal, 1000 * limits().attempt_timeout_seconds, clock);
    const trace = onStart();
    const times = new CallTimes(clock, trace?.headers);
    observeCall(timer.signal, times);
    const report = (end: TranslatedBatch | ProviderError) => {
      const failure = end instanceof ProviderError ? end : undefined;
      const cost = end instanceof ProviderError ? costOfFailure(end, costOf) : costOf(end);
      const attempt: MadeAttempt = {
        deployment_id: TRANSLATION_PROVIDER,
        model: request.model,
        provider: TRANSLATION_PROVIDER,
        upstream_model: model,
        outcome: failure?.reason ?? 'success',
        upstream_status: failure ? (failure.upstreamStatus ?? null) : 200,
        upstream_request_id: end.upstreamRequestId ?? null,
        ...times.end(occasion),
        ...costFields(cost),
        error: failure?.message ?? null,
      };
      const { usage } = end instanceof ProviderError ? (end.bill ?? {}) : end;
      const told = { attempt, times, isRetry: occasion.isRetry, task: 'translate', usage, cost } as const;
      trace?.onEnd(told);
      onAttempt(told);
    };
    try {
      const translated = await client.translate(batch, timer.signal);
      report(translated);
      return translated;
    } catch (error) {
      const failure =
        error instanceof ProviderError ? error : new ProviderError('unknown', 'The adapter failed', { cause: error });
      report(failure);
      return failure;
    } finally {
      timer.stop();
    }
  }
}

/** Undefined where nothing is billed. */
function costOfFailure(failure: ProviderError, costOf: TranslatorFacts['costOf']): Cost | undefined {
  const { bill } = failure;
  if (!bill) return mayBeBilled(failure) ? costOf({}) : undefined;
  return bill.isPartial ? asEstimate(costOf(bill)) : costOf(bill);
}
