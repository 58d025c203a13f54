import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, Pencil, RotateCw, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { ErrorNotice } from '../../components/notice';
import { rereadKeys } from './keys.queries';
import { RotateKey } from './rotate-key';

/** What can be done with a key. */
export function KeyActions({
  stored,
  onEdit,
  onDeleted,
}: {
  stored: Schemas['Key'];
  onEdit: () => void;
  onDeleted: () => void;
}) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState<'rotate' | 'delete'>();
  const path = { key: stored.id };
  const block = useMutation({
    mutationFn: (blocked: boolean) => api.PATCH('/admin/v1/keys/{key}', { params: { path }, body: { blocked } }),
    onSuccess: () => rereadKeys(queries),
  });
  return (
    <>
      <Button size="small" onClick={onEdit}>
        <Pencil size={14} aria-hidden /> Edit
      </Button>
      <Button size="small" onClick={() => setAsking('rotate')}>
        <RotateCw size={14} aria-hidden /> Rotate
      </Button>
      <Button size="small" disabled={block.isPending} onClick={() => block.mutate(!stored.blocked)}>
        {stored.blocked ? <Undo2 size={14} aria-hidden /> : <Ban size={14} aria-hidden />}
        {stored.blocked ? 'Unblock' : 'Block'}
      </Button>
      <Button size="small" look="danger" onClick={() => setAsking('delete')}>
        <Trash2 size={14} aria-hidden /> Delete
      </Button>
      {block.error && <ErrorNotice error={block.error} />}
      {asking === 'rotate' && <RotateKey stored={stored} onClose={() => setAsking(undefined)} />}
      {asking === 'delete' && (
        <ConfirmDialog
          title={`Delete ${stored.name}`}
          typed={stored.name}
          action="Delete the key"
          run={() => api.DELETE('/admin/v1/keys/{key}', { params: { path } })}
          onClose={() => setAsking(undefined)}
          onDone={() => {
            // The key itself is not asked for again: it is no more.
            onDeleted();
            void queries.invalidateQueries({ queryKey: ['keys', 'list'] });
          }}
        >
          <p>Applications that use it get a 401 from now on. Its logs stay.</p>
        </ConfirmDialog>
      )}
    </>
  );
}
