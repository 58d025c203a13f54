import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { Catalogue } from '../models/catalogue.js';
import { DeploymentCheck } from './deployment-check.js';
import { DeploymentHealth } from './deployment-health.js';

/**
 * Checks every enabled deployment now and then, one after the other, where HEALTH_CHECK_INTERVAL_SECONDS asks for it.
 * Providers bill these checks, so they are off unless asked for. The sandbox needs none.
 */
@Injectable()
export class BackgroundChecks implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(BackgroundChecks.name);
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly check: DeploymentCheck,
    private readonly health: DeploymentHealth,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'health_check_interval_seconds'>,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** One round over every deployment that is enabled and not cooling down. Never rejects. */
  async round(): Promise<void> {
    const deployments = this.catalogue.deployments();
    for (const deployment of deployments) {
      const { circuit } = this.health.state(deployment.id);
      if (this.stopped) return;
      if (!deployment.enabled || deployment.managedBy === 'sandbox' || circuit === 'open') continue;
      const { ok, failure } = await this.check.run(deployment);
      // A check that was cut off by the end of the process says nothing.
      if (!ok && !this.stopped) {
        this.logger.warn(
          `deployment ${deployment.id} of model '${deployment.model}' failed its check: ${failure?.reason}, ${failure?.message}`,
        );
      }
    }
  }

  private schedule(): void {
    const intervalMs = 1000 * this.settings.health_check_interval_seconds;
    if (intervalMs === 0 || this.stopped) return;
    this.timer = setTimeout(() => {
      void this.round().finally(() => this.schedule());
    }, intervalMs);
    this.timer.unref();
  }
}
