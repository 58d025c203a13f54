import { Inject, Injectable } from '@nestjs/common';
import { v5 as uuidv5 } from 'uuid';
import { VARIABLES } from '../../config/config.module.js';
import type { Variables } from '../../config/settings.js';
import { checkMayBringProviderKey, mayUseModel, type Caller } from '../../domain/caller.js';
import { badRequest, type GatewayError } from '../../domain/errors.js';
import { apiKeySchema } from '../../domain/provider-access.js';
import type { CallersAccess } from '../../domain/target-tree.js';
import type { CatalogueModel } from '../../models/catalogue-model.js';
import { modelNotFound } from '../../models/visible-models.js';
import { apiBaseFault } from '../../providers/api-base.js';
import { modeByName } from '../../providers/model-mode.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import { readEnvironment, settingsOfEnvironment, valuesOf } from '../../providers/provider-environment.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import { retirementOf } from '../../providers/retirement-of.js';

/** Namespace of the ids of callers' deployments. They say whom was called, and nothing of the caller or its key. */
const NAMESPACE = '0f5b7a8c-3a51-4a53-9c3e-6f0d2f6a4b11';

/** Makes the deployment that a caller's own access to a provider is, for one request. */
@Injectable()
export class CallersDeployments {
  private readonly startedAt = new Date();

  constructor(
    private readonly providers: ProviderRegistry,
    @Inject(VARIABLES) private readonly variables: Variables,
  ) {}

  /**
   * A model with this one deployment.
   * @param model the upstream model, which has to be among the names that the caller may use
   * @throws GatewayError 400 when the provider is unknown or cannot be called so; 403 or 404 when the caller may not
   */
  modelOf(caller: Caller, model: string, access: CallersAccess): CatalogueModel {
    checkMayBringProviderKey(caller, 'provider');
    if (!mayUseModel(caller, model)) throw modelNotFound(model);
    const adapter = this.adapterOf(access);
    const { provider } = adapter;
    const { apiKey } = access;
    if (apiKey === undefined ? adapter.needsApiKey : !apiKeySchema.safeParse(apiKey).success) {
      throw refused(provider, 'needs a key of its own in the header Authorization, or in api_key of the config');
    }
    const found = readEnvironment(adapter.environment, (name) => this.variables[name]);
    const apiBase = access.apiBase ?? found.api_base?.value;
    const fault = apiBase === undefined ? undefined : apiBaseFault(adapter, apiBase);
    if (fault !== undefined) throw badRequest(`Invalid 'x-portkey-custom-host': it ${fault}`, 'x-portkey-custom-host');
    if (apiBase === undefined && adapter.defaultApiBase === undefined) {
      throw refused(
        provider,
        'has no address that everybody knows: a stored credential has to take the place of the key',
      );
    }
    const settings = adapter.settings.safeParse(valuesOf(settingsOfEnvironment(found, apiKey ?? '')));
    if (!settings.success) {
      throw refused(provider, 'needs settings beside a key: a stored credential has to take its place');
    }
    const id = uuidv5(`${provider}/${apiBase ?? ''}`, NAMESPACE);
    const called = {
      upstreamModel: model,
      mode: modeByName(adapter, model, settings.data),
      settings: settings.data,
      routing: {},
    };
    const times = { createdAt: this.startedAt, updatedAt: this.startedAt };
    return {
      id,
      name: model,
      managedBy: 'api',
      hidden: true,
      routing: {},
      createdAt: this.startedAt,
      deployments: [
        {
          ...called,
          id,
          model,
          provider,
          apiBase,
          apiKey,
          isCallers: true,
          weight: 1,
          retirement: retirementOf(adapter, called),
          enabled: true,
          managedBy: 'api',
          ...times,
        },
      ],
    };
  }

  /** As in a configuration file, whoever speaks a provider's protocol elsewhere is called by whom that is for. */
  private adapterOf({ provider, apiBase }: CallersAccess): ProviderAdapter {
    const adapter = this.providers.get(provider);
    if (!adapter || adapter.builtIn) {
      throw badRequest(
        `Invalid 'provider': there is no provider '${provider.slice(0, 50)}'; there are ${this.providers.names().join(', ')}`,
        'provider',
        'invalid_value',
      );
    }
    const { elsewhere } = adapter;
    const host = apiBase === undefined || !URL.canParse(apiBase) ? undefined : new URL(apiBase).hostname;
    if (!elsewhere || host === undefined || elsewhere.ownHosts.test(host)) return adapter;
    return this.providers.get(elsewhere.provider) ?? adapter;
  }
}

function refused(provider: string, rule: string): GatewayError {
  return badRequest(`Invalid 'provider': ${provider} ${rule}`, 'provider', 'invalid_value');
}
