import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { SelectField } from '../../components/field';
import { ErrorNotice } from '../../components/notice';
import { rereadKeys } from './keys.queries';
import { SecretDialog } from './secret-dialog';

const GRACES: readonly (readonly [seconds: number, words: string])[] = [
  [0, 'It stops at once'],
  [3600, 'It goes on for an hour'],
  [86_400, 'It goes on for a day'],
  [7 * 86_400, 'It goes on for a week'],
  [30 * 86_400, 'It goes on for 30 days'],
];

/** Gives a key another secret, and lets the one before go on for a while. */
export function RotateKey({ stored, onClose }: { stored: Schemas['Key']; onClose: () => void }) {
  const queries = useQueryClient();
  const [grace, setGrace] = useState('86400');
  const rotate = useMutation({
    gcTime: 0,
    mutationFn: async () => {
      const { data } = await api.POST('/admin/v1/keys/{key}/rotate', {
        params: { path: { key: stored.id } },
        body: { grace_seconds: Number(grace) },
      });
      return data;
    },
    onSuccess: () => rereadKeys(queries),
  });
  if (rotate.data) return <SecretDialog made={rotate.data} title={`New secret of ${stored.name}`} onClose={onClose} />;
  return (
    <Dialog title={`Rotate ${stored.name}`} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          rotate.mutate();
        }}
      >
        <p>The key gets another secret. Its logs, budgets and settings stay.</p>
        <SelectField
          label="The secret before"
          hint="A further rotation ends the older one."
          value={grace}
          onChange={(event) => setGrace(event.target.value)}
        >
          {GRACES.map(([seconds, words]) => (
            <option key={seconds} value={seconds}>
              {words}
            </option>
          ))}
        </SelectField>
        {rotate.error && <ErrorNotice error={rotate.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={rotate.isPending}>
            Rotate
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
