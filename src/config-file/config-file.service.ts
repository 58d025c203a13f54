import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { actAs, whoActs } from '../acting/acting.js';
import { Budgets } from '../budgets/budgets.service.js';
import { SETTINGS, VARIABLES } from '../config/config.module.js';
import { IssuingRulesInForce } from '../config/issuing-rules-in-force.js';
import { ConfigError, readSettings, type Variables } from '../config/settings.js';
import type { Settings } from '../config/settings.schema.js';
import { conflict, GatewayError, notFound } from '../domain/errors.js';
import { describeRules } from '../domain/issuing-rules.js';
import { Catalogue } from '../models/catalogue.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { WORKER_SEAT, type WorkerSeat } from '../workers/worker-seat.js';
import { ConfigFileError, formatProblem, isError, type Problem } from './config-file.error.js';
import { type ConfigFile, readConfigFile } from './config-file.reader.js';
import { ConfigFileRepository } from './config-file.repository.js';
import type { Reloaded, ReloadPlan, ShownConfig, ShownProblem } from './config-file.schema.js';
import { formatSummary, summaryOf } from './config-file.summary.js';
import { effectiveSettings, pendingSettings, type SettingsInForce } from './effective-settings.js';
import type { EffectiveSettings } from './effective-settings.schema.js';
import { planBetween, type ReadFile } from './reload-plan.js';

/** Injection token of the {@link ConfigFile} that was read at start; undefined where there is none. */
export const CONFIG_FILE = Symbol('CONFIG_FILE');

const NO_FILE = 'The gateway was started without a configuration file';

/** Is told of what the file declares beyond models and settings, whenever that is taken; it fails where the database does. */
type TakenListener = (file: Pick<ConfigFile, 'alerts'>) => Promise<void>;

/** A file that is in force. */
interface TakenFile extends ReadFile {
  readonly at: Date;
}

/** Reads the configuration file again while the gateway runs. */
@Injectable()
export class ConfigFileService implements OnApplicationBootstrap {
  private readonly logger = new Logger(ConfigFileService.name);
  /** What is in force. */
  private taken: TakenFile | undefined;
  private readonly listeners: TakenListener[] = [];

  constructor(
    private readonly catalogue: Catalogue,
    private readonly budgets: Budgets,
    private readonly issuing: IssuingRulesInForce,
    private readonly providers: ProviderRegistry,
    private readonly repository: ConfigFileRepository,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(VARIABLES) private readonly variables: Variables,
    @Inject(CONFIG_FILE) private readonly startedWith: ConfigFile | undefined,
    @Inject(WORKER_SEAT) private readonly seat: WorkerSeat | null,
  ) {}

  /** Declares what the file has said at start; without one it says that there are no budgets. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.startedWith) {
      await actAs({ actor: { kind: 'job', name: 'no configuration file' } }, () =>
        this.declare({ budgets: [], alerts: [] }),
      );
      return;
    }
    await this.take(this.startedWith, this.settings);
    for (const warning of this.catalogue.overridden) this.logger.warn(warning);
  }

  /** {@link reload}, and has the other workers do the same. @throws as that does, and then nothing changes in the others */
  async reloadAll(): Promise<Reloaded> {
    const reloaded = await this.reload();
    this.seat?.tellOthers({ what: 'configuration_file' });
    return reloaded;
  }

  /**
   * Replaces what the file declares, all or nothing. Models, routing, budgets and the rules of keys and teams change at once; the master key, the database and
   * other settings of the process need a restart, and a warning says so when they differ. Warnings and problems are
   * logged as well.
   * @throws GatewayError 409 when the gateway was started without a file, 400 naming every problem of the file
   */
  async reload(): Promise<Reloaded> {
    if (!this.startedWith) throw conflict(NO_FILE, null, 'no_config_file');
    const { path } = this.startedWith;
    try {
      const { file, settings } = this.read(path);
      const taken = await this.take(file, settings);
      const others = this.warningsBeside();
      // The catalogue tells of deployments that are switched off, with their ids.
      const notes = file.problems.filter((it) => !isError(it)).map(formatProblem);
      for (const warning of [...notes, ...others]) this.logger.warn(warning);
      this.logger.log(`${path} has been read again: ${formatSummary(summaryOf(file))}`);
      return { object: 'config_reload', ...this.told(taken) };
    } catch (error) {
      if (!(error instanceof ConfigFileError || error instanceof ConfigError)) throw error;
      this.logger.error(`${path} cannot be used, so nothing has changed: ${error.message}`);
      throw new GatewayError({ status: 400, message: error.message, code: 'invalid_config_file' });
    }
  }

