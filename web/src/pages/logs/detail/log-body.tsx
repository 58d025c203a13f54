import type { Schemas } from '../../../api/client';
import { Notice } from '../../../components/notice';
import { Again } from './again';
import { CostSection } from './cost-section';
import { FeedbackSection } from './feedback-section';
import { LeftOut } from './left-out';
import { Facts, Section } from './section';
import { TranscriptSection } from './transcript-section';
import { WaterfallChart } from './waterfall-chart';
import { waterfallOf } from './waterfall';
import { WhoSection } from './who-section';

/** All that a log tells, the answer to "why" first. */
export function LogBody({ log }: { log: Schemas['Log'] }) {
  const { error_message, error_code, status, warnings, metadata } = log;
  return (
    <>
      <Again log={log} />
      {(error_message ?? error_code) && (
        <div className="mb-3">
          <Notice tone={status === 'refused' || status === 'cancelled' ? 'warn' : 'bad'}>
            <p>{error_message ?? error_code}</p>
            {error_message && error_code && <p className="mono text-sm">{error_code}</p>}
          </Notice>
        </div>
      )}
      <Section title="Where the time went">
        <WaterfallChart {...waterfallOf(log)} />
      </Section>
      <LeftOut plan={log.plan} />
      <TranscriptSection log={log} />
      <CostSection log={log} />
      {warnings.length > 0 && (
        <Section title="Warnings">
          <ul className="flex flex-col gap-1 text-sm">
            {warnings.map((warning) => (
              <li key={warning} className="break-words text-warn">
                {warning}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <WhoSection log={log} />
      <FeedbackSection feedback={log.feedback} />
      {metadata && Object.keys(metadata).length > 0 && (
        <Section title="Metadata">
          <Facts
            facts={Object.entries(metadata).map(
              ([name, value]) =>
                [
                  name,
                  <bdi key={name} className="mono break-all">
                    {typeof value === 'string' ? value : JSON.stringify(value)}
                  </bdi>,
                ] as const,
            )}
          />
        </Section>
      )}
    </>
  );
}
