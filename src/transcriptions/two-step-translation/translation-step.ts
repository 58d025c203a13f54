import { ProviderError } from '../../domain/errors.js';
import type { Price } from '../../domain/price.js';
import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import { computeCost, type Cost } from '../../pricing/cost.js';
import type { Usage } from '../../domain/usage.js';
import type { LogDraft } from '../log-draft.js';
import { TRANSLATION_PROVIDER, type TranscriptTranslator, type TranslationTask } from './transcript-translator.js';

/** The configured translation model, and what it charges. */
export interface TranslationModel {
  readonly translator: TranscriptTranslator;
  readonly name: string;
  readonly price: Price | undefined;
}

/** The step from a transcript to its translation, with its place in the log. */
export class TranslationStep {
  /** @param model absent where no translation model is configured: then nothing is ever planned for it */
  constructor(private readonly model: TranslationModel | undefined) {}

  /** @throws ProviderError as the translator */
  async translate(
    result: TranscriptionResult,
    request: TranscriptionRequest,
    { deadline, log }: { deadline: TranslationTask['deadline']; log: LogDraft },
  ): Promise<TranscriptionResult> {
    if (!this.model) throw new ProviderError('unknown', 'no translation model is configured');
    const { translator, name: upstreamModel, price } = this.model;
    const onAttempt: TranslationTask['onAttempt'] = (attempt) => log.attempted(attempt);
    const translated = await translator.translate(result, { request, deadline, onAttempt });
    if (translated.calls > 0) {
      const cost = costOfTranslation(price, translated.usage, upstreamModel);
      log.costs.add({ step: 'translate', provider: TRANSLATION_PROVIDER, upstreamModel, cost });
      if (cost.warning) log.warnings.push(cost.warning);
    }
    return translated.result;
  }
}

function costOfTranslation(price: Price | undefined, usage: Usage | undefined, upstreamModel: string): Cost {
  if (price) {
    return computeCost({ price, usage, measuredSeconds: undefined, provider: TRANSLATION_PROVIDER, upstreamModel });
  }
  const settings = 'TRANSLATION_INPUT_USD_PER_MILLION and TRANSLATION_OUTPUT_USD_PER_MILLION';
  const warning = `the price of the translation model is unknown, so the cost is not counted; set ${settings}`;
  return { costNanoUsd: null, source: null, warning };
}
