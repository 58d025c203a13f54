import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { v5 as uuidv5 } from 'uuid';
import { CONFIG, GATEWAY_FILE } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import type { ManagedBy } from '../domain/deployment.js';
import type { GatewayFile } from '../domain/gateway-file.js';
import { priceSchema } from '../domain/price.js';
import { deploymentRoutingSchema, modelRoutingSchema, type GatewayRouting } from '../domain/routing.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { type FoundEnvironment, readEnvironment, valuesOf } from '../providers/provider-environment.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { CatalogueDeployment, CatalogueModel } from './catalogue-model.js';
import { fileModels, withAliases, withFallbacks } from './file-models.js';
import { withFileRouting } from './file-routing.js';
import { ModelsRepository, type DeploymentRow, type ModelRow } from './models.repository.js';
import { SecretBox } from './secret-box.js';

/** Namespace of the stable ids of models that no database row declares. */
const BUILT_IN_NAMESPACE = '5b0c1f0e-6a53-4c1e-9a7d-3f6f0f1f7a10';

/**
 * Every public model of this gateway, in memory: those of the gateway file first, then those made with the admin API,
 * those whose provider key was found in the environment, and the sandbox. The first declaration of a name wins. The
 * request path reads this snapshot and never the database.
 */
@Injectable()
export class Catalogue implements OnModuleInit {
  private readonly logger = new Logger(Catalogue.name);
  private readonly startedAt = new Date();
  private models: ReadonlyMap<string, CatalogueModel> = new Map();
  /** Declarations happen one after the other: the last one asked for is the one that stays. */
  private declared: Promise<void> = Promise.resolve();
  private overriddenNames: readonly string[] = [];
  private gatewayRouting: GatewayRouting;

  constructor(
    private readonly repository: ModelsRepository,
    private readonly providers: ProviderRegistry,
    private readonly box: SecretBox,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(GATEWAY_FILE) private file: GatewayFile | undefined,
  ) {
    this.gatewayRouting = config.routing;
  }

  async onModuleInit(): Promise<void> {
    await this.refresh();
    for (const warning of this.overridden) this.logger.warn(warning);
  }

  /** Reads the declarations again. Called after every change through the admin API. */
  async refresh(): Promise<void> {
    await this.declare();
  }

  /**
   * Replaces what the gateway file declares, all or nothing.
   * @throws GatewayFileError when a provider refuses a deployment of it; then everything stays as it was
   */
  async replaceFile(file: GatewayFile): Promise<void> {
    await this.declare(file);
  }

  private declare(file?: GatewayFile): Promise<void> {
    const declaring = this.declared.then(() => this.declareNow(file ?? this.file));
    this.declared = declaring.catch(() => undefined);
    return declaring;
  }

  private async declareNow(file: GatewayFile | undefined): Promise<void> {
    const fromFile = file ? fileModels(file, this.providers, this.startedAt) : [];
    const stored = (await this.repository.all()).map((row) => this.fromRow(row));
    // A file says which models there are; without one, keys in the environment are enough.
    const declared = [...fromFile, ...stored, ...(file ? [] : this.fromEnvironment()), ...this.fromSandbox()];
    // The first declaration of a name wins, except that an alias is looked up before the models.
    const models = new Map(declared.toReversed().map((model) => [model.name, withFallbacks(model, file)]));
    for (const alias of file ? withAliases(models, file) : []) models.set(alias.name, alias);
    this.overriddenNames = stored.map(({ name }) => name).filter((name) => models.get(name)?.managedBy === 'file');
    this.models = models;
    this.file = file;
    this.gatewayRouting = file
      ? withFileRouting(this.config.routing, file.routing, this.config.routingFromVariables)
      : this.config.routing;
  }

  /** The defaults of every model's routing. */
  get routing(): GatewayRouting {
    return this.gatewayRouting;
  }

  /** One sentence for each model of the admin API that cannot be reached because the gateway file has its name. */
  get overridden(): readonly string[] {
    return this.overriddenNames.map(
      (name) => `the model '${name}' of the admin API is not used: the configuration file declares the same name`,
    );
  }

  find(name: string): CatalogueModel | undefined {
    return this.models.get(name);
  }

  /** Those of the file by name, those made by the API, newest first, then the built-in ones by name. */
  all(): readonly CatalogueModel[] {
    return [...this.models.values()].toSorted(
      (left, right) =>
        order[left.managedBy] - order[right.managedBy] ||
        (left.managedBy === 'api' ? right.id.localeCompare(left.id) : left.name.localeCompare(right.name)),
    );
  }

  /** Every deployment once, also where an alias repeats a model's. */
  deployments(): readonly CatalogueDeployment[] {
    const all = this.all().flatMap((model) => model.deployments);
    return [...new Map(all.toReversed().map((deployment) => [deployment.id, deployment])).values()].toReversed();
  }

