import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { formatMs } from '../../format/amounts';
import { Notice } from '../notice';
import { Formats } from './formats';

/** What came back when a deployment was called, and what its answers can be. */
export function TestResult({
  result,
  deployment,
  actions,
}: {
  result: Schemas['DeploymentTest'];
  /** Undefined where it is not known whose formats to tell. */
  deployment?: Pick<Schemas['Deployment'], 'formats'>;
  actions?: ReactNode;
}) {
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
      {worked && deployment?.formats && <Formats formats={deployment.formats} />}
    </div>
  );
}
