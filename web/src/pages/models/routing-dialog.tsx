import { useQueryClient } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { api, type Schemas } from '../../api/client';
import { Dialog } from '../../components/dialog';
import { SelectField, TextField } from '../../components/field';
import { changes } from '../../components/forms/changes';
import { FormButtons } from '../../components/forms/form-buttons';
import { listOf, numberOf, textOf } from '../../components/forms/texts';
import { useFormMutation } from '../../components/forms/use-form-mutation';
import { rereadServing } from '../../api/serving';

const STRATEGIES = ['weighted', 'least-busy', 'lowest-latency', 'lowest-cost', 'usage-based'] as const;

interface Values {
  name: string;
  routing: {
    strategy: '' | (typeof STRATEGIES)[number];
    fallbacks: string;
    timeout_seconds: string;
    max_retries: string;
  };
}

function bodyOf({ name, routing }: Values) {
  return {
    name: name.trim(),
    routing: {
      strategy: routing.strategy === '' ? null : routing.strategy,
      fallbacks: listOf(routing.fallbacks),
      timeout_seconds: numberOf(routing.timeout_seconds),
      max_retries: numberOf(routing.max_retries),
    },
  };
}

/** Changes a model's name and how its deployments are ordered. */
export function RoutingDialog({ model, onClose }: { model: Schemas['Model']; onClose: () => void }) {
  const queries = useQueryClient();
  const { routing } = model;
  const defaultValues: Values = {
    name: model.name,
    routing: {
      strategy: routing.strategy ?? '',
      fallbacks: routing.fallbacks?.join(', ') ?? '',
      timeout_seconds: textOf(routing.timeout_seconds),
      max_retries: textOf(routing.max_retries),
    },
  };
  const form = useForm<Values>({ defaultValues });
  const { errors } = form.formState;
  const mutation = useFormMutation(form, {
    send: (values) =>
      api.PATCH('/admin/v1/models/{model}', {
        params: { path: { model: model.id } },
        body: changes(bodyOf(defaultValues), bodyOf(values)),
      }),
    onDone: () => {
      onClose();
      void rereadServing(queries);
    },
  });
  return (
    <Dialog title={`Routing of ${model.name}`} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={mutation.submit}>
        <TextField label="Name" required error={errors.name?.message} {...form.register('name')} />
        <SelectField
          label="Order of the deployments"
          error={errors.routing?.strategy?.message}
          {...form.register('routing.strategy')}
        >
          <option value="">as the gateway has it</option>
          {STRATEGIES.map((strategy) => (
            <option key={strategy}>{strategy}</option>
          ))}
        </SelectField>
        <TextField
          label="Fallbacks"
          hint="Models to try when this one cannot answer, with commas between them."
          error={errors.routing?.fallbacks?.message}
          {...form.register('routing.fallbacks')}
        />
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Seconds for a whole request"
            type="number"
            min={0}
            step="any"
            error={errors.routing?.timeout_seconds?.message}
            {...form.register('routing.timeout_seconds')}
          />
          <TextField
            label="Retries"
            type="number"
            min={0}
            error={errors.routing?.max_retries?.message}
            {...form.register('routing.max_retries')}
          />
        </div>
        <FormButtons form={mutation} label="Save" onCancel={onClose} />
      </form>
    </Dialog>
  );
}
