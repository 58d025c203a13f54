import { ExternalLink } from 'lucide-react';
import type { Schemas } from '../../../api/client';
import { Money } from '../../../components/money';
import { formatCount } from '../../../format/amounts';
import { formatUsd } from '../../../format/money';
import { whyUnknown } from './log-head';
import { priceWords } from './price-words';
import { Section } from './section';
import { useListedPrice } from './use-log';

/** What a request cost, by its parts, and the price that the lists have. */
export function CostSection({ log }: { log: Schemas['Log'] }) {
  const { cost_usd, cost_estimated, cost_steps, measured_cost_usd, usage_source, provider, upstream_model } = log;
  const steps = cost_steps ?? [];
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
        <ListedPrice provider={provider} upstreamModel={upstream_model} />
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

/** What the lists say today; the deployment may have had a price of its own, or the list another one then. */
function ListedPrice({ provider, upstreamModel }: { provider: string | null; upstreamModel: string | null }) {
  const { data: listed } = useListedPrice(provider, upstreamModel);
  if (!listed) return null;
  const { price, source, as_of, list } = listed;
  const address = /^https?:\/\//.test(source)
    ? source
    : /^[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(source)
      ? `https://${source}`
      : null;
  return (
    <p>
      {list === 'operator' ? 'Price file of this gateway' : 'Price list'} {as_of}: {priceWords(price)},{' '}
      {address ? (
        <a href={address} target="_blank" rel="noopener noreferrer" className="text-accent break-all hover:underline">
          {source} <ExternalLink size={12} aria-label="(another site)" className="inline" />
        </a>
      ) : (
        source
      )}
    </p>
  );
}
