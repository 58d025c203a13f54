import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { api, type Schemas } from '../../api/client';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { Dialog } from '../../components/dialog';
import { TextField } from '../../components/field';
import { changes } from '../../components/forms/changes';
import { FormButtons } from '../../components/forms/form-buttons';
import { numberOf, textOf } from '../../components/forms/texts';
import { useFormMutation } from '../../components/forms/use-form-mutation';
import { rereadServing } from '../../api/serving';

interface Values {
  upstream_model: string;
  weight: string;
  api_base: string;
  routing: { order: string; max_concurrent_requests: string; max_requests_per_minute: string };
}

function bodyOf({ upstream_model, weight, api_base, routing }: Values) {
  return {
    upstream_model: upstream_model.trim(),
    weight: numberOf(weight) ?? 1,
    api_base: api_base.trim() || null,
    routing: {
      order: numberOf(routing.order),
      max_concurrent_requests: numberOf(routing.max_concurrent_requests),
      max_requests_per_minute: numberOf(routing.max_requests_per_minute),
    },
  };
}

/** Changes how much traffic a deployment gets, and where it leads; or removes it. */
export function EditDeployment({ deployment, onClose }: { deployment: Schemas['Deployment']; onClose: () => void }) {
  const queries = useQueryClient();
  const [isRemoving, setIsRemoving] = useState(false);
  const params = { path: { id: deployment.id } };
  const { routing } = deployment;
  const defaultValues: Values = {
    upstream_model: deployment.upstream_model,
    weight: String(deployment.weight),
    api_base: deployment.api_base ?? '',
    routing: {
      order: textOf(routing.order),
      max_concurrent_requests: textOf(routing.max_concurrent_requests),
      max_requests_per_minute: textOf(routing.max_requests_per_minute),
    },
  };
  const form = useForm<Values>({ defaultValues });
  const done = () => {
    onClose();
    void rereadServing(queries);
  };
  const mutation = useFormMutation(form, {
    send: (values) =>
      api.PATCH('/admin/v1/deployments/{id}', { params, body: changes(bodyOf(defaultValues), bodyOf(values)) }),
    onDone: done,
  });
  const { errors } = form.formState;
  const number = { type: 'number', min: 0 } as const;
  return (
    <Dialog title={`${deployment.provider}/${deployment.upstream_model}`} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={mutation.submit}>
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Weight"
            {...number}
            step="any"
            required
            hint="Its share of the traffic. 0: only when nothing else is left."
            error={errors.weight?.message}
            {...form.register('weight')}
          />
          <TextField
            label="Order"
            {...number}
            hint="1 before 2; empty comes last."
            error={errors.routing?.order?.message}
            {...form.register('routing.order')}
          />
          <TextField
            label="Requests at once"
            {...number}
            error={errors.routing?.max_concurrent_requests?.message}
            {...form.register('routing.max_concurrent_requests')}
          />
          <TextField
            label="Requests per minute"
            {...number}
            error={errors.routing?.max_requests_per_minute?.message}
            {...form.register('routing.max_requests_per_minute')}
          />
        </div>
        <TextField
          label="Upstream model"
          required
          error={errors.upstream_model?.message}
          {...form.register('upstream_model')}
        />
        <TextField
          label="Address"
          placeholder="the provider's own"
          error={errors.api_base?.message}
          {...form.register('api_base')}
        />
        <Button look="danger" className="self-start" onClick={() => setIsRemoving(true)}>
          Remove the deployment
        </Button>
        <FormButtons form={mutation} label="Save" onCancel={onClose} />
      </form>
      {isRemoving && (
        <ConfirmDialog
          title={`Remove ${deployment.provider}/${deployment.upstream_model}`}
          action="Remove"
          run={() => api.DELETE('/admin/v1/deployments/{id}', { params })}
          onClose={() => setIsRemoving(false)}
          onDone={done}
        >
          <p>The model {deployment.model} is no longer served by it. To take it out for a time, disable it.</p>
        </ConfirmDialog>
      )}
    </Dialog>
  );
}
