import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { Menu, MenuItem, MenuLine } from '../../components/menu';
import { ErrorNotice, Notice } from '../../components/notice';
import type { KeysSearch } from './keys.route';
import { rereadKeys } from './keys.queries';

type Meant = { team: string } | { user: string } | { tag: string };

/** By what all keys of the list are meant at once; undefined = the API has no word for it. */
function meantBy({ team, user, tag }: KeysSearch): { meant: Meant; words: string } | undefined {
  const ways = [
    ...(team === undefined ? [] : [{ meant: { team }, words: `the team ${team}` }]),
    ...(user === undefined ? [] : [{ meant: { user }, words: `the owner ${user}` }]),
    ...(tag === undefined ? [] : [{ meant: { tag }, words: `the tag ${tag}` }]),
  ];
  return ways.length === 1 ? ways[0] : undefined;
}

/** Blocks, unblocks or revokes every key of a team, an owner or a tag, also those on other pages of the list. */
export function BulkMenu({ search }: { search: KeysSearch }) {
  const queries = useQueryClient();
  const [isRevoking, setIsRevoking] = useState(false);
  const change = useMutation({
    mutationFn: async ({ meant, how }: { meant: Meant; how: 'block' | 'unblock' | 'revoke' }) => {
      const { data } = await api.POST(`/admin/v1/keys/${how}` as const, { body: meant });
      return { how, count: data?.count ?? 0 };
    },
    onSuccess: () => rereadKeys(queries),
  });
  const all = meantBy(search);
  if (!all) return null;
  const { meant, words } = all;
  const did = { block: 'blocked', unblock: 'unblocked', revoke: 'revoked' } as const;
  return (
    <>
      <Menu
        trigger={
          <Button>
            All of these <ChevronDown size={14} aria-hidden />
          </Button>
        }
      >
        <MenuItem onSelect={() => change.mutate({ meant, how: 'block' })}>Block</MenuItem>
        <MenuItem onSelect={() => change.mutate({ meant, how: 'unblock' })}>Unblock</MenuItem>
        <MenuLine />
        <MenuItem onSelect={() => setIsRevoking(true)}>Revoke…</MenuItem>
      </Menu>
      {change.data && (
        <Notice tone="info">
          {change.data.count} {change.data.count === 1 ? 'key' : 'keys'} of {words} {did[change.data.how]}.
        </Notice>
      )}
      {change.error && <ErrorNotice error={change.error} />}
      {isRevoking && (
        <ConfirmDialog
          title={`Revoke all keys of ${words}`}
          typed={Object.values(meant).join('')}
          action="Revoke all"
          run={() => change.mutateAsync({ meant, how: 'revoke' })}
          onClose={() => setIsRevoking(false)}
          onDone={() => setIsRevoking(false)}
        >
          <p>
            Every key of {words} is deleted, also those on other pages of the list. Applications that use one get a 401.
          </p>
          <p>Their logs stay.</p>
        </ConfirmDialog>
      )}
    </>
  );
}
