import type { ReactNode } from 'react';
import type { Schemas } from '../../../api/client';
import { Instant } from '../../../components/instant';
import { Money } from '../../../components/money';
import { formatAudioSeconds, formatMs, formatRealTime } from '../../../format/amounts';
import { Marks } from '../marks';
import { StatusMark } from '../statuses';

/** The head line of a log: how it ended, who served it, and its figures. */
export function LogHead({ log }: { log: Schemas['Log'] }) {
  const { status, http_status, model, provider, upstream_model, cost_usd, latency_ms, created_at } = log;
  const seconds = log.task === 'speak' ? log.output_audio_seconds : log.audio_seconds;
  const served = provider && (upstream_model ? `${provider}/${upstream_model}` : provider);
  return (
    <span className="flex flex-col gap-1">
      <span className="flex flex-wrap items-center gap-x-2">
        <StatusMark status={status} httpStatus={http_status} />
        <span className="flex min-w-0 flex-wrap items-center gap-x-1.5 break-all">
          {model ?? 'no model'}
          {served && (
            <>
              <span aria-label="served by" role="img" className="text-faint">
                →
              </span>
              <span className="font-normal">{served}</span>
            </>
          )}
          <span className="flex gap-1.5 text-base font-normal">
            <Marks {...log} />
          </span>
        </span>
      </span>
      <span className="flex flex-wrap gap-x-4 text-sm font-normal text-muted">
        <Figure label="Cost">
          <Money usd={cost_usd} why={whyUnknown(log)} />
        </Figure>
        {seconds !== null && (
          <Figure label="Audio" title={`${seconds} s`}>
            {formatAudioSeconds(seconds)} audio
          </Figure>
        )}
        <Figure label="Latency" title={`${latency_ms} ms`}>
          {formatMs(latency_ms)}
        </Figure>
        {seconds !== null && status === 'success' && latency_ms > 0 && (
          <Figure label="Speed">{formatRealTime((1000 * seconds) / latency_ms)} real time</Figure>
        )}
        <Figure label="At">
          <Instant at={created_at} look="full" />
        </Figure>
      </span>
    </span>
  );
}

function Figure({ label, title, children }: { label: string; title?: string; children: ReactNode }) {
  return (
    <span title={title}>
      <span className="sr-only">{label} </span>
      {children}
    </span>
  );
}

/** Why nobody knows what a request has cost. */
export function whyUnknown({ status, provider, upstream_model, audio_seconds, usage }: Schemas['Log']): string {
  if (status === 'lost') return 'The gateway stopped before it knew what the provider charges.';
  if (audio_seconds === null && usage === null)
    return 'The length of the audio is unknown, and the provider did not say what it bills.';
  return `There is no price for ${[provider, upstream_model].filter(Boolean).join('/') || 'it'}.`;
}
