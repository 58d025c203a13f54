import { queryOptions, useQuery } from '@tanstack/react-query';
import { useId, type ComponentProps } from 'react';
import { api } from '../../api/client';
import { useMay } from '../../api/session';
import { TextField } from '../field';

/** The newest hundred teams, to choose one by its name. */
const teamNamesQuery = queryOptions({
  queryKey: ['teams', 'first'],
  staleTime: 60_000,
  queryFn: async ({ signal }) => {
    const { data } = await api.GET('/admin/v1/teams', { params: { query: { limit: 100 } }, signal });
    return data;
  },
});

/** The names of the newest hundred teams; none for whoever may not see teams. */
export function useTeamNames(): readonly string[] {
  const { data } = useQuery({ ...teamNamesQuery, enabled: useMay('teams.read') });
  return data?.data.map(({ name }) => name) ?? [];
}

/** The name of a team, with those that there are to choose from. */
export function TeamField({
  label = 'Team',
  ...field
}: Omit<ComponentProps<typeof TextField>, 'label' | 'list'> & { label?: string }) {
  const list = useId();
  const names = useTeamNames();
  return (
    <>
      <TextField {...field} label={label} list={list} autoComplete="off" />
      <datalist id={list}>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  );
}