  /** The key that the environment holds for a provider. */
  environmentKey(provider: string): string | undefined {
    const adapter = this.providers.get(provider);
    return adapter && this.environmentOf(adapter).api_key?.value;
  }

  private fromRow(row: ModelRow): CatalogueModel {
    return {
      id: row.id,
      name: row.name,
      managedBy: 'api',
      hidden: false,
      routing: modelRoutingSchema.parse(row.routing),
      createdAt: row.createdAt,
      deployments: row.deployments.map((deployment) => this.fromDeploymentRow(row.name, deployment)),
    };
  }

  private fromDeploymentRow(model: string, row: DeploymentRow): CatalogueDeployment {
    const adapter = this.providers.get(row.provider);
    // What the environment says beside its key is of no use to another key.
    const open = adapter && !row.credential ? valuesOf(this.environmentOf(adapter).settings) : {};
    const settings = adapter?.settings.safeParse(Object.assign({ ...open }, row.settings));
    const secret = row.credential ? this.openSecret(row) : this.environmentKey(row.provider);
    const apiBase = row.apiBase ?? row.credential?.apiBase ?? (adapter && this.environmentBase(adapter));
    const usable = settings?.success === true && !(row.credential && secret === undefined);
    if (!usable) this.logger.error(`deployment ${row.id} of model '${model}' cannot be used`);
    return {
      id: row.id,
      model,
      provider: row.provider,
      upstreamModel: row.upstreamModel,
      apiBase: apiBase ?? undefined,
      apiKey: secret,
      settings: settings?.data,
      weight: row.weight,
      price: row.price === null ? undefined : priceSchema.parse(row.price),
      routing: deploymentRoutingSchema.parse(row.routing),
      enabled: row.enabled && usable,
      managedBy: 'api',
      credentialName: row.credential?.name ?? undefined,
      apiKeyPreview: row.credential?.preview,
      ownApiBase: row.apiBase ?? undefined,
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
    };
  }

  private openSecret(row: DeploymentRow): string | undefined {
    if (!row.credential) return undefined;
    try {
      return this.box.open(row.credential.ciphertext);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown error';
      this.logger.error(`the secret of deployment ${row.id} cannot be opened: ${reason}`);
      return undefined;
    }
  }

  /** The base URL that the environment holds for a provider. */
  environmentBase(adapter: ProviderAdapter): string | undefined {
    return this.environmentOf(adapter).api_base?.value;
  }

  private environmentOf(adapter: ProviderAdapter): FoundEnvironment {
    return readEnvironment(adapter.environment, (variable) => this.config.providerVariables[variable]);
  }

  private fromEnvironment(): CatalogueModel[] {
    return this.providers.all().flatMap((adapter) => {
      const { api_key, api_base, settings: found } = this.environmentOf(adapter);
      if (!api_key || adapter.environment.offers_models === false) return [];
      const settings = adapter.settings.safeParse(valuesOf(found));
      if (!settings.success) {
        const names = Object.values(found).map(({ variable }) => variable);
        this.logger.error(`the models of ${adapter.provider} are not offered: it refuses ${names.join(' or ')}`);
        return [];
      }
      const access = { apiKey: api_key.value, apiBase: api_base?.value, settings: settings.data };
      return adapter.knownModels.map((name) => this.builtIn('environment', name, adapter, access));
    });
  }

  private fromSandbox(): CatalogueModel[] {
    const sandbox = this.providers.get('sandbox');
    if (!sandbox) return [];
    return sandbox.knownModels.map((name) =>
      this.builtIn('sandbox', name, sandbox, { settings: sandbox.settings.parse({}) }),
    );
  }

  private builtIn(
    managedBy: ManagedBy,
    name: string,
    adapter: ProviderAdapter,
    access: { apiKey?: string; apiBase?: string; settings: unknown },
  ): CatalogueModel {
    const deployment: CatalogueDeployment = {
      id: uuidv5(`${managedBy}/${adapter.provider}/${name}`, BUILT_IN_NAMESPACE),
      model: name,
      provider: adapter.provider,
      upstreamModel: name,
      ...access,
      weight: 1,
      routing: {},
      enabled: true,
      managedBy,
      createdAt: this.startedAt,
      updatedAt: this.startedAt,
    };
    return {
      id: uuidv5(`${managedBy}/${name}`, BUILT_IN_NAMESPACE),
      name,
      managedBy,
      hidden: false,
      routing: {},
      createdAt: this.startedAt,
      deployments: [deployment],
    };
  }
}

/** In which order models are listed. */
const order = { file: 0, api: 1, environment: 2, sandbox: 3 } satisfies Record<ManagedBy, number>;
