import { Inject, Injectable, Logger } from '@nestjs/common';
import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';
import { SETTINGS, VARIABLES } from '../config/config.module.js';
import type { Variables } from '../config/settings.js';
import type { Settings } from '../config/settings.schema.js';
import type { ManagedBy } from '../domain/deployment.js';
import { priceSchema } from '../domain/price.js';
import { deploymentRoutingSchema, modelRoutingSchema } from '../domain/routing-settings.js';
import { modes } from '../domain/task.js';
import { previewSecret } from '../domain/secret-preview.js';
import { apiBaseFault } from '../providers/api-base.js';
import { modeByName } from '../providers/model-mode.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import {
  readEnvironment,
  settingsOfEnvironment,
  valuesOf,
  type FoundEnvironment,
} from '../providers/provider-environment.js';
import { addressRulesOf, type AddressRules } from '../providers/provider-addresses.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { retirementOf } from '../providers/retirement-of.js';
import type { CatalogueDeployment, CatalogueModel } from './catalogue-model.js';
import type { DeclaredDeployment, DeclaredModel } from './declared-model.js';
import type { DeploymentRow, ModelRow } from './models.repository.js';
import type { CredentialRow } from './credentials/credentials.repository.js';
import { SecretBox, UnknownKeyError } from './credentials/secret-box.js';
import { weightSchema } from './deployments/deployment.schema.js';

/** Namespace of the stable ids of models that no database row declares. */
const BUILT_IN_NAMESPACE = '5b0c1f0e-6a53-4c1e-9a7d-3f6f0f1f7a10';

/** What is known of a deployment before anything in it is checked: JSON from a row or a file. */
interface Given {
  readonly id: string;
  readonly model: string;
  readonly provider: string;
  readonly upstreamModel: string;
  /** null = as the name of the model tells. */
  readonly mode: unknown;
  /** Of its own; the environment's stands in for it. */
  readonly apiBase: string | undefined;
  readonly apiKey: string | undefined;
  readonly settings: unknown;
  readonly weight: number;
  readonly price: unknown;
  readonly routing: unknown;
  readonly enabled: boolean;
  /** Why it cannot be used, as far as that is known already. */
  readonly error?: string;
}

type Shown = Pick<
  CatalogueDeployment,
  'credentialId' | 'credentialName' | 'apiKeyPreview' | 'ownApiBase' | 'createdAt' | 'updatedAt'
>;

/**
 * Makes the catalogue's models of what rows, the configuration file and the environment declare. What cannot be understood,
 * because a newer version has written it or somebody has edited it, never stops the gateway: the deployment is switched
 * off, with an error that names it.
 */
@Injectable()
export class CatalogueBuilder {
  private readonly logger = new Logger(CatalogueBuilder.name);
  private readonly startedAt = new Date();
  /** The errors of deployments that have been told, by their ids. */
  private readonly told = new Map<string, string>();
  /** Secrets of the database in the clear, as they were read last, by the ids of their credentials. */
  private opened = new Map<string, string>();
  private hasWarnedOfKey = false;

  constructor(
    private readonly providers: ProviderRegistry,
    private readonly box: SecretBox,
    @Inject(VARIABLES) private readonly variables: Variables,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'allow_private_api_bases'>,
  ) {}

  /** What the environment holds for a provider. */
  environmentOf(adapter: ProviderAdapter): FoundEnvironment {
    return readEnvironment(adapter.environment, (name) => this.variables[name]);
  }

  fromFile({ id, name, routing, deployments }: DeclaredModel): CatalogueModel {
    return {
      id,
      name,
      managedBy: 'file',
      hidden: false,
      routing,
      createdAt: this.startedAt,
      deployments: deployments.map((deployment) => this.fromDeclaration(name, deployment)),
    };
  }

