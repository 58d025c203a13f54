import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, Pencil, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { ErrorNotice } from '../../components/notice';
import { rereadTeams } from './teams.queries';

/** What can be done with a team. */
export function TeamActions({
  stored,
  onEdit,
  onDeleted,
}: {
  stored: Schemas['Team'];
  onEdit: () => void;
  onDeleted: () => void;
}) {
  const queries = useQueryClient();
  const [isDeleting, setIsDeleting] = useState(false);
  const path = { team: stored.id };
  const block = useMutation({
    mutationFn: (blocked: boolean) => api.PATCH('/admin/v1/teams/{team}', { params: { path }, body: { blocked } }),
    onSuccess: () => rereadTeams(queries),
  });
  return (
    <>
      <Button size="small" onClick={onEdit}>
        <Pencil size={14} aria-hidden /> Edit
      </Button>
      <Button size="small" disabled={block.isPending} onClick={() => block.mutate(!stored.blocked)}>
        {stored.blocked ? <Undo2 size={14} aria-hidden /> : <Ban size={14} aria-hidden />}
        {stored.blocked ? 'Unblock' : 'Block'}
      </Button>
      <Button size="small" look="danger" onClick={() => setIsDeleting(true)}>
        <Trash2 size={14} aria-hidden /> Delete
      </Button>
      {block.error && <ErrorNotice error={block.error} />}
      {isDeleting && (
        <ConfirmDialog
          title={`Delete ${stored.name}`}
          typed={stored.name}
          action="Delete the team"
          run={() => api.DELETE('/admin/v1/teams/{team}', { params: { path } })}
          onClose={() => setIsDeleting(false)}
          onDone={() => {
            onDeleted();
            void queries.invalidateQueries({ queryKey: ['teams', 'list'] });
          }}
        >
          <p>Only a team that no key belongs to is deleted. Its logs stay.</p>
        </ConfirmDialog>
      )}
    </>
  );
}
