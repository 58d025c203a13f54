import { FormProvider, useForm } from 'react-hook-form';
import { AccessFields } from '../../components/access/access-fields';
import type { AccessValues } from '../../components/access/access-values';
import { TextField } from '../../components/field';
import { FormButtons } from '../../components/forms/form-buttons';
import { useFormMutation } from '../../components/forms/use-form-mutation';

/** All that can be said of a team, for one that is made and for one that is changed. */
export function TeamForm<Answer>({
  values,
  label,
  send,
  onDone,
  onCancel,
}: {
  values: AccessValues;
  /** What the button says. */
  label: string;
  send: (values: AccessValues) => Promise<Answer>;
  onDone: () => void;
  onCancel: () => void;
}) {
  const form = useForm<AccessValues>({ defaultValues: values });
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
        <AccessFields />
        <FormButtons form={mutation} label={label} onCancel={onCancel} />
      </form>
    </FormProvider>
  );
}
