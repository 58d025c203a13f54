import { FormProvider, useForm } from 'react-hook-form';
import { AccessFields } from '../../components/access/access-fields';
import { Checkbox, TextField } from '../../components/field';
import { FormButtons } from '../../components/forms/form-buttons';
import { useFormMutation } from '../../components/forms/use-form-mutation';
import type { TeamValues } from './team-values';

/** All that can be said of a team, for one that is made and for one that is changed. */
export function TeamForm<Answer>({
  values,
  label,
  send,
  onDone,
  onCancel,
}: {
  values: TeamValues;
  /** What the button says. */
  label: string;
  send: (values: TeamValues) => Promise<Answer>;
  onDone: () => void;
  onCancel: () => void;
}) {
  const form = useForm<TeamValues>({ defaultValues: values });
  const mutation = useFormMutation(form, { send, onDone });
  return (
    <FormProvider {...form}>
      <form className="flex flex-col gap-4" onSubmit={mutation.submit}>
        <TextField
          label="Name"
          required
          maxLength={200}
          error={form.formState.errors.name?.message}
          {...form.register('name')}
        />
        <Checkbox
          label="Holders of its keys may read their logs"
          hint="With what was said, of their own key, when they sign in here with it."
          {...form.register('holders_may_read_logs')}
        />
        <AccessFields />
        <FormButtons form={mutation} label={label} onCancel={onCancel} />
      </form>
    </FormProvider>
  );
}
