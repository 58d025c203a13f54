import { TriangleAlert } from 'lucide-react';
import { Badge } from '../../components/badge';
import { Money } from '../../components/money';
import { formatMs, formatRealTime } from '../../format/amounts';
import { LogLink } from './log-link';
import type { Answer } from './send';
import { NO_PRICE, STREAM_COST } from './use-runs';

const ORIGINS: Readonly<Record<string, { readonly word: string; readonly more: string }>> = {
  native: { word: 'native', more: "The provider's own answer in this format" },
  synthesised: { word: 'made', more: 'Made by the gateway of what the provider understood' },
};

/** What an answer has cost and how it came about, as its headers say. */
export function ColumnFigures({ answer, seconds }: { answer: Answer; seconds: number | undefined }) {
  const { facts, isStream, format } = answer;
  const { providerMs, overheadMs, costUsd, cache, origin, warning, requestId, provider, model, attempts } = facts;
  const ofGateway = providerMs !== undefined && overheadMs !== undefined ? providerMs + overheadMs : undefined;
  const latencyMs = ofGateway ?? facts.tookMs;
  const length = answer.heard.duration ?? seconds;
  const came = origin === undefined ? undefined : ORIGINS[origin];
  return (
    <div className="flex flex-col gap-1.5 text-sm">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 font-medium">
        <Money usd={costUsd} why={isStream ? STREAM_COST : NO_PRICE} />
        <span
          title={
            ofGateway === undefined
              ? 'Measured by this page'
              : `${providerMs} ms provider, ${overheadMs} ms the rest with the upload`
          }
        >
          {formatMs(latencyMs)}
        </span>
        <span title="Seconds of audio by seconds of waiting">
          {length === undefined || latencyMs === 0 ? 'length unknown' : formatRealTime((length * 1000) / latencyMs)}
        </span>
      </p>
      <p className="flex flex-wrap items-center gap-1.5">
        {provider !== undefined && <Badge>{provider}</Badge>}
        {model !== undefined && model !== answer.wish.model && <Badge tone="warn">fallback: {model}</Badge>}
        {(attempts ?? 1) > 1 && <Badge>{attempts} attempts</Badge>}
        {cache === 'hit' && <Badge tone="accent">from the cache</Badge>}
        {came && (
          <span className="text-muted" title={came.more}>
            {isStream ? 'stream' : format} · {came.word}
          </span>
        )}
        {requestId !== undefined && (
          <LogLink requestId={requestId} className="ml-auto">
            log
          </LogLink>
        )}
      </p>
      {warning !== undefined && (
        <p className="flex gap-1.5 text-warn">
          <TriangleAlert size={14} aria-label="Warning" className="mt-1 shrink-0" />
          <span className="min-w-0 break-words">{warning}</span>
        </p>
      )}
    </div>
  );
}
