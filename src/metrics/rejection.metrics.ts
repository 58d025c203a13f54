import { Injectable } from '@nestjs/common';
import { WrongKeys } from '../auth/wrong-keys.js';
import type { FinishedLog, LedgerListener } from '../ledger/writer/ledger-listeners.js';
import { Limits } from '../limits/limits.service.js';
import { Admission } from '../serving/admission.js';
import { metricSections } from './metric-list.js';
import { MetricsRegistry } from './metrics.registry.js';

/** Why a request that has a log was turned away, by the code of the error that it got. */
const reasonsByCode: ReadonlyMap<string, string> = new Map([
  ['gateway_overloaded', 'upload_memory'],
  ['ledger_unavailable', 'ledger_full'],
  ['deployment_limit_reached', 'deployment_limits'],
  ['all_deployments_cooling', 'cooling_down'],
  ['insufficient_quota', 'client_token'],
]);

/** Counts who was turned away by a limit of the gateway's own. */
@Injectable()
export class RejectionMetrics implements LedgerListener {
  private readonly logged = new Map([...reasonsByCode.values()].map((reason) => [reason, 0]));

  constructor(registry: MetricsRegistry, admission: Admission, wrongKeys: WrongKeys, limits: Limits) {
    const { Requests } = metricSections;
    registry.countedElsewhere(Requests.rejections, (note) => {
      const { busy, ledgerFull } = admission.refused;
      note(busy, { reason: 'concurrency' });
      note(ledgerFull, { reason: 'ledger_full' });
      note(wrongKeys.totals.refused, { reason: 'wrong_keys' });
      for (const [reason, count] of this.logged) note(count, { reason });
    });
    registry.countedElsewhere(Requests.limitRefusals, (note) => {
      for (const { owner, name, count } of limits.refusals) note(count, { scope: owner, limit: name });
    });
    registry.countedElsewhere(Requests.wrongKeys, (note) => note(wrongKeys.totals.noted));
    registry.gauge(Requests.running, (note) => note(admission.runningRequests));
    registry.gauge(Requests.maxRunning, (note) => note(admission.maxRequests));
  }

  /** A provider that was asked has limits of its own, and may use the same words. */
  onLog({ errorCode, attempts }: FinishedLog): void {
    const reason = attempts.length === 0 ? reasonsByCode.get(errorCode ?? '') : undefined;
    if (reason !== undefined) this.logged.set(reason, (this.logged.get(reason) ?? 0) + 1);
  }
}
