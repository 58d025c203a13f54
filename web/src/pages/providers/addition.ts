import { api, type Schemas } from '../../api/client';
import { newDeployment } from '../../components/serving/new-deployment';
import { testDeployment } from '../../components/serving/test-deployment';

/** What is asked of somebody who adds a provider. */
export interface AdditionValues {
  provider: string;
  api_key: string;
  upstream_model: string;
  /** Empty = as the upstream model. */
  name: string;
  /** Empty = the provider's own. */
  api_base: string;
}

/** What an addition has made, and what a call of it has shown. */
export interface Addition {
  readonly credential: Schemas['Credential'] | undefined;
  readonly model: Schemas['Model'];
  readonly deployment: Schemas['Deployment'];
  readonly test: Schemas['DeploymentTest'];
}

/** The model that a form begins with: the first that is known of a provider. */
export function suggestedModel(provider: Schemas['Provider'] | undefined): string {
  return provider?.models[0]?.name ?? '';
}

/** Stores the key, makes the model with its deployment, and calls it. What was made is taken back where a later step is refused. */
export async function addProvider(values: AdditionValues): Promise<Addition> {
  const upstreamModel = values.upstream_model.trim();
  const name = values.name.trim() || upstreamModel;
  const credential = values.api_key.trim() === '' ? undefined : await storeKey(values);
  let model: Schemas['Model'] | undefined;
  try {
    const deployment = {
      ...newDeployment(values.provider, upstreamModel),
      credential: credential?.name ?? null,
      api_base: values.api_base.trim() || null,
    };
    const { data } = await api.POST('/admin/v1/models', { body: { name, routing: {}, deployments: [deployment] } });
    model = data;
    const made = data?.deployments[0];
    const test = made && (await testDeployment(made.id));
    if (!data || !made || !test) throw new Error('The gateway has answered with nothing.');
    return { credential, model: data, deployment: made, test };
  } catch (error) {
    await undoAddition({ credential, model }).catch(() => undefined);
    throw error;
  }
}

/** Under a name of its own: several keys of a provider may be stored. */
async function storeKey({ provider, api_key, api_base }: AdditionValues): Promise<Schemas['Credential'] | undefined> {
  const name = `${provider} ${new Date().toISOString().slice(0, 19).replace('T', ' ')}`;
  const body = { name, provider, api_key: api_key.trim(), api_base: api_base.trim() || null };
  const { data } = await api.POST('/admin/v1/credentials', { body });
  return data;
}

/** Deletes what an addition has made, the model before the credential that it uses. */
export async function undoAddition({ credential, model }: Partial<Addition>): Promise<void> {
  if (model) await api.DELETE('/admin/v1/models/{model}', { params: { path: { model: model.id } } });
  if (credential) {
    await api.DELETE('/admin/v1/credentials/{credential}', { params: { path: { credential: credential.id } } });
  }
}
