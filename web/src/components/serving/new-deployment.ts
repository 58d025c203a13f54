import type { Schemas } from '../../api/client';

/** A deployment of which nothing is said but what serves it. */
export function newDeployment(provider: string, upstream_model: string): Schemas['CreateDeployment'] {
  return {
    provider,
    upstream_model,
    mode: null,
    credential: null,
    api_key: null,
    settings: {},
    weight: 1,
    routing: {},
    enabled: true,
  };
}
