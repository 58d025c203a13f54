import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, Ellipsis, Pencil, RotateCw, Trash2, Undo2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { api, type Schemas } from '../../../api/client';
import { ConfirmDialog } from '../../../components/confirm-dialog';
import { ErrorNotice } from '../../../components/notice';
import { Popup, PopupItem } from '../../../components/popup';
import { RotateAdminKey } from './rotate-admin-key';

const ChangeAdminKey = lazy(async () => ({ default: (await import('./change-admin-key')).ChangeAdminKey }));

/** What can be done with an admin key. */
export function AdminKeyActions({ stored }: { stored: Schemas['AdminKey'] }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState<'change' | 'rotate' | 'delete'>();
  const path = { key: stored.id };
  const reread = () => queries.invalidateQueries({ queryKey: ['admin keys'] });
  const close = () => setAsking(undefined);
  const block = useMutation({
    mutationFn: (blocked: boolean) => api.PATCH('/admin/v1/admin_keys/{key}', { params: { path }, body: { blocked } }),
    onSuccess: reread,
  });
  return (
    <>
      <Popup
        label={`What to do with ${stored.name}`}
        width={144}
        button={{
          look: 'quiet',
          size: 'icon',
          'aria-label': `What to do with ${stored.name}`,
          children: <Ellipsis size={16} aria-hidden />,
        }}
      >
        {(closePopup) => {
          const then = (act: () => void) => () => {
            closePopup();
            act();
          };
          return (
            <>
              <PopupItem onClick={then(() => setAsking('change'))}>
                <Pencil size={14} aria-hidden /> Change
              </PopupItem>
              <PopupItem onClick={then(() => setAsking('rotate'))}>
                <RotateCw size={14} aria-hidden /> Rotate
              </PopupItem>
              <PopupItem disabled={block.isPending} onClick={then(() => block.mutate(!stored.blocked))}>
                {stored.blocked ? <Undo2 size={14} aria-hidden /> : <Ban size={14} aria-hidden />}
                {stored.blocked ? 'Unblock' : 'Block'}
              </PopupItem>
              <PopupItem className="text-bad" onClick={then(() => setAsking('delete'))}>
                <Trash2 size={14} aria-hidden /> Delete
              </PopupItem>
            </>
          );
        }}
      </Popup>
      {block.error && <ErrorNotice error={block.error} />}
      {asking === 'change' && (
        <Suspense>
          <ChangeAdminKey stored={stored} onClose={close} />
        </Suspense>
      )}
      {asking === 'rotate' && <RotateAdminKey stored={stored} onClose={close} />}
      {asking === 'delete' && (
        <ConfirmDialog
          title={`Delete ${stored.name}`}
          typed={stored.name}
          action="Delete the admin key"
          run={() => api.DELETE('/admin/v1/admin_keys/{key}', { params: { path } })}
          onClose={close}
          onDone={() => {
            close();
            void reread();
          }}
        >
          <p>It is refused from now on, and so are the sessions that were opened with it. What it has changed stays.</p>
        </ConfirmDialog>
      )}
    </>
  );
}
