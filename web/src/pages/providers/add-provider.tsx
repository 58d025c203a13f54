import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import type { Schemas } from '../../api/client';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { SelectField, TextField } from '../../components/field';
import { FormButtons } from '../../components/forms/form-buttons';
import { useFormMutation } from '../../components/forms/use-form-mutation';
import { ErrorNotice } from '../../components/notice';
import { rereadServing } from '../../api/serving';
import { TestResult } from '../../components/serving/test-result';
import { addProvider, suggestedModel, undoAddition, type Addition, type AdditionValues } from './addition';

/** One form that stores a provider's key, makes a model that it serves, and calls it: what came back is shown, with the way back. */
export function AddProvider({
  providers,
  chosen,
  onClose,
}: {
  providers: readonly Schemas['Provider'][];
  /** The provider's name, where that is known already. */
  chosen: string;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const list = useId();
  const [added, setAdded] = useState<Addition>();
  const suggestion = (name: string) => suggestedModel(providers.find((one) => one.name === name));
  const form = useForm<AdditionValues>({
    defaultValues: { provider: chosen, api_key: '', upstream_model: suggestion(chosen), name: '', api_base: '' },
  });
  const { errors } = form.formState;
  const wanted = useWatch({ control: form.control, name: 'provider' });
  const provider = providers.find(({ name }) => name === wanted);
  const undo = useMutation({
    mutationFn: undoAddition,
    onSuccess: () => setAdded(undefined),
    onSettled: () => rereadServing(queries),
  });
  const mutation = useFormMutation(form, {
    within: 'deployments.0.',
    send: addProvider,
    onDone: (addition) => {
      setAdded(addition);
      void rereadServing(queries);
    },
  });
  if (added) {
    const { deployment, test } = added;
    return (
      <Dialog title={`${provider?.title ?? deployment.provider}: model ${added.model.name}`} onClose={onClose}>
        <div className="flex flex-col gap-4">
          <TestResult result={test} deployment={deployment} />
          {undo.error && <ErrorNotice error={undo.error} />}
          <div className="flex justify-end gap-2">
            <Button disabled={undo.isPending} onClick={() => undo.mutate(added)}>
              Undo
            </Button>
            <Button look="primary" onClick={onClose}>
              {test.outcome === 'success' ? 'Done' : 'Keep it'}
            </Button>
          </div>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Add a provider"
      description="Its key is stored encrypted, a model is made that it serves, and both are tested with a second of speech."
      onClose={onClose}
    >
      <form className="flex flex-col gap-4" onSubmit={mutation.submit}>
        <SelectField
          label="Provider"
          required
          error={errors.provider?.message}
          {...form.register('provider', {
            onChange: ({ target }) => form.setValue('upstream_model', suggestion(String(target.value))),
          })}
        >
          <option value="">Choose one</option>
          {providers.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Provider key"
          type="password"
          autoComplete="off"
          required={provider?.needs_api_key}
          error={errors.api_key?.message}
          {...form.register('api_key')}
        />
        <TextField
          label="Model"
          required
          list={list}
          hint="The provider's name for it."
          error={errors.upstream_model?.message}
          {...form.register('upstream_model')}
        />
        <datalist id={list}>
          {provider?.models.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </datalist>
        <TextField
          label="Public name"
          placeholder="as the provider calls it"
          hint="What applications send as model."
          error={errors.name?.message}
          {...form.register('name')}
        />
        <TextField
          label="Address"
          required={provider !== undefined && provider.default_api_base === null}
          placeholder={provider?.default_api_base ?? 'https://'}
          error={errors.api_base?.message}
          {...form.register('api_base')}
        />
        <FormButtons
          form={mutation}
          label={mutation.isPending ? 'Adding and testing' : 'Add and test'}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