  /** What a reload would do with the file as it is now. @throws GatewayError 404 when the gateway was started without one */
  plan(): ReloadPlan {
    if (!this.taken) throw notFound(NO_FILE, null, 'no_config_file');
    const { path } = this.taken.file;
    const plan = { object: 'config_reload_plan', file: path } as const;
    try {
      const read = this.read(path);
      const { changes, restart } = planBetween(this.taken, read, this.settings);
      return {
        ...plan,
        is_usable: true,
        changes: changes.map(({ section, added, changed, removed }) => {
          return { section, added: [...added], changed: [...changed], removed: [...removed] };
        }),
        restart: [...restart],
        problems: read.file.problems.map(shownProblem),
      };
    } catch (error) {
      const unusable = { ...plan, is_usable: false, changes: [], restart: [] };
      if (error instanceof ConfigFileError) return { ...unusable, problems: error.problems.map(shownProblem) };
      if (!(error instanceof ConfigError)) throw error;
      return { ...unusable, problems: [{ kind: 'unusable', message: error.message, at: null }] };
    }
  }

  /** @throws ConfigFileError, ConfigError for a file that cannot be used */
  private read(path: string): ReadFile {
    const { strict_config: strict } = this.settings;
    const file = readConfigFile(path, this.providers, this.variables, { strict });
    return { file, settings: readSettings(this.variables, file.settings) };
  }

  /** To be called before the start is complete: who comes later misses what was taken then. */
  onTaken(listener: TakenListener): void {
    this.listeners.push(listener);
  }

  private async declare(file: Pick<ConfigFile, 'budgets' | 'alerts'>): Promise<void> {
    await this.budgets.declareOfFile(file.budgets);
    for (const listener of this.listeners) await listener(file);
  }

  /** What is in force of the file, in words. @throws GatewayError 404 when the gateway was started without one */
  show(): ShownConfig {
    if (!this.taken) throw notFound(NO_FILE, null, 'no_config_file');
    return { object: 'config_file', ...this.told(this.taken) };
  }

  /** Every setting, with what is in force and who says it. */
  effectiveSettings(): EffectiveSettings {
    return effectiveSettings(this.inForce());
  }

  private inForce(): SettingsInForce {
    const atStart = { settings: this.settings, origins: this.startedWith?.origins };
    const now = this.taken ? { settings: this.taken.settings, origins: this.taken.file.origins } : atStart;
    return { variables: this.variables, atStart, now };
  }

  private told({ file, at }: TakenFile): Omit<ShownConfig, 'object'> {
    const others = this.warningsBeside();
    return {
      file: file.path,
      read_at: at.toISOString(),
      models: file.models.map(({ name }) => name),
      rules: describeRules(file.issuing),
      problems: [
        ...file.problems.map(shownProblem),
        ...others.map((message) => ({ kind: 'note', message, at: null }) as const),
      ],
      warnings: [...file.problems.map(formatProblem), ...others],
    };
  }

  /** What is not the file's alone. */
  private warningsBeside(): readonly string[] {
    const pending = pendingSettings(this.inForce());
    return [
      ...this.catalogue.overridden,
      ...pending.map((name) => `${name} has changed: the gateway must be restarted for it`),
    ];
  }

  /** Nothing changes of which no event could be written. */
  private async take(file: ConfigFile, settings: Settings): Promise<TakenFile> {
    const acting = { ...whoActs(), actor: { kind: 'file', name: file.path } } as const;
    // Before the rest, because the database may be away.
    await actAs(acting, () => this.declare(file));
    await this.catalogue.replaceFile(file, settings, () => this.repository.note(file));
    this.issuing.current = file.issuing;
    this.taken = { file, settings, at: new Date() };
    return this.taken;
  }
}

function shownProblem({ kind, message, path: key, file, line, column }: Problem): ShownProblem {
  return { kind, message, at: { file, line, column, key } };
}
