import type { Schemas } from '../../api/client';
import { changes } from '../../components/forms/changes';
import { numberOf, textOf } from '../../components/forms/texts';
import { priceOf, priceValues, type PriceValues } from './price/price-values';
import type { SettingField } from './settings/setting-fields';
import { patchBetween, settingsOf, settingValues, type SettingValues } from './settings/setting-values';

/** A deployment as the fields of a form have it, named as the API names it. */
export interface DeploymentValues extends SettingValues {
  upstream_model: string;
  mode: Schemas['Deployment']['mode'];
  weight: string;
  api_base: string;
  routing: { order: string; max_concurrent_requests: string; max_requests_per_minute: string };
  price: PriceValues;
}

/** What a form shows of a deployment. */
export function deploymentValues(
  { upstream_model, mode, weight, api_base, routing, price, settings }: Schemas['Deployment'],
  fields: readonly SettingField[],
): DeploymentValues {
  return {
    upstream_model,
    mode,
    weight: String(weight),
    api_base: api_base ?? '',
    routing: {
      order: textOf(routing.order),
      max_concurrent_requests: textOf(routing.max_concurrent_requests),
      max_requests_per_minute: textOf(routing.max_requests_per_minute),
    },
    price: priceValues(price),
    ...settingValues(fields, settings),
  };
}

/** The body that changes a deployment: what has been changed in the form, and nothing else. */
export function deploymentChanges(
  before: DeploymentValues,
  after: DeploymentValues,
  fields: readonly SettingField[],
): Schemas['UpdateDeployment'] {
  const settings = patchBetween(settingsOf(fields, before), settingsOf(fields, after));
  return {
    ...changes(bodyOf(before), bodyOf(after)),
    ...priceChange(before.price, after.price),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}

function bodyOf({ upstream_model, mode, weight, api_base, routing }: DeploymentValues) {
  return {
    upstream_model: upstream_model.trim(),
    mode,
    weight: numberOf(weight) ?? 1,
    api_base: api_base.trim() || null,
    routing: {
      order: numberOf(routing.order),
      max_concurrent_requests: numberOf(routing.max_concurrent_requests),
      max_requests_per_minute: numberOf(routing.max_requests_per_minute),
    },
  };
}

function priceChange(before: PriceValues, after: PriceValues): Pick<Schemas['UpdateDeployment'], 'price'> {
  const [was, is] = [priceOf(before), priceOf(after)];
  if (JSON.stringify(was) === JSON.stringify(is)) return {};
  if (was === null || is === null || was.type !== is.type) return { price: is };
  return { price: patchBetween({ ...was }, { ...is }) };
}
