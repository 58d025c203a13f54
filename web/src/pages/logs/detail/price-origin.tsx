import { ExternalLink } from 'lucide-react';
import type { Schemas } from '../../../api/client';
import type { PricedModel } from './price-origins';
import { priceWords } from './price-words';
import { useListedPrice } from './use-log';

type Origin = NonNullable<Schemas['Attempt']['price_origin']>;

const WORDS: Readonly<Record<Origin['by'], string>> = {
  deployment: 'The price of the deployment',
  operator: 'Price file of this gateway',
  built_in: 'Price list',
  settings: "The price in the gateway's settings",
  provider: 'The provider has said what it costs',
};

/** By whose word a model cost what it cost, at the time of the request. */
export function PriceOrigin({ model, isNamed }: { model: PricedModel; isNamed: boolean }) {
  const { provider, upstream_model, price_origin: origin } = model;
  return (
    <p className="break-words">
      {isNamed && `${provider}/${upstream_model}: `}
      {origin === null ? (
        'Whose price it was is not noted: the log is of an earlier version.'
      ) : (
        <>
          {WORDS[origin.by]}
          {origin.source !== null && <Listed model={model} origin={origin} source={origin.source} />}
        </>
      )}
    </p>
  );
}

/** The amount, too, where the list still has the same. */
function Listed({ model, origin, source }: { model: PricedModel; origin: Origin; source: string }) {
  const { data: listed } = useListedPrice(model.provider, model.upstream_model);
  const isSame = listed?.list === origin.by && listed.source === source && listed.as_of === origin.as_of;
  const address = addressOf(source);
  return (
    <>
      {' '}
      {origin.as_of}: {isSame && `${priceWords(listed.price)}, `}
      {address === null ? (
        source
      ) : (
        <a href={address} target="_blank" rel="noopener noreferrer" className="text-accent break-words hover:underline">
          {source} <ExternalLink size={12} aria-label="(another site)" className="inline" />
        </a>
      )}
    </>
  );
}

function addressOf(source: string): string | null {
  if (/^https?:\/\//.test(source)) return source;
  return /^[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(source) ? `https://${source}` : null;
}
