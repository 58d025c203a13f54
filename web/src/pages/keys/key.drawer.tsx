import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { useMay } from '../../api/session';
import { Dialog } from '../../components/dialog';
import { ErrorNotice } from '../../components/notice';
import { UsageLinks } from '../../components/usage-links';
import { useZone } from '../../frame/zone';
import { KeyActions } from './key-actions';
import { KeyFacts } from './key-facts';
import { KeyForm } from './key-form';
import { keyChangesOf, keyValues } from './key-values';
import { keyQuery, rereadKeys } from './keys.queries';

/** One key: everything of it, and what can be done with it. */
export function KeyDrawer() {
  const { key: id } = useParams({ from: '/keys/$key' });
  const navigate = useNavigate({ from: '/keys/$key' });
  const mayWrite = useMay('keys.write');
  const [isEditing, setIsEditing] = useState(false);
  const { data: key, error, refetch } = useQuery(keyQuery(id));
  const close = () => void navigate({ to: '/keys', search: (search) => search });
  return (
    <Dialog
      place="drawer"
      title={<span dir="auto">{key?.name ?? 'Key'}</span>}
      description={key && <span className="mono">{key.preview}</span>}
      onClose={close}
    >
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {key && isEditing && <EditKey stored={key} onClose={() => setIsEditing(false)} />}
      {key && !isEditing && (
        <div className="flex flex-col gap-5">
          <div className="flex flex-wrap gap-2">
            {mayWrite && <KeyActions stored={key} onEdit={() => setIsEditing(true)} onDeleted={close} />}
            <UsageLinks filter={{ key_id: key.id }} />
          </div>
          <KeyFacts stored={key} />
        </div>
      )}
    </Dialog>
  );
}

function EditKey({ stored, onClose }: { stored: Schemas['Key']; onClose: () => void }) {
  const zone = useZone();
  const queries = useQueryClient();
  return (
    <KeyForm
      values={keyValues(stored, zone)}
      label="Save"
      send={async (values) => {
        const body = keyChangesOf(stored, values, zone);
        const { data } = await api.PATCH('/admin/v1/keys/{key}', { params: { path: { key: stored.id } }, body });
        return data;
      }}
      onDone={async () => {
        await rereadKeys(queries);
        onClose();
      }}
      onCancel={onClose}
    />
  );
}
