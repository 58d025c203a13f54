import type { Schemas } from '../../api/client';
import { accessOf, accessValues, type AccessValues } from '../../components/access/access-values';
import { changes } from '../../components/forms/changes';
import { clockOf, instantOf } from '../../components/forms/texts';
import type { Zone } from '../../format/time';

/** A key as the fields of a form have it. */
export interface KeyValues extends AccessValues {
  user: string;
  team: string;
  /** By the clocks of the zone that is shown, as the browser's field has it. */
  expires_at: string;
  cache: boolean;
  allow_provider_keys: boolean;
}

/** What a form shows of a key; undefined = of one that is to be made. */
export function keyValues(key: Schemas['Key'] | undefined, zone: Zone): KeyValues {
  return {
    ...accessValues(key, zone),
    user: key?.user ?? '',
    team: key?.team ?? '',
    expires_at: clockOf(key?.expires_at, zone),
    cache: key?.cache ?? true,
    allow_provider_keys: key?.allow_provider_keys ?? false,
  };
}

/** The body that makes a key. */
export function newKeyOf(values: KeyValues, zone: Zone): Schemas['CreateKey'] {
  return { ...settingsOf(values, zone), blocked: false, metadata: {} };
}

/** The body that changes a key: what has been changed in the form, and nothing else. */
export function keyChangesOf(key: Schemas['Key'], values: KeyValues, zone: Zone): Schemas['UpdateKey'] {
  return changes(settingsOf(keyValues(key, zone), zone), settingsOf(values, zone));
}

function settingsOf(values: KeyValues, zone: Zone) {
  return {
    ...accessOf(values, zone),
    user: values.user.trim() || null,
    team: values.team.trim() || null,
    expires_at: instantOf(values.expires_at, zone),
    cache: values.cache,
    allow_provider_keys: values.allow_provider_keys,
  };
}
