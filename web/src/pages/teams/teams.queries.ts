import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import type { Zone } from '../../format/time';
import { newTeamOf, teamChangesOf, type TeamValues } from './team-values';

/** A page of the teams, newest first. */
export function teamsQuery(cursor: string | undefined) {
  return queryOptions({
    queryKey: ['teams', 'list', cursor],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/admin/v1/teams', { params: { query: { cursor, limit: 100 } }, signal });
      return data;
    },
  });
}

/** One team. */
export function teamQuery(team: string) {
  return queryOptions({
    queryKey: ['teams', 'one', team],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/admin/v1/teams/{team}', { params: { path: { team } }, signal });
      return data;
    },
  });
}

/** Makes a team. */
export async function makeTeam(values: TeamValues, zone: Zone) {
  const { data } = await api.POST('/admin/v1/teams', { body: newTeamOf(values, zone) });
  return data;
}

/** Changes a team: what has been changed in the form, and nothing else. */
export async function changeTeam(stored: Schemas['Team'], values: TeamValues, zone: Zone) {
  const body = teamChangesOf(stored, values, zone);
  const { data } = await api.PATCH('/admin/v1/teams/{team}', { params: { path: { team: stored.id } }, body });
  return data;
}

/** Has everything that was read of teams be read again, and of keys, which name them. */
export async function rereadTeams(queries: QueryClient): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['teams'] }),
    queries.invalidateQueries({ queryKey: ['keys'] }),
  ]);
}
