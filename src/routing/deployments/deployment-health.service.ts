import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import { notFound } from '../../domain/errors.js';
import { wholeList, type Page } from '../../http/admin/list.js';
import type { CatalogueDeployment } from '../../models/catalogue-model.js';
import { Catalogue } from '../../models/catalogue.js';
import { DeploymentCheck } from '../deployment-check.js';
import { DeploymentHealth } from '../deployment-health.js';
import { WORKER_SEAT, type WorkerSeat } from '../../workers/worker-seat.js';
import type { DeploymentHealthView, DeploymentTestView, TestDeployment } from './deployment-health.schema.js';
import { DeploymentLoad } from '../deployment-load.js';

/** How deployments do, for administrators. */
@Injectable()
export class DeploymentHealthService {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly health: DeploymentHealth,
    private readonly load: DeploymentLoad,
    private readonly check: DeploymentCheck,
    private readonly audit: AuditRepository,
    @Inject(WORKER_SEAT) private readonly seat: WorkerSeat | null,
  ) {}

  /** Every deployment, in the order of the models. */
  list(): Page<DeploymentHealthView> {
    return wholeList(this.catalogue.deployments().map((deployment) => this.present(deployment)));
  }

  /** Forgets failures and lets traffic flow again, once an audit event tells so. @throws GatewayError 404 */
  async reset(id: string): Promise<DeploymentHealthView> {
    const deployment = this.find(id);
    const model = this.catalogue.find(deployment.model);
    await this.audit.note({
      action: 'reset',
      kind: 'deployment',
      subject: { id: deployment.id },
      ...(model && { owner: { kind: 'model', id: model.id, name: model.name } }),
    });
    this.health.reset(deployment.id);
    this.seat?.tellOthers({ what: 'deployment_reset', id: deployment.id });
    return this.present(deployment);
  }

  /**
   * Calls the deployment now, also a disabled or cooling one.
   * @throws GatewayError 404; 400 where `discover` is not for its provider
   */
  async test(id: string, { discover }: TestDeployment): Promise<DeploymentTestView> {
    const deployment = this.find(id);
    if (discover) this.check.requireDiscovery(deployment);
    const { latencyMs, text, failure } = await this.check.run(deployment);
    const discovery = discover && !failure ? await this.check.discover(deployment) : undefined;
    return {
      object: 'deployment_test',
      id: deployment.id,
      outcome: failure?.reason ?? 'success',
      upstream_status: failure ? failure.upstreamStatus : 200,
      latency_ms: latencyMs,
      error: failure?.message ?? null,
      text,
      ...(discovery && { discovery }),
    };
  }

  private find(id: string): CatalogueDeployment {
    const found = this.catalogue.deployments().find((deployment) => deployment.id === id.toLowerCase());
    if (!found) throw notFound(`There is no deployment with the id '${id}'`, 'id');
    return found;
  }

  private present(deployment: CatalogueDeployment): DeploymentHealthView {
    const { id, model, provider, upstreamModel, enabled, routing } = deployment;
    const health = this.health.state(id);
    const load = this.load.read(id, routing, 0);
    return {
      object: 'deployment_health',
      id,
      model,
      provider,
      upstream_model: upstreamModel,
      enabled,
      circuit: health.circuit,
      cooling_until: health.coolingUntilMs === undefined ? null : new Date(health.coolingUntilMs).toISOString(),
      reason: health.reason ?? null,
      consecutive_failures: health.consecutiveFailures,
      recent_requests: health.recentOutcomes,
      recent_failures: health.recentFailures,
      in_flight: load.inFlight,
      latency_ms_per_audio_second: load.latencyMsPerAudioSecond ?? null,
    };
  }
}
