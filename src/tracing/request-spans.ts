import {
  type Context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { AttemptTrace, RequestTrace, Stage, TracedAttempt, TracedLog } from '../http/request-trace.js';
import { attemptAttributes, attemptName, logAttributes } from './attributes.js';

/**
 * The spans of one request. Its own and those of attempts begin when they do, because their ids go to providers; stages are told
 * when they have ended. All of them are children of the request's, retries, fallbacks and hedges side by side.
 */
export class RequestSpans implements RequestTrace {
  private readonly context: Context;

  constructor(
    private readonly tracer: Tracer,
    private readonly span: Span,
    parent: Context,
  ) {
    // Baggage is for those whom its sender knows, and not for the providers of another.
    this.context = propagation.deleteBaggage(trace.setSpan(parent, span));
  }

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  attempt(startedAtMs: number): AttemptTrace {
    const options = { kind: SpanKind.CLIENT, startTime: startedAtMs };
    const span = this.tracer.startSpan('attempt', options, this.context);
    const headers: Record<string, string> = {};
    propagation.inject(trace.setSpan(this.context, span), headers);
    return { headers, onEnd: (ended) => endAttempt(span, ended) };
  }

  stage(stage: Stage, startedAtMs: number, endedAtMs: number): void {
    this.tracer.startSpan(stage, { startTime: startedAtMs }, this.context).end(endedAtMs);
  }

  logged(log: TracedLog): void {
    this.span.setAttributes(logAttributes(log));
  }
}

function endAttempt(span: Span, ended: TracedAttempt): void {
  const { outcome } = ended.attempt;
  span.updateName(attemptName(ended));
  span.setAttributes(attemptAttributes(ended));
  // Whoever was overtaken, or whose client has gone, has not failed.
  if (outcome !== 'success' && outcome !== 'aborted') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(ended.times.endedAtMs);
}

/** The context that a request's headers put it in. */
export function contextOf(headers: Readonly<Record<string, unknown>>): Context {
  return propagation.extract(ROOT_CONTEXT, headers);
}
