import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { formatMs } from '../../format/amounts';
import { capabilitiesOf, formatOffers } from '../../format/format-offers';
import { Badge } from '../badge';
import { Notice } from '../notice';
import { providersQuery } from '../../api/serving';

const TONES = { native: 'good', made: 'accent', refused: 'neutral' } as const;

/** What came back when a deployment was called, and what its answers can be. */
export function TestResult({
  result,
  deployment,
  actions,
}: {
  result: Schemas['DeploymentTest'];
  /** Undefined where it is not known whose formats to tell. */
  deployment?: Pick<Schemas['Deployment'], 'provider' | 'upstream_model'>;
  actions?: ReactNode;
}) {
  const { data } = useQuery(providersQuery);
  const provider = data?.data.find(({ name }) => name === deployment?.provider);
  const capabilities = provider && deployment && capabilitiesOf(provider, deployment.upstream_model);
  const worked = result.outcome === 'success';
  return (
    <div className="flex flex-col gap-2">
      <Notice tone={worked ? 'info' : 'bad'} actions={actions}>
        {worked ? (
          <p>
            It works: {formatMs(result.latency_ms)}
            {result.text !== null && (
              <>
                , and it understood <q dir="auto">{result.text.trim()}</q>
              </>
            )}
          </p>
        ) : (
          <>
            <p>
              It failed: {result.outcome.replaceAll('_', ' ')}
              {result.upstream_status !== null && `, HTTP ${result.upstream_status}`}.
            </p>
            <p className="text-sm">{result.error}</p>
          </>
        )}
      </Notice>
      {worked && capabilities && (
        <ul aria-label="Formats" className="flex flex-wrap gap-1">
          {formatOffers(capabilities).map(({ format, how }) => (
            <li key={format}>
              <Badge tone={TONES[how]}>
                {format}: {how}
              </Badge>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
