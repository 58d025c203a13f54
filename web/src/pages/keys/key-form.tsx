import { FormProvider, useForm, type UseFormReturn } from 'react-hook-form';
import type { ReactNode } from 'react';
import { AccessFields } from '../../components/access/access-fields';
import { TeamField } from '../../components/access/team-field';
import { Checkbox, TextField } from '../../components/field';
import { FormButtons } from '../../components/forms/form-buttons';
import { useFormMutation } from '../../components/forms/use-form-mutation';
import { zoneName } from '../../format/time';
import { useZone } from '../../frame/zone';
import type { KeyValues } from './key-values';

/** All that can be said of a key, for one that is made and for one that is changed. */
export function KeyForm<Answer>({
  values,
  label,
  send,
  onDone,
  onCancel,
}: {
  values: KeyValues;
  /** What the button says. */
  label: string;
  send: (values: KeyValues) => Promise<Answer>;
  onDone: (answer: Answer) => void;
  onCancel: () => void;
}): ReactNode {
  const form = useForm<KeyValues>({ defaultValues: values });
  const mutation = useFormMutation(form, { send, onDone });
  return (
    <FormProvider {...form}>
      <form className="flex flex-col gap-4" onSubmit={mutation.submit}>
        <WhoseFields form={form} />
        <AccessFields />
        <FormButtons form={mutation} label={label} onCancel={onCancel} />
      </form>
    </FormProvider>
  );
}

function WhoseFields({ form }: { form: UseFormReturn<KeyValues> }) {
  const {
    register,
    formState: { errors },
  } = form;
  const zone = useZone();
  return (
    <div className="flex flex-col gap-3">
      <TextField label="Name" required maxLength={200} error={errors.name?.message} {...register('name')} />
      <div className="grid gap-3 sm:grid-cols-2">
        <TeamField error={errors.team?.message} {...register('team')} />
        <TextField
          label="Owner"
          placeholder="alice@example.org"
          maxLength={200}
          error={errors.user?.message}
          {...register('user')}
        />
        <TextField
          label="Expires"
          type="datetime-local"
          step={1}
          hint={`In ${zoneName(zone)}. Empty: never.`}
          error={errors.expires_at?.message}
          {...register('expires_at')}
        />
      </div>
      <Checkbox label="Answers may be cached" {...register('cache')} />
      <Checkbox
        label="Callers may bring provider keys of their own"
        hint="Their provider then bills them."
        {...register('allow_provider_keys')}
      />
    </div>
  );
}
