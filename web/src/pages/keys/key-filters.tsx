import { useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { TeamField } from '../../components/access/team-field';
import { Button } from '../../components/button';
import { TextField } from '../../components/field';
import type { KeysSearch } from './keys.route';

/** Narrows the list by name, team, owner and tag. What is chosen is in the address. */
export function KeyFilters({ search }: { search: KeysSearch }) {
  const navigate = useNavigate({ from: '/keys' });
  const { name, team, user, tag } = search;
  const isNarrowed = name !== undefined || team !== undefined || user !== undefined || tag !== undefined;
  return (
    <search aria-label="Keys">
      <form
        // What the address says anew is what the fields say.
        key={[name, team, user, tag].join('\n')}
        className="flex flex-wrap items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          const wish = new FormData(event.currentTarget);
          const said = (name: string) => String(wish.get(name) ?? '').trim() || undefined;
          void navigate({
            search: ({ period, from, to }) => ({
              period,
              from,
              to,
              name: said('name'),
              team: said('team'),
              user: said('user'),
              tag: said('tag'),
            }),
          });
        }}
      >
        <TextField label="Name" name="name" hideLabel placeholder="Name" defaultValue={name} className="w-36" />
        <TeamField name="team" hideLabel placeholder="Team" defaultValue={team} className="w-36 flex-none" />
        <TextField label="Owner" name="user" hideLabel placeholder="Owner" defaultValue={user} className="w-36" />
        <TextField label="Tag" name="tag" hideLabel placeholder="Tag" defaultValue={tag} className="w-28" />
        <Button type="submit">Filter</Button>
        {isNarrowed && (
          <Button
            look="quiet"
            onClick={() => void navigate({ search: ({ period, from, to }) => ({ period, from, to }) })}
          >
            <X size={14} aria-hidden /> All keys
          </Button>
        )}
      </form>
    </search>
  );
}
