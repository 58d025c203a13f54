import { useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../../api/client';
import { Dialog } from '../../../components/dialog';
import { useZone } from '../../../frame/zone';
import { AdminKeyForm } from './admin-key-form';
import { adminKeyChangesOf, adminKeyValues } from './admin-key-values';

/** Changes an admin key: its name, its role, its teams and its end. */
export function ChangeAdminKey({ stored, onClose }: { stored: Schemas['AdminKey']; onClose: () => void }) {
  const queries = useQueryClient();
  const zone = useZone();
  return (
    <Dialog title={`Change ${stored.name}`} description="It holds at once, also for open sessions." onClose={onClose}>
      <AdminKeyForm
        values={adminKeyValues(stored, zone)}
        label="Save"
        send={async (values) => {
          const body = adminKeyChangesOf(stored, values, zone);
          return await api.PATCH('/admin/v1/admin_keys/{key}', { params: { path: { key: stored.id } }, body });
        }}
        onDone={() => {
          void queries.invalidateQueries({ queryKey: ['admin keys'] });
          onClose();
        }}
        onCancel={onClose}
      />
    </Dialog>
  );
}
