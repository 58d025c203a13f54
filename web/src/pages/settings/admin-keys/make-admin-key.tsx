import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas } from '../../../api/client';
import { Dialog } from '../../../components/dialog';
import { useZone } from '../../../frame/zone';
import { AdminKeyForm } from './admin-key-form';
import { adminKeyValues, newAdminKeyOf } from './admin-key-values';
import { AdminSecretDialog } from './admin-secret-dialog';

/** Makes an admin key, and shows its secret. */
export function MakeAdminKey({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const zone = useZone();
  const [made, setMade] = useState<Schemas['CreatedAdminKey']>();
  if (made) return <AdminSecretDialog made={made} title={`Admin key ${made.name}`} onClose={onClose} />;
  return (
    <Dialog
      title="Make an admin key"
      description="For a person or a script that administers. Applications have keys of their own."
      onClose={onClose}
    >
      <AdminKeyForm
        values={adminKeyValues(undefined, zone)}
        label="Make the admin key"
        send={async (values) => (await api.POST('/admin/v1/admin_keys', { body: newAdminKeyOf(values, zone) })).data}
        onDone={(key) => {
          void queries.invalidateQueries({ queryKey: ['admin keys'] });
          setMade(key);
        }}
        onCancel={onClose}
      />
    </Dialog>
  );
}
