import { useForm, useWatch } from 'react-hook-form';
import { SelectField, TextField } from '../../../components/field';
import { FormButtons } from '../../../components/forms/form-buttons';
import { useFormMutation } from '../../../components/forms/use-form-mutation';
import { zoneName } from '../../../format/time';
import { useZone } from '../../../frame/zone';
import type { AdminKeyValues } from './admin-key-values';
import { ROLES } from './roles';
import { TeamsField } from './teams-field';

/** All that can be said of an admin key, for one that is made and for one that is changed. */
export function AdminKeyForm<Answer>({
  values,
  label,
  send,
  onDone,
  onCancel,
}: {
  values: AdminKeyValues;
  /** What the button says. */
  label: string;
  send: (values: AdminKeyValues) => Promise<Answer>;
  onDone: (answer: Answer) => void;
  onCancel: () => void;
}) {
  const form = useForm<AdminKeyValues>({ defaultValues: values });
  const mutation = useFormMutation(form, { send, onDone });
  const zone = useZone();
  const {
    control,
    register,
    formState: { errors },
  } = form;
  const role = useWatch({ control, name: 'role' });
  return (
    <form className="flex flex-col gap-4" onSubmit={mutation.submit}>
      <TextField
        label="Name"
        required
        maxLength={200}
        hint="Whose it is: the audit names it."
        error={errors.name?.message}
        {...register('name')}
      />
      <SelectField label="Role" hint={ROLES[role].may} error={errors.role?.message} {...register('role')}>
        {Object.entries(ROLES).map(([name, { title }]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </SelectField>
      {role === 'team_admin' && <TeamsField form={form} />}
      <TextField
        label="Expires"
        type="datetime-local"
        step={1}
        hint={`In ${zoneName(zone)}. Empty: never.`}
        error={errors.expires_at?.message}
        {...register('expires_at')}
      />
      <FormButtons form={mutation} label={label} onCancel={onCancel} />
    </form>
  );
}