  private fromDeclaration(model: string, declared: DeclaredDeployment): CatalogueDeployment {
    const { upstream_model, api_base, api_key, credential: _, ...rest } = declared;
    const apiKey = api_key ?? undefined;
    return this.build(
      { ...rest, model, upstreamModel: upstream_model, apiBase: api_base ?? undefined, apiKey },
      'file',
      {
        apiKeyPreview: apiKey && previewSecret(apiKey),
        ownApiBase: api_base ?? undefined,
        createdAt: this.startedAt,
        updatedAt: this.startedAt,
      },
    );
  }

  /** Of all that the database declares. */
  fromRows(rows: readonly ModelRow[]): readonly CatalogueModel[] {
    const before = this.opened;
    this.opened = new Map();
    return rows.map((row) => this.fromRow(row, before));
  }

  private fromRow(row: ModelRow, before: ReadonlyMap<string, string>): CatalogueModel {
    const routing = modelRoutingSchema.safeParse(row.routing);
    const error = routing.success ? undefined : `the model's routing is not understood: ${firstIssue(routing.error)}`;
    return {
      id: row.id,
      name: row.name,
      managedBy: 'api',
      hidden: false,
      routing: routing.data ?? {},
      createdAt: row.createdAt,
      deployments: row.deployments.map((deployment) => this.fromDeploymentRow(row.name, deployment, error, before)),
    };
  }

  private fromDeploymentRow(
    model: string,
    row: DeploymentRow,
    error: string | undefined,
    before: ReadonlyMap<string, string>,
  ): CatalogueDeployment {
    const { credential, ...given } = row;
    const secret = credential && this.open(credential, before);
    if (credential && secret?.opened !== undefined) this.opened.set(credential.id, secret.opened);
    return this.build(
      {
        ...given,
        model,
        apiBase: row.apiBase ?? credential?.apiBase ?? undefined,
        apiKey: secret?.opened,
        error: error ?? secret?.error,
      },
      'api',
      {
        credentialId: credential?.name === null ? undefined : credential?.id,
        credentialName: credential?.name ?? undefined,
        apiKeyPreview: credential?.preview,
        ownApiBase: row.apiBase ?? undefined,
        createdAt: row.createdAt,
        updatedAt: row.updatedAt,
      },
    );
  }

  /**
   * A secret that another gateway has sealed with a key that this one does not have yet is as it was: while the encryption key is
   * changed, gateways get the new one at different times.
   */
  private open(
    { id, ciphertext }: CredentialRow,
    before: ReadonlyMap<string, string>,
  ): { opened?: string; error?: string } {
    try {
      return { opened: this.box.open(ciphertext) };
    } catch (error) {
      const opened = error instanceof UnknownKeyError ? before.get(id) : undefined;
      if (opened === undefined) {
        return { error: `its secret cannot be opened: ${error instanceof Error ? error.message : 'unknown error'}` };
      }
      this.warnOfUnknownKey(id);
      return { opened };
    }
  }

  /** Once. */
  private warnOfUnknownKey(credential: string): void {
    if (this.hasWarnedOfKey) return;
    this.hasWarnedOfKey = true;
    this.logger.warn(
      `credential ${credential} is encrypted with a key that this gateway does not have: it goes on with the secret that it knows until it is restarted. Give it all keys that are in use in ENCRYPTION_KEY and ENCRYPTION_KEY_PREVIOUS`,
    );
  }

  /** The models that a key in the environment makes available. */
  fromEnvironment(adapter: ProviderAdapter): readonly CatalogueModel[] {
    const { api_key } = this.environmentOf(adapter);
    if (!api_key || adapter.environment.offers_models === false) return [];
    return modelsOf(adapter).map((name) => this.builtIn('environment', name, adapter));
  }

  fromSandbox(adapter: ProviderAdapter): readonly CatalogueModel[] {
    return modelsOf(adapter).map((name) => this.builtIn('sandbox', name, adapter));
  }

