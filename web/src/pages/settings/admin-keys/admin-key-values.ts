import type { Schemas } from '../../../api/client';
import { changes } from '../../../components/forms/changes';
import { clockOf, entriesOf, instantOf } from '../../../components/forms/texts';
import type { Zone } from '../../../format/time';

type AdminKey = Schemas['AdminKey'];

/** An admin key as the fields of a form have it. */
export interface AdminKeyValues {
  name: string;
  role: AdminKey['role'];
  /** Names, one a line. */
  teams: string;
  /** By the clocks of the zone that is shown, as the browser's field has it. */
  expires_at: string;
}

/** What a form shows of an admin key; undefined = of one that is to be made. */
export function adminKeyValues(stored: AdminKey | undefined, zone: Zone): AdminKeyValues {
  return {
    name: stored?.name ?? '',
    role: stored?.role ?? 'viewer',
    teams: stored?.teams.join('\n') ?? '',
    expires_at: clockOf(stored?.expires_at, zone),
  };
}

/** The body that makes an admin key. */
export function newAdminKeyOf(values: AdminKeyValues, zone: Zone): Schemas['CreateAdminKey'] {
  return { ...bodyOf(values, zone), blocked: false };
}

/** The body that changes an admin key: what has been changed in the form, and nothing else. */
export function adminKeyChangesOf(stored: AdminKey, values: AdminKeyValues, zone: Zone): Schemas['UpdateAdminKey'] {
  return changes(bodyOf(adminKeyValues(stored, zone), zone), bodyOf(values, zone));
}

function bodyOf({ name, role, teams, expires_at }: AdminKeyValues, zone: Zone) {
  return {
    name: name.trim(),
    role,
    // Others have none.
    teams: role === 'team_admin' ? entriesOf(teams) : [],
    expires_at: instantOf(expires_at, zone),
  };
}
