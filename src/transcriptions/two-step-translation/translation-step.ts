import { ProviderError } from '../../domain/errors.js';
import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import type { LogDraft } from '../../serving/log-draft.js';
import type { TranscriptTranslator, TranslationTask } from './transcript-translator.js';

/** The step from a transcript to its translation, with its place in the log. */
export class TranslationStep {
  /** @param translator absent where no translation model is configured: then nothing is ever planned for it */
  constructor(private readonly translator: TranscriptTranslator | undefined) {}

  /** @throws ProviderError as the translator */
  async translate(
    result: TranscriptionResult,
    request: TranscriptionRequest,
    { deadline, log }: { deadline: TranslationTask['deadline']; log: LogDraft },
  ): Promise<TranscriptionResult> {
    if (!this.translator) throw new ProviderError('unknown', 'no translation model is configured');
    const onAttempt: TranslationTask['onAttempt'] = (ended) => log.attempted(ended);
    return await this.translator.translate(result, { request, deadline, onStart: () => log.traceCall(), onAttempt });
  }
}
