import type { Schemas } from '../../../api/client';
import { accessOf, accessValues, type AccessValues } from '../../../components/access/access-values';
import { changes } from '../../../components/forms/changes';

type Gateway = Schemas['Gateway'];

/** What a form shows of what holds for all requests. Budgets of the configuration file are not among it: the file alone changes them. */
export function gatewayValues(stored: Gateway): AccessValues {
  const budgets = stored.budgets.filter(({ source }) => source === 'api');
  return accessValues({
    ...stored,
    budgets,
    name: '',
    models: null,
    endpoints: null,
    allowed_addresses: null,
    tags: [],
  });
}

/** The body that changes it: what has been changed in the form, and nothing else. */
export function gatewayChanges(stored: Gateway, values: AccessValues): Schemas['UpdateGateway'] {
  return changes(bodyOf(stored, gatewayValues(stored)), bodyOf(stored, values));
}

function bodyOf(stored: Gateway, values: AccessValues): Schemas['UpdateGateway'] {
  const { budgets, limits, redaction, privacy } = accessOf(values, stored.redaction?.patterns);
  return { budgets, limits, redaction, privacy };
}
