import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { FormProvider, useForm, useWatch } from 'react-hook-form';
import { api } from '../../api/client';
import { useMay } from '../../api/session';
import { Dialog } from '../../components/dialog';
import { SelectField, TextField } from '../../components/field';
import { FormButtons } from '../../components/forms/form-buttons';
import { numberOf } from '../../components/forms/texts';
import { useFormMutation } from '../../components/forms/use-form-mutation';
import { newDeployment } from '../../components/serving/new-deployment';
import { credentialsQuery, providersQuery, rereadServing } from '../../api/serving';
import { listPriceOf } from './list-price';
import { PriceInputs } from './price/price-inputs';
import { priceOf, priceValues, type PriceValues } from './price/price-values';
import { settingFields } from './settings/setting-fields';
import { SettingInputs } from './settings/setting-inputs';
import { settingsOf, settingValues, type SettingValues } from './settings/setting-values';

interface Values extends SettingValues {
  name: string;
  provider: string;
  upstream_model: string;
  credential: string;
  api_base: string;
  weight: string;
  price: PriceValues;
}

/** Adds a deployment to a model, or makes a model with its first one. */
export function DeploymentDialog({ model, onClose }: { model?: string; onClose: () => void }) {
  const queries = useQueryClient();
  const list = useId();
  const { data: providers } = useQuery(providersQuery);
  const { data: credentials } = useQuery({ ...credentialsQuery(), enabled: useMay('credentials.read') });
  const form = useForm<Values>({
    defaultValues: {
      name: '',
      provider: '',
      upstream_model: '',
      credential: '',
      api_base: '',
      weight: '1',
      price: priceValues(null),
      settings: {},
      instead: {},
    },
  });
  const { errors } = form.formState;
  const [chosen, upstreamModel] = useWatch({ control: form.control, name: ['provider', 'upstream_model'] });
  const providerOf = (wanted: string) => providers?.data.find(({ name }) => name === wanted);
  const provider = providerOf(chosen);
  const fields = settingFields(provider?.settings);
  /** What was said of another provider means nothing of this one. */
  const startAnew = (wanted: string) => {
    const { settings, instead } = settingValues(settingFields(providerOf(wanted)?.settings), {});
    form.setValue('settings', settings);
    form.setValue('instead', instead);
    form.setValue('credential', '');
  };
  const mutation = useFormMutation(form, {
    within: 'deployments.0.',
    send: async (values) => {
      const deployment = {
        ...newDeployment(values.provider, values.upstream_model.trim()),
        credential: values.credential || null,
        api_base: values.api_base.trim() || null,
        weight: numberOf(values.weight) ?? 1,
        price: priceOf(values.price),
        settings: settingsOf(fields, values),
      };
      if (model === undefined) {
        const body = { name: values.name.trim(), routing: {}, deployments: [deployment] };
        return await api.POST('/admin/v1/models', { body });
      }
      return await api.POST('/admin/v1/models/{model}/deployments', { params: { path: { model } }, body: deployment });
    },
    onDone: () => {
      onClose();
      void rereadServing(queries);
    },
  });
  return (
    <Dialog title={model === undefined ? 'Make a model' : `Add a deployment to ${model}`} onClose={onClose}>
      <FormProvider {...form}>
        <form className="flex flex-col gap-4" onSubmit={mutation.submit}>
          {model === undefined && (
            <TextField
              label="Name"
              required
              hint="What applications send as model."
              error={errors.name?.message}
              {...form.register('name')}
            />
          )}
          <SelectField
            label="Provider"
            required
            error={errors.provider?.message}
            {...form.register('provider', { onChange: ({ target }) => startAnew(String(target.value)) })}
          >
            <option value="">Choose one</option>
            {providers?.data.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </SelectField>
          <TextField
            label="Upstream model"
            required
            list={list}
            hint="The provider's name for it."
            error={errors.upstream_model?.message}
            {...form.register('upstream_model')}
          />
          <datalist id={list}>
            {[...(provider?.models ?? []), ...(provider?.speech_models ?? [])].map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </datalist>
          <SelectField label="Credential" error={errors.credential?.message} {...form.register('credential')}>
            <option value="">{provider?.needs_api_key ? 'None: as the environment has it' : 'None'}</option>
            {credentials?.data
              .filter((credential) => credential.provider === chosen)
              .map(({ id, name }) => (
                <option key={id} value={name}>
                  {name}
                </option>
              ))}
          </SelectField>
          <TextField
            label="Address"
            placeholder={provider?.default_api_base ?? 'https://'}
            error={errors.api_base?.message}
            {...form.register('api_base')}
          />
          <TextField
            label="Weight"
            type="number"
            min={0}
            step="any"
            error={errors.weight?.message}
            {...form.register('weight')}
          />
          {provider && <PriceInputs inUse={undefined} listed={listPriceOf(provider, upstreamModel)} />}
          {provider && <SettingInputs key={provider.name} title={provider.title} fields={fields} />}
          <FormButtons
            form={mutation}
            label={model === undefined ? 'Make the model' : 'Add the deployment'}
            onCancel={onClose}
          />
        </form>
      </FormProvider>
    </Dialog>
  );
}
