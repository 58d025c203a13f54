import type { Schemas } from '../../../api/client';
import { formatAudioSeconds, formatBytes, formatMs } from '../../../format/amounts';
import { formatUsd } from '../../../format/money';

type Log = Schemas['Log'];
type Attempt = Schemas['Attempt'];

/** Something that took a part of a request's time. */
export interface Bar {
  readonly label: string;
  readonly startMs: number;
  readonly lengthMs: number;
  readonly kind: 'gateway' | 'provider' | 'failed' | 'aborted' | 'wait';
  /** How long it took, and what it was. */
  readonly text: string;
  /** Why it failed, in the provider's words. */
  readonly more?: string;
  /** Of a provider's: when its answer began, from the bar's start. */
  readonly firstByteMs?: number;
}

/** A request's time from its headers to the end of its answer. */
export interface Waterfall {
  readonly endMs: number;
  readonly bars: readonly Bar[];
}

const text = (ms: number, ...words: readonly (string | undefined)[]) =>
  [formatMs(ms), ...words.filter((word) => word !== undefined && word !== '')].join(' · ');

/** What a request's time was spent with, in the order in which it began. */
export function waterfallOf(log: Log): Waterfall {
  const before = beforeAttempts(log);
  const attempts = placed(log.attempts, before.endMs);
  const begunMs = attempts[0] ? attempts[0].startMs - attempts[0].attempt.waited_ms : undefined;
  const gapMs = begunMs === undefined ? 0 : begunMs - before.endMs;
  const asked = attempts.flatMap(({ attempt, startMs }, index) => barsOf(attempt, startMs, index));
  const lastMs = Math.max(before.endMs, ...asked.map(({ startMs, lengthMs }) => startMs + lengthMs));
  const restMs = log.latency_ms - lastMs;
  return {
    endMs: Math.max(log.latency_ms, lastMs, 1),
    bars: [
      ...before.bars,
      ...(gapMs > 0
        ? [
            {
              label: 'gateway',
              startMs: before.endMs,
              lengthMs: gapMs,
              kind: 'gateway' as const,
              text: text(gapMs, 'checks and plan'),
            },
          ]
        : []),
      ...asked,
      ...(restMs > 0
        ? [
            {
              label: restLabel(log),
              startMs: lastMs,
              lengthMs: restMs,
              kind: 'gateway' as const,
              text: text(restMs, restWords(log)),
            },
          ]
        : []),
    ],
  };
}

function beforeAttempts({ upload_ms, probe_ms, audio_bytes, audio_seconds, attempts }: Log) {
  const bars: Bar[] = [];
  const uploadMs = upload_ms ?? 0;
  if (upload_ms !== null) {
    const size = audio_bytes === null ? undefined : formatBytes(audio_bytes);
    bars.push({ label: 'upload', startMs: 0, lengthMs: uploadMs, kind: 'gateway', text: text(uploadMs, size) });
  }
  if (probe_ms === null) return { bars, endMs: uploadMs };
  const heard = audio_seconds === null ? undefined : `${formatAudioSeconds(audio_seconds)} of audio`;
  // Measuring may have begun while the upload was under way: what was sent on at once did not wait for it.
  const firstMs = attempts[0]?.started_ms ?? Infinity;
  const startMs = Math.max(0, Math.min(uploadMs, firstMs - probe_ms));
  bars.push({ label: 'probe', startMs, lengthMs: probe_ms, kind: 'gateway', text: text(probe_ms, heard) });
  return { bars, endMs: Math.max(uploadMs, startMs + probe_ms) };
}

/** Attempts with their starts, by these. Logs of earlier versions have none: there one came after the other. */
function placed(attempts: readonly Attempt[], fromMs: number) {
  let endMs = fromMs;
  return attempts
    .map((attempt) => {
      const startMs = attempt.started_ms ?? endMs + attempt.waited_ms;
      endMs = startMs + attempt.latency_ms;
      return { attempt, startMs };
    })
    .toSorted((one, other) => one.startMs - other.startMs);
}

function barsOf(attempt: Attempt, startMs: number, index: number): Bar[] {
  const { waited_ms, latency_ms, outcome, provider, upstream_status, first_byte_ms, error, hedge, cost_usd } = attempt;
  const kind = outcome === 'success' ? 'provider' : outcome === 'aborted' ? 'aborted' : 'failed';
  const words =
    outcome === 'success'
      ? [
          first_byte_ms !== null && first_byte_ms < latency_ms ? `first byte ${formatMs(first_byte_ms)}` : undefined,
          cost_usd === null ? undefined : formatUsd(cost_usd),
        ]
      : [upstream_status === null ? undefined : String(upstream_status), outcome.replaceAll('_', ' ')];
  return [
    ...(waited_ms > 0
      ? [
          {
            label: 'wait',
            startMs: startMs - waited_ms,
            lengthMs: waited_ms,
            kind: 'wait' as const,
            text: text(waited_ms, 'backoff'),
          },
        ]
      : []),
    {
      label: `${provider} ${index + 1}${hedge ? ' hedge' : ''}`,
      startMs,
      lengthMs: latency_ms,
      kind,
      text: text(latency_ms, ...words),
      ...(error !== null && { more: error }),
      ...(first_byte_ms !== null && { firstByteMs: first_byte_ms }),
    },
  ];
}

function restLabel({ cache, attempts }: Log): string {
  if (cache === 'hit') return 'cache';
  return attempts.length > 0 ? 'render' : 'gateway';
}

/** What the rest of the time was for: a format that the gateway makes, an answer from the cache, or a refusal. */
function restWords({ cache, plan, deployment_id, model, response_format, attempts, status }: Log): string {
  if (cache === 'hit') return 'answer from the cache';
  if (attempts.length === 0) return status === 'success' ? 'answer' : 'no provider was asked';
  const served = plan?.candidates.find(
    (it) => it.deployment_id === deployment_id && it.model === (attempts.at(-1)?.model ?? model),
  );
  if (served?.format === 'synthesised' && response_format && status === 'success')
    return `${response_format} made by the gateway`;
  return 'answer';
}

/** Where an axis of some four parts has its marks, in round milliseconds. */
export function axisOf(endMs: number): readonly number[] {
  const rough = endMs / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((it) => it >= rough) ?? 10 * power;
  return Array.from({ length: Math.floor(endMs / step) + 1 }, (_, index) => index * step);
}
