import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { ChangeFeed } from '../database/change-feed.js';
import type { ManagedBy } from '../domain/deployment.js';
import { gatewayRoutingSchema, type GatewayRouting } from '../domain/routing-settings.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { CatalogueDeployment, CatalogueModel } from './catalogue-model.js';
import { CatalogueBuilder } from './catalogue.builder.js';
import type { DeclaredModels } from './declared-model.js';
import { ModelsRepository } from './models.repository.js';

/** How soon the declarations are read again when the database did not answer. */
const RETRY_MS = 1000;

/**
 * Every public model of this gateway, in memory: those of the configuration file first, then those made with the admin
 * API, those whose provider key was found in the environment, and the sandbox. The first declaration of a name wins. The
 * request path reads this snapshot and never the database.
 */
@Injectable()
export class Catalogue implements OnModuleInit, OnModuleDestroy {
  private models: ReadonlyMap<string, CatalogueModel> = new Map();
  private loaded = false;
  /** Declarations happen one after the other: the last one asked for is the one that stays. */
  private declared: Promise<void> = Promise.resolve();
  private retry: NodeJS.Timeout | undefined;
  /** Whether it will be read again soon. */
  private isStale = false;
  private overriddenNames: readonly string[] = [];
  private gatewayRouting: GatewayRouting;
  private ofFile: DeclaredModels | undefined;

  constructor(
    private readonly repository: ModelsRepository,
    private readonly builder: CatalogueBuilder,
    private readonly providers: ProviderRegistry,
    changes: ChangeFeed,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.gatewayRouting = routingOf(settings);
    changes.on('catalogue', { changed: () => this.refreshOnce(), unsure: () => this.refreshOnce() });
  }

  async onModuleInit(): Promise<void> {
    await this.refresh();
  }

  /** Reads the declarations again. Called after every change through the admin API. */
  async refresh(): Promise<void> {
    clearTimeout(this.retry);
    try {
      await this.declare();
    } catch (error) {
      // The change has been made all the same, and must not wait for the next one to be seen.
      this.retry = setTimeout(() => void this.refresh().catch(() => undefined), RETRY_MS).unref();
      throw error;
    }
  }

  /** Reads the declarations again, once for all changes that come meanwhile. */
  private refreshOnce(): void {
    if (this.isStale) return;
    this.isStale = true;
    const refresh = async (): Promise<void> => {
      this.isStale = false;
      await this.refresh();
    };
    void this.declared.then(refresh).catch(() => undefined);
  }

  onModuleDestroy(): void {
    clearTimeout(this.retry);
  }

  /**
   * Takes what the configuration file declares, and the defaults of routing, in place of what was there before.
   * @param note called when nothing else stands in the way; where it rejects, nothing changes
   */
  async replaceFile(ofFile: DeclaredModels, routing: GatewayRouting, note: () => Promise<void>): Promise<void> {
    await this.declare({ ofFile, routing, note });
  }

  private declare(file?: {
    ofFile: DeclaredModels;
    routing: GatewayRouting;
    note: () => Promise<void>;
  }): Promise<void> {
    const declaring = this.declared.then(() => this.declareNow(file?.ofFile ?? this.ofFile, file?.routing, file?.note));
    this.declared = declaring.catch(() => undefined);
    return declaring;
  }

  private async declareNow(
    ofFile: DeclaredModels | undefined,
    routing: GatewayRouting = this.gatewayRouting,
    note?: () => Promise<void>,
  ): Promise<void> {
    const { builder } = this;
    const declared = ofFile?.models.map((model) => builder.fromFile(model)) ?? [];
    const stored = builder.fromRows(await this.repository.all());
    // A file says which models there are; without one, keys in the environment are enough.
    const found = ofFile ? [] : this.providers.all().flatMap((adapter) => builder.fromEnvironment(adapter));
    const builtIn = this.providers.all().flatMap((adapter) => (adapter.builtIn ? builder.fromSandbox(adapter) : []));
    const all = [...declared, ...stored, ...found, ...builtIn];
    // The first declaration of a name wins, except that an alias is looked up before the models.
    const models = new Map(all.toReversed().map((model) => [model.name, withFallbacks(model, ofFile)]));
    for (const alias of aliasesOf(models, ofFile)) models.set(alias.name, alias);
    await note?.();
    this.overriddenNames = stored.map(({ name }) => name).filter((name) => models.get(name)?.managedBy === 'file');
    this.models = models;
    this.loaded = true;
    this.ofFile = ofFile;
    this.gatewayRouting = routingOf(routing);
  }

  /** Whether the declarations have been read at least once. */
  get isLoaded(): boolean {
    return this.loaded;
  }

  /** The defaults of every model's routing. */
  get routing(): GatewayRouting {
    return this.gatewayRouting;
  }

  /** One sentence for each model of the admin API that cannot be reached because the configuration file has its name. */
  get overridden(): readonly string[] {
    return this.overriddenNames.map(
      (name) => `the model '${name}' of the admin API is not used: the configuration file declares the same name`,
    );
  }

  /** What names a model where the admin API cannot change it: the configuration file, and settings. */
  declaredNamersOf(name: string): readonly string[] {
    const { aliases = [], fallbacks = new Map<string, readonly string[]>() } = this.ofFile ?? {};
    return [
      ...aliases
        .filter(({ model }) => model === name)
        .map((alias) => `the alias '${alias.name}' of the configuration file`),
      ...(fallbacks.has(name) ? ['the fallbacks of the configuration file'] : []),
      ...[...fallbacks]
        .filter(([, names]) => names.includes(name))
        .map(([model]) => `the fallbacks of '${model}' in the configuration file`),
      ...(this.routing.default_fallbacks.includes(name) ? ['the setting default_fallbacks'] : []),
    ];
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

  /** Every deployment once, under its own model: aliases only repeat them. */
  deployments(): readonly CatalogueDeployment[] {
    const own = this.all().filter(({ isAlias }) => !isAlias);
    return own.flatMap((model) => model.deployments);
  }
}

/** The settings of the process have secrets among them, which nobody needs here. */
function routingOf(settings: GatewayRouting): GatewayRouting {
  return gatewayRoutingSchema.parse(settings);
}

/** In which order models are listed. */
const order = { file: 0, api: 1, environment: 2, sandbox: 3 } satisfies Record<ManagedBy, number>;

/** The fallbacks that the file names for a model, wherever the model is declared, unless it has its own. */
function withFallbacks(model: CatalogueModel, ofFile: DeclaredModels | undefined): CatalogueModel {
  const fallbacks = model.routing.fallbacks ?? ofFile?.fallbacks.get(model.name);
  return fallbacks ? { ...model, routing: { ...model.routing, fallbacks: [...fallbacks] } } : model;
}

/** Aliases are models of their own name with another's deployments, and its fallbacks unless they have their own. */
function aliasesOf(
  models: ReadonlyMap<string, CatalogueModel>,
  ofFile: DeclaredModels | undefined,
): readonly CatalogueModel[] {
  return (ofFile?.aliases ?? []).flatMap(({ id, name, model: target, hidden }): CatalogueModel[] => {
    const model = models.get(target);
    if (!model) return [];
    const fallbacks = ofFile?.fallbacks.get(name) ?? model.routing.fallbacks;
    return [
      {
        ...model,
        id,
        name,
        managedBy: 'file',
        isAlias: true,
        hidden,
        routing: { ...model.routing, ...(fallbacks && { fallbacks: [...fallbacks] }) },
        deployments: model.deployments.map((deployment) => ({ ...deployment, model: name })),
      },
    ];
  });
}
