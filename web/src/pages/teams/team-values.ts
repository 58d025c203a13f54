import type { Schemas } from '../../api/client';
import { accessOf, accessValues, type AccessValues } from '../../components/access/access-values';
import { changes } from '../../components/forms/changes';
import type { Zone } from '../../format/time';

/** A team as the fields of a form have it. */
export interface TeamValues extends AccessValues {
  holders_may_read_logs: boolean;
}

/** What a form shows of a team; undefined = of one that is to be made. */
export function teamValues(team: Schemas['Team'] | undefined, zone: Zone): TeamValues {
  return { ...accessValues(team, zone), holders_may_read_logs: team?.holders_may_read_logs ?? false };
}

/** The body that makes a team. */
export function newTeamOf(values: TeamValues, zone: Zone): Schemas['CreateTeam'] {
  return { ...settingsOf(values, zone), blocked: false, metadata: {} };
}

/** The body that changes a team: what has been changed in the form, and nothing else. */
export function teamChangesOf(team: Schemas['Team'], values: TeamValues, zone: Zone): Schemas['UpdateTeam'] {
  return changes(settingsOf(teamValues(team, zone), zone), settingsOf(values, zone));
}

function settingsOf(values: TeamValues, zone: Zone) {
  return { ...accessOf(values, zone), holders_may_read_logs: values.holders_may_read_logs };
}
