import { SpanKind } from '@opentelemetry/api';
import { tracing } from '@opentelemetry/sdk-node';
import type { AppFacts } from '../../src/app.js';
import { traceRequests } from '../../src/tracing/trace-requests.js';
import { until } from './upload-server.js';

/** A span that has ended. */
export type RecordedSpan = tracing.ReadableSpan;

/** Keeps the spans of a gateway in this process. Nothing of it is global, so that no context goes to providers. */
export class RecordedSpans {
  private readonly exporter = new tracing.InMemorySpanExporter();
  private readonly provider = new tracing.BasicTracerProvider({
    spanProcessors: [new tracing.SimpleSpanProcessor(this.exporter)],
  });

  /** What a gateway is started with. */
  readonly tracing: NonNullable<AppFacts['tracing']> = {
    middleware: (clock) => traceRequests(this.provider.getTracer('test'), clock),
  };

  /** The spans of the request that got this answer, once its own has ended: that one, and the attempts under it as they began. */
  async of(answer: Pick<Response, 'headers'>): Promise<{
    readonly request: RecordedSpan;
    readonly others: readonly RecordedSpan[];
    readonly attempts: readonly RecordedSpan[];
  }> {
    const id = answer.headers.get('x-request-id');
    const find = () => this.exporter.getFinishedSpans().find((span) => span.attributes['auricle.request_id'] === id);
    await until(() => find() !== undefined);
    const request = find();
    if (!request) throw new Error('the request has no span');
    const { traceId } = request.spanContext();
    const others = this.exporter
      .getFinishedSpans()
      .filter((span) => span !== request && span.spanContext().traceId === traceId)
      .toSorted(byStart);
    return { request, others, attempts: others.filter(({ kind }) => kind === SpanKind.CLIENT) };
  }
}

function byStart(one: RecordedSpan, other: RecordedSpan): number {
  return one.startTime[0] - other.startTime[0] || one.startTime[1] - other.startTime[1];
}
