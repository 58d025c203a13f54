import { ProviderError } from '../../domain/errors.js';
import type { GatewayRouting } from '../../domain/routing-settings.js';
import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import { tokenUsage, type Usage } from '../../domain/usage.js';
import type { Clock } from '../../http/clock.js';
import type {
  ChatTranslationClient,
  TranslatedBatch,
  TranslationBatch,
} from '../../providers/chat-translation/chat-translation.client.js';
import { AttemptTimer } from '../../routing/attempt-timer.js';
import type { Attempt } from '../../domain/attempt.js';
import type { Sleep } from '../../domain/sleep.js';
import { nextStep } from '../../routing/backoff.js';
import { segmentsOf } from '../formats/segments.js';
import { inEnglish, toBatches, toPieces, withSegments } from './translation-pieces.js';

/** How the translation model is called in attempts and cost steps; it is no deployment. */
export const TRANSLATION_PROVIDER = 'chat-translation';

/** What the translator needs of the request that it works for. */
export interface TranslationTask {
  readonly request: Pick<TranscriptionRequest, 'model' | 'responseFormat' | 'prompt'>;
  readonly deadline: { readonly signal: AbortSignal; readonly remainingMs: number };
  /** Told of every call when it has ended. */
  readonly onAttempt: (attempt: Attempt) => void;
}

/** A transcript in English. */
export interface Translation {
  readonly result: TranscriptionResult;
  /** Calls that it took; 0 where nothing was said. */
  readonly calls: number;
  /** Of all of them; absent when any did not report it. */
  readonly usage?: Usage;
}

/** What it takes from its surroundings. */
export interface TranslatorFacts {
  readonly client: ChatTranslationClient;
  readonly model: string;
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
  async translate(result: TranscriptionResult, task: TranslationTask): Promise<Translation> {
    const { responseFormat } = task.request;
    if (responseFormat === 'json' || responseFormat === 'text') {
      const { texts, ...spent } = await this.translateAll(toPieces(result.text), result.language, task);
      return { result: inEnglish(result, texts), ...spent };
    }
    const segments = segmentsOf(result);
    const spoken = segments.map(({ text }) => text.trim());
    const { texts, ...spent } = await this.translateAll(spoken, result.language, task);
    return { result: withSegments(result, segments, texts), ...spent };
  }

  private async translateAll(
    texts: readonly string[],
    language: string | undefined,
    task: TranslationTask,
  ): Promise<{ texts: readonly string[] } & Omit<Translation, 'result'>> {
    const { prompt: guidance } = task.request;
    const batches: TranslatedBatch[] = [];
    for (const batch of toBatches(texts)) {
      batches.push(await this.insist({ texts: batch, language, guidance }, task));
    }
    return { texts: batches.flatMap((it) => it.texts), calls: batches.length, usage: sumUsage(batches) };
  }

  /** One batch, tried as often as the table of failures allows. */
  private async insist(batch: TranslationBatch, task: TranslationTask): Promise<TranslatedBatch> {
    const { limits, random, sleep } = this.facts;
    const { deadline } = task;
    for (let retried = 0; ; retried += 1) {
      const ended = await this.attempt(batch, task);
      if (!(ended instanceof ProviderError)) return ended;
      const remainingMs = deadline.signal.aborted ? 0 : deadline.remainingMs;
      const step = nextStep(ended, { retried, remainingMs, isLast: true }, limits(), random);
      if (step.do !== 'retry') throw ended;
      await sleep(step.afterMs, deadline.signal).catch(() => undefined);
      if (deadline.signal.aborted) throw ended;
    }
  }

  private async attempt(
    batch: TranslationBatch,
    { request, deadline, onAttempt }: TranslationTask,
  ): Promise<TranslatedBatch | ProviderError> {
    const { client, model, limits, clock } = this.facts;
    const timer = new AttemptTimer(deadline.signal, 1000 * limits().attempt_timeout_seconds, clock);
    const startedAt = performance.now();
    const report = (ended: Pick<Attempt, 'outcome' | 'upstream_status' | 'upstream_request_id' | 'error'>) =>
      onAttempt({
        deployment_id: TRANSLATION_PROVIDER,
        model: request.model,
        provider: TRANSLATION_PROVIDER,
        upstream_model: model,
        ...ended,
        latency_ms: Math.round(performance.now() - startedAt),
      });
    try {
      const translated = await client.translate(batch, timer.signal);
      const { upstreamRequestId = null } = translated;
      report({ outcome: 'success', upstream_status: 200, upstream_request_id: upstreamRequestId, error: null });
      return translated;
    } catch (error) {
      const failure =
        error instanceof ProviderError ? error : new ProviderError('unknown', 'The adapter failed', { cause: error });
      const { reason, message, upstreamStatus = null, upstreamRequestId = null } = failure;
      report({
        outcome: reason,
        upstream_status: upstreamStatus,
        upstream_request_id: upstreamRequestId,
        error: message,
      });
      return failure;
    } finally {
      timer.stop();
    }
  }
}

function sumUsage(batches: readonly TranslatedBatch[]): Usage | undefined {
  let [text, output] = [0, 0];
  for (const { usage } of batches) {
    if (usage?.type !== 'tokens') return undefined;
    text += usage.input_tokens;
    output += usage.output_tokens;
  }
  return tokenUsage({ audio: 0, text, output });
}
