import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormProvider, useForm, useWatch } from 'react-hook-form';
import { api, type Schemas } from '../../api/client';
import { rereadServing } from '../../api/serving';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { SelectField, TextField } from '../../components/field';
import { FormButtons } from '../../components/forms/form-buttons';
import { useFormMutation } from '../../components/forms/use-form-mutation';
import { deploymentChanges, deploymentValues, type DeploymentValues } from './deployment-values';
import { listPriceOf } from './list-price';
import { PriceInputs } from './price/price-inputs';
import { settingFields } from './settings/setting-fields';
import { SettingInputs } from './settings/setting-inputs';

const MODES = { audio_transcription: 'transcription', audio_speech: 'speech', chat: 'chat' } as const;

/** The fields of a deployment that is there. */
export function DeploymentForm({
  deployment,
  provider,
  onClose,
}: {
  deployment: Schemas['Deployment'];
  /** Undefined where the gateway does not know it any more. */
  provider: Schemas['Provider'] | undefined;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [isRemoving, setIsRemoving] = useState(false);
  const params = { path: { id: deployment.id } };
  // As it was when the form was opened: what others change meanwhile is not undone.
  const [{ fields, before }] = useState(() => {
    const fields = settingFields(provider?.settings);
    return { fields, before: deploymentValues(deployment, fields) };
  });
  const form = useForm<DeploymentValues>({ defaultValues: before });
  const upstreamModel = useWatch({ control: form.control, name: 'upstream_model' });
  const done = () => {
    onClose();
    void rereadServing(queries);
  };
  const mutation = useFormMutation(form, {
    send: (values) =>
      api.PATCH('/admin/v1/deployments/{id}', { params, body: deploymentChanges(before, values, fields) }),
    onDone: done,
  });
  const { errors } = form.formState;
  const number = { type: 'number', min: 0 } as const;
  return (
    <FormProvider {...form}>
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
          <TextField
            label="Upstream model"
            required
            error={errors.upstream_model?.message}
            {...form.register('upstream_model')}
          />
          <SelectField label="Used for" error={errors.mode?.message} {...form.register('mode')}>
            {Object.entries(MODES).map(([mode, words]) => (
              <option key={mode} value={mode}>
                {words}
              </option>
            ))}
          </SelectField>
        </div>
        <TextField
          label="Address"
          placeholder={provider?.default_api_base ?? "the provider's own"}
          error={errors.api_base?.message}
          {...form.register('api_base')}
        />
        <PriceInputs inUse={deployment.price_in_use} listed={listPriceOf(provider, upstreamModel)} />
        <SettingInputs title={provider?.title ?? deployment.provider} fields={fields} />
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
    </FormProvider>
  );
}
