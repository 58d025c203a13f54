import type { Schemas } from '../../../api/client';
import { Money } from '../../../components/money';
import { formatCount } from '../../../format/amounts';
import { formatUsd } from '../../../format/money';
import { whyUnknown } from './log-head';
import { PriceOrigin } from './price-origin';
import { pricedModels } from './price-origins';
import { Section } from './section';

/** What a request cost, by its parts, and by whose prices. */
export function CostSection({ log }: { log: Schemas['Log'] }) {
  const { cost_usd, cost_estimated, cost_steps, measured_cost_usd, usage_source, provider, upstream_model } = log;
  const steps = cost_steps ?? [];
  const priced = pricedModels(log.attempts);
  if (provider === null && cost_usd === 0) return null;
  return (
    <Section title="Cost">
      <table className="w-full text-sm">
        <tbody>
          {steps.map(({ step, provider: by, upstream_model: model, item, cost_usd: cost, estimated }, index) => (
            <tr key={index}>
              <th scope="row" className="py-0.5 pr-3 text-left font-normal break-all">
                {by}/{model} <span className="text-muted">{item === 'total' ? step : `${step}, ${item}`}</span>
              </th>
              <td className="py-0.5 text-right whitespace-nowrap">
                <Money usd={cost} />
                {estimated && <span className="text-muted"> estimated</span>}
              </td>
            </tr>
          ))}
          <tr className={steps.length > 0 ? 'border-t border-line' : undefined}>
            <th scope="row" className="py-0.5 pr-3 text-left font-normal break-all">
              {steps.length > 0 ? 'In all' : [provider, upstream_model].filter(Boolean).join('/')}
              {steps.length === 0 && <span className="text-muted"> {quantityOf(log)}</span>}
            </th>
            <td className="py-0.5 text-right whitespace-nowrap">
              <Money usd={cost_usd} why={whyUnknown(log)} />
              {cost_estimated && <span className="text-muted"> estimated</span>}
            </td>
          </tr>
        </tbody>
      </table>
      <div className="mt-1 text-sm text-muted">
        {cost_usd !== null && usage_source && (
          <p>
            {usage_source === 'provider'
              ? 'By what the provider says it bills.'
              : 'By the measured length of the audio.'}
            {measured_cost_usd !== null && ` By the measured length it would be ${formatUsd(measured_cost_usd)}.`}
          </p>
        )}
        {priced.map((model) => (
          <PriceOrigin key={JSON.stringify(model)} model={model} isNamed={priced.length > 1} />
        ))}
      </div>
    </Section>
  );
}

function quantityOf({ usage, audio_seconds, input_characters }: Schemas['Log']): string {
  if (usage?.type === 'duration') return `${usage.seconds} s`;
  if (usage?.type === 'tokens')
    return `${formatCount(usage.input_tokens)} + ${formatCount(usage.output_tokens)} tokens`;
  if (input_characters !== null) return `${formatCount(input_characters)} characters`;
  return audio_seconds === null ? '' : `${audio_seconds} s`;
}
