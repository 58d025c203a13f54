import { Module } from '@nestjs/common';
import { CLOCK, systemClock } from '../http/clock.js';
import { ModelsModule } from '../models/models.module.js';
import { Assessment } from './assessment.js';
import { BackgroundChecks } from './background-checks.js';
import { DeploymentCheck } from './deployment-check.js';
import { DeploymentHealth, InMemoryDeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import { DeploymentHealthService } from './deployments/deployment-health.service.js';
import { DeploymentsAdminController } from './deployments/deployments.admin.controller.js';
import { ModelDeploymentsAdminController } from './deployments/model-deployments.admin.controller.js';
import { Executor } from './executor.js';
import { ModelAccess } from './model-access.js';
import { RANDOM } from './random.js';
import { Router } from './router.js';
import { realSleep, SLEEP } from './sleep.js';

/** Which deployment serves a request, and how its failures are met. */
@Module({
  imports: [ModelsModule],
  controllers: [DeploymentsAdminController, ModelDeploymentsAdminController],
  providers: [
    Assessment,
    BackgroundChecks,
    DeploymentCheck,
    DeploymentHealthService,
    ModelAccess,
    Router,
    Executor,
    { provide: DeploymentHealth, useFactory: () => new InMemoryDeploymentHealth() },
    { provide: DeploymentLoad, useFactory: () => new DeploymentLoad() },
    { provide: RANDOM, useValue: Math.random },
    { provide: SLEEP, useValue: realSleep },
    { provide: CLOCK, useValue: systemClock },
  ],
  exports: [ModelAccess, Router, Executor, DeploymentHealth, DeploymentLoad, CLOCK],
})
export class RoutingModule {}
