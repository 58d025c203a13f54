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

/** The name of a team, with those that there are to choose from. */
export function TeamField({
  label = 'Team',
  ...field
}: Omit<ComponentProps<typeof TextField>, 'label' | 'list'> & { label?: string }) {
  const list = useId();
  const { data } = useQuery({ ...teamNamesQuery, enabled: useMay('teams.read') });
  return (
    <>
      <TextField {...field} label={label} list={list} autoComplete="off" />
      <datalist id={list}>
        {data?.data.map(({ id, name }) => (
          <option key={id} value={name}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  );
}
