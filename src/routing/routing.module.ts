import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ClockModule } from '../http/clock.module.js';
import { ModelsModule } from '../models/models.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { Assessment } from './assessment.js';
import { Attempts } from './attempts.js';
import { BackgroundChecks } from './background-checks.js';
import { DeploymentCheck } from './deployment-check.js';
import { DeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import { DeploymentHealthService } from './deployments/deployment-health.service.js';
import { DeploymentsAdminController } from './deployments/deployments.admin.controller.js';
import { ModelDeploymentsAdminController } from './deployments/model-deployments.admin.controller.js';
import { Executor } from './executor.js';
import { Hedging } from './hedging.js';
import { ModelAccess } from './model-access.js';
import { RANDOM } from './random.js';
import { Router } from './router.js';
import { DeploymentsExchange } from './shared/deployments-exchange.js';
import { realSleep, SLEEP } from './sleep.js';
import { CallersDeployments } from './targets/callers-deployment.js';
import { TargetRouter } from './targets/target-router.js';

/** Which deployment serves a request, and how its failures are met. */
@Module({
  imports: [AuditModule, ClockModule, ModelsModule, PricingModule, ProvidersModule, RedisModule],
  controllers: [DeploymentsAdminController, ModelDeploymentsAdminController],
  providers: [
    Assessment,
    Attempts,
    BackgroundChecks,
    CallersDeployments,
    DeploymentCheck,
    DeploymentHealthService,
    DeploymentsExchange,
    Executor,
    Hedging,
    ModelAccess,
    Router,
    TargetRouter,
    { provide: DeploymentHealth, useFactory: () => new DeploymentHealth() },
    { provide: DeploymentLoad, useFactory: () => new DeploymentLoad() },
    { provide: RANDOM, useValue: Math.random },
    { provide: SLEEP, useValue: realSleep },
  ],
  exports: [
    DeploymentCheck,
    DeploymentHealth,
    DeploymentLoad,
    Executor,
    ModelAccess,
    RANDOM,
    Router,
    SLEEP,
    TargetRouter,
  ],
})
export class RoutingModule {}
