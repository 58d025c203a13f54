import { api } from '../../api/client';

/** Calls a deployment with a second of speech. */
export async function testDeployment(id: string) {
  const { data } = await api.POST('/admin/v1/deployments/{id}/test', {
    params: { path: { id } },
    body: { discover: false },
  });
  return data;
}
