import type { GatewayError } from '../../domain/errors.js';
import type { Door, DoorRequest, Entrance } from '../../http/door.js';
import { openAiPath } from '../openai-path.js';

/**
 * Azure OpenAI: `/openai/deployments/{model}/audio/...`, and `/openai/v1/...` and `/openai/models` where Azure's marks are on
 * the request, its header `api-key` or its `api-version`. The version itself makes no difference here.
 */
export const azureDoor: Door = {
  name: 'azure',

  enter(request) {
    const deployment = /^\/openai\/deployments\/([^/]{1,600})(\/.*)$/i.exec(request.path);
    if (deployment) return enterDeployment(deployment[1] ?? '', deployment[2] ?? '');
    const path = openAiPath(request.path, '/openai');
    return path !== undefined && isMarked(request) ? { path } : undefined;
  },

  /** Azure's own codes for what Azure itself would refuse; what its models refuse is in OpenAI's envelope there, too. */
  errorBody(error) {
    const code = codeOf(error);
    if (code === undefined) return { ...error.toEnvelope() };
    return { error: { code, message: error.message } };
  },

  headers: ({ requestId }) => ({ 'apim-request-id': requestId }),
};

function enterDeployment(name: string, rest: string): Entrance | undefined {
  const path = openAiPath(rest, '');
  const model = decoded(name);
  return path === undefined || model === undefined ? undefined : { path, model };
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

function isMarked({ headers, query }: DoorRequest): boolean {
  return headers['api-key'] !== undefined || new URLSearchParams(query).has('api-version');
}

function codeOf({ status, code }: GatewayError): string | undefined {
  if (code === 'model_not_found') return 'DeploymentNotFound';
  return status === 401 || status === 429 ? String(status) : undefined;
}
