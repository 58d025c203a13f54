import { api, type Schemas } from '../../api/client';
import { Dialog } from '../../components/dialog';
import { useZone } from '../../frame/zone';
import { KeyForm } from './key-form';
import { keyValues, newKeyOf } from './key-values';

/** Makes a key of all that can be said of one. */
export function MakeKeyDialog({
  name,
  team,
  onMade,
  onClose,
}: {
  /** What has been said of it already. */
  name: string;
  team: string;
  onMade: (key: Schemas['CreatedKey'] | undefined) => void;
  onClose: () => void;
}) {
  const zone = useZone();
  return (
    <Dialog title="Make a key" onClose={onClose}>
      <KeyForm
        values={{ ...keyValues(undefined, zone), name, team }}
        label="Make the key"
        send={async (values) => {
          await import('./secret-dialog');
          const { data } = await api.POST('/admin/v1/keys', { body: newKeyOf(values, zone) });
          return data;
        }}
        onDone={onMade}
        onCancel={onClose}
      />
    </Dialog>
  );
}
