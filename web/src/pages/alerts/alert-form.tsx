import { useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { Button } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { Dialog } from '../../components/dialog';
import { Checkbox, SelectField, TextField } from '../../components/field';
import { ErrorNotice, Notice } from '../../components/notice';
import { EVENT_TYPES, useAlertChange, type EventType } from './alerts.queries';

const ALL = Object.keys(EVENT_TYPES) as EventType[];

/** Makes an alert. Its secret is shown once. */
export function AlertForm({ onClose }: { onClose: () => void }) {
  const make = useAlertChange(
    async (body: Schemas['CreateAlert']) => (await api.POST('/admin/v1/alerts', { body })).data,
  );
  const [types, setTypes] = useState<readonly EventType[]>(ALL);
  if (make.data) return <Made alert={make.data} onClose={onClose} />;
  return (
    <Dialog title="New alert" onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const values = new FormData(event.currentTarget);
          make.mutate({
            name: String(values.get('name')).trim(),
            url: String(values.get('url')).trim(),
            format: values.get('format') === 'slack' ? 'slack' : 'standard',
            event_types: types.length === ALL.length ? null : [...types],
          });
        }}
      >
        <TextField label="Name" name="name" required />
        <TextField
          label="Address"
          name="url"
          type="url"
          required
          placeholder="https://"
          hint="Where each event is sent to, by POST."
        />
        <SelectField label="Form" name="format" hint="Slack's incoming webhooks take no other.">
          <option value="standard">Standard Webhooks, signed</option>
          <option value="slack">Slack</option>
        </SelectField>
        <fieldset className="flex flex-col gap-1.5">
          <legend className="mb-1 text-sm font-medium">Told of</legend>
          {ALL.map((type) => (
            <Checkbox
              key={type}
              label={EVENT_TYPES[type]}
              checked={types.includes(type)}
              onChange={({ target }) =>
                setTypes(target.checked ? [...types, type] : types.filter((other) => other !== type))
              }
            />
          ))}
        </fieldset>
        {make.error && <ErrorNotice error={make.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={make.isPending || types.length === 0}>
            Make the alert
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Made({ alert, onClose }: { alert: Schemas['CreatedAlert']; onClose: () => void }) {
  return (
    <Dialog title={`The alert ${alert.name}`} onClose={onClose}>
      <div className="flex flex-col gap-3">
        <Notice tone="warn">
          This secret is shown now and never again. What receives the events checks their signatures with it.
        </Notice>
        <div className="flex items-center gap-2 rounded-md bg-sunken px-3 py-2">
          <code className="mono min-w-0 flex-1 break-all">{alert.secret}</code>
          <CopyButton text={alert.secret} look="plain" />
        </div>
        <div className="flex justify-end">
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
