import type { Schemas } from '../../../api/client';
import { accessOf, accessValues, type AccessValues } from '../../../components/access/access-values';
import { changes } from '../../../components/forms/changes';
import type { Zone } from '../../../format/time';

type Gateway = Schemas['Gateway'];

/** What a form shows of what holds for all requests. Budgets of the configuration file are not among it: the file alone changes them. */
export function gatewayValues(stored: Gateway, zone: Zone): AccessValues {
  const budgets = stored.budgets.filter(({ source }) => source === 'api');
  const unbound = { ...stored, budgets, name: '', models: null, endpoints: null, allowed_addresses: null, tags: [] };
  return accessValues(unbound, zone);
}

/** The body that changes it: what has been changed in the form, and nothing else. */
export function gatewayChanges(stored: Gateway, values: AccessValues, zone: Zone): Schemas['UpdateGateway'] {
  return changes(bodyOf(gatewayValues(stored, zone), zone), bodyOf(values, zone));
}

function bodyOf(values: AccessValues, zone: Zone): Schemas['UpdateGateway'] {
  const { budgets, limits, redaction, privacy } = accessOf(values, zone);
  return { budgets, limits, redaction, privacy };
}