  private builtIn(managedBy: ManagedBy, name: string, { provider }: ProviderAdapter): CatalogueModel {
    const given: Given = {
      id: uuidv5(`${managedBy}/${provider}/${name}`, BUILT_IN_NAMESPACE),
      model: name,
      provider,
      upstreamModel: name,
      mode: null,
      apiBase: undefined,
      apiKey: undefined,
      settings: {},
      weight: 1,
      price: null,
      routing: {},
      enabled: true,
    };
    return {
      id: uuidv5(`${managedBy}/${name}`, BUILT_IN_NAMESPACE),
      name,
      managedBy,
      hidden: false,
      routing: {},
      createdAt: this.startedAt,
      deployments: [this.build(given, managedBy, { createdAt: this.startedAt, updatedAt: this.startedAt })],
    };
  }

  /** Once: the catalogue is built anew after every change. */
  private tell({ id, model }: Given, error: string | undefined): void {
    if (error !== undefined && this.told.get(id) !== error) {
      this.logger.error(`deployment ${id} of model '${model}' is switched off: ${error}`);
    }
    if (error === undefined) this.told.delete(id);
    else this.told.set(id, error);
  }

  private build(given: Given, managedBy: ManagedBy, shown: Shown): CatalogueDeployment {
    const adapter = this.providers.get(given.provider);
    const found = adapter && this.environmentOf(adapter);
    const hasOwnKey = given.apiKey !== undefined || shown.apiKeyPreview !== undefined;
    const ofEnvironment = found ? valuesOf(settingsOfEnvironment(found, given.apiKey ?? shown.apiKeyPreview)) : {};
    const own = settingsMap.safeParse(given.settings);
    const settings = adapter?.settings.safeParse({ ...ofEnvironment, ...own.data });
    const weight = weightSchema.safeParse(given.weight);
    const price = priceSchema.nullable().safeParse(given.price);
    const routing = deploymentRoutingSchema.safeParse(given.routing);
    const mode = z.enum(modes).nullable().safeParse(given.mode);
    const error =
      given.error ??
      (adapter ? undefined : `there is no provider named ${given.provider}`) ??
      (adapter && apiBaseError(adapter, given.apiBase, found, addressRulesOf(this.settings))) ??
      misunderstood('settings are', own.error ?? settings?.error) ??
      misunderstood('mode is', mode.error) ??
      misunderstood('weight is', weight.error) ??
      misunderstood('price is', price.error) ??
      misunderstood('routing is', routing.error);
    this.tell(given, error);
    const { upstreamModel } = given;
    const called = {
      upstreamModel,
      mode: mode.data ?? (adapter ? modeByName(adapter, upstreamModel, settings?.data) : 'audio_transcription'),
      settings: settings?.data,
      routing: routing.data ?? {},
    };
    return {
      ...called,
      id: given.id,
      model: given.model,
      provider: given.provider,
      apiBase: given.apiBase ?? found?.api_base?.value,
      apiKey: hasOwnKey ? given.apiKey : found?.api_key?.value,
      ownSettings: adapter?.settings.safeParse(own.data).data ?? own.data ?? {},
      weight: weight.data ?? 0,
      price: price.data ?? undefined,
      retirement: adapter && retirementOf(adapter, called),
      enabled: given.enabled && error === undefined,
      managedBy,
      error,
      ...shown,
    };
  }
}

/** Everything that is known by name, whatever it is for. */
function modelsOf({ knownModels, speech }: ProviderAdapter): readonly string[] {
  return [...knownModels, ...(speech?.knownModels ?? [])];
}

const settingsMap = z.record(z.string(), z.unknown());

/** A base URL that was stored before its rule, edited, or found in the environment. */
function apiBaseError(
  adapter: ProviderAdapter,
  own: string | undefined,
  found: FoundEnvironment | undefined,
  addresses: AddressRules,
): string | undefined {
  const url = own ?? found?.api_base?.value;
  const fault = url === undefined ? undefined : apiBaseFault(adapter, url, addresses);
  return fault && `${own === undefined ? found?.api_base?.variable : 'its api_base'} ${fault}`;
}

function misunderstood(what: string, error: z.ZodError | undefined): string | undefined {
  return error && `its ${what} not understood: ${firstIssue(error)}`;
}

function firstIssue({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.join('.') ?? '';
  return `${path && `${path}: `}${issue?.message ?? 'not valid'}`;
}
