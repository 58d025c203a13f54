import type { Capabilities } from '../../domain/capabilities.js';
import { formatToAsk } from '../../domain/format-plan.js';
import type { TranscriptionEvent, ReportedResult } from '../../domain/transcription.js';
import type { ProviderAdapter, ProviderCall } from '../provider-adapter.js';
import { isIgnored, LearnedRefusals, type Refusable, refusedBy } from './learned-refusals.js';
import type { OpenAiCompatibleSettings } from './openai-compatible.settings.js';
import { eventsOf } from './openai-stream.js';

type Call = ProviderCall<OpenAiCompatibleSettings>;

/**
 * An adapter whose servers need not be described: what one refuses (a format, a granularity, `stream`) is remembered,
 * and in the same attempt the best of what is left is asked for, of which the gateway makes the rest. Formats that the
 * settings name are obeyed as they are.
 */
export function learningFormats(
  adapter: ProviderAdapter<OpenAiCompatibleSettings>,
): ProviderAdapter<OpenAiCompatibleSettings> {
  const learner = new FormatLearner(adapter);
  const { stream } = adapter;
  return {
    ...adapter,
    transcribe: (call) => (isLearning(call.settings) ? learner.transcribe(call) : adapter.transcribe(call)),
    stream: stream && ((call) => (isLearning(call.settings) ? learner.stream(call, stream) : stream(call))),
  };
}

/** Whether the settings leave it to the server which formats it answers. */
function isLearning({ formats, server }: OpenAiCompatibleSettings): boolean {
  return formats === 'auto' || (formats === undefined && server === undefined);
}

class FormatLearner {
  private readonly learned = new LearnedRefusals();

  constructor(private readonly adapter: ProviderAdapter<OpenAiCompatibleSettings>) {}

  transcribe(call: Call): Promise<ReportedResult> {
    return this.ask(call, async (asked, refused) => {
      const result = await this.adapter.transcribe(asked);
      if (isIgnored(asked, result.native !== undefined)) refused.add(asked.upstreamFormat);
      return result;
    });
  }

  async *stream(
    call: Call,
    stream: (call: Call) => AsyncIterable<TranscriptionEvent>,
  ): AsyncGenerator<TranscriptionEvent> {
    yield* await this.ask(call, async (asked, refused) =>
      refused.has('stream') ? eventsOf(await this.adapter.transcribe(asked)) : begun(stream(asked)),
    );
  }

  /**
   * Asks for less after every refusal, until there is an answer; only then the refusals are believed.
   * @throws ProviderError the first refusal, when nothing is left to ask for
   */
  private async ask<Answer>(
    call: Call,
    send: (asked: Call, refused: Set<Refusable>) => Promise<Answer>,
  ): Promise<Answer> {
    const server = JSON.stringify([call.apiBase, call.upstreamModel, call.request.task, call.settings.server]);
    const refused = new Set(this.learned.of(server));
    let refusal: unknown;
    for (;;) {
      const asked = this.without(call, refused);
      if (!asked) throw refusal;
      try {
        const answer = await send(asked, refused);
        this.learned.remember(server, refused);
        return answer;
      } catch (error) {
        const news = refusedBy(error, asked).filter((it) => !refused.has(it));
        if (news.length === 0) throw error;
        refusal ??= error;
        for (const it of news) refused.add(it);
      }
    }
  }

  /** The call as a server that refuses these can take it; none when no format is left. */
  private without(call: Call, refused: ReadonlySet<Refusable>): Call | undefined {
    if (refused.size === 0) return call;
    const { request, settings, upstreamModel } = call;
    const able: Capabilities = this.adapter.capabilities(upstreamModel, settings);
    const formats = able.formats.filter((it) => !refused.has(it));
    const upstreamFormat = formatToAsk(formats, request.responseFormat);
    if (upstreamFormat === undefined) return undefined;
    return {
      ...call,
      upstreamFormat,
      request: { ...request, granularities: request.granularities.filter((it) => !refused.has(it)) },
      settings: { ...settings, formats, granularities: able.granularities.filter((it) => !refused.has(it)) },
    };
  }
}

/** Events whose first one is here, so that what is refused has been refused. */
async function begun(events: AsyncIterable<TranscriptionEvent>): Promise<AsyncIterable<TranscriptionEvent>> {
  const iterator = events[Symbol.asyncIterator]();
  return following(await iterator.next(), iterator);
}

async function* following(
  head: IteratorResult<TranscriptionEvent>,
  iterator: AsyncIterator<TranscriptionEvent>,
): AsyncGenerator<TranscriptionEvent> {
  try {
    for (let step = head; !step.done; step = await iterator.next()) yield step.value;
  } finally {
    await iterator.return?.();
  }
}
