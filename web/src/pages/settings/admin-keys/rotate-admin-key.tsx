import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../../api/client';
import { Button } from '../../../components/button';
import { Dialog } from '../../../components/dialog';
import { ErrorNotice } from '../../../components/notice';
import { AdminSecretDialog } from './admin-secret-dialog';

/** Gives an admin key another secret. */
export function RotateAdminKey({ stored, onClose }: { stored: Schemas['AdminKey']; onClose: () => void }) {
  const queries = useQueryClient();
  const rotate = useMutation({
    // The answer holds the secret.
    gcTime: 0,
    mutationFn: async () =>
      (await api.POST('/admin/v1/admin_keys/{key}/rotate', { params: { path: { key: stored.id } } })).data,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['admin keys'] }),
  });
  if (rotate.data)
    return <AdminSecretDialog made={rotate.data} title={`New secret of ${stored.name}`} onClose={onClose} />;
  return (
    <Dialog title={`Rotate ${stored.name}`} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p className="break-words">
          The key gets another secret. The one before stops at once, and with it the sessions that were opened by it.
        </p>
        {rotate.error && <ErrorNotice error={rotate.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={rotate.isPending} onClick={() => rotate.mutate()}>
            Rotate
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
