import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { ReadOnlyPool, type Ask } from '../database/read-only-pool.js';
import { daysUntil, WARNING_DAYS, type Retirement } from '../domain/retirement.js';
import { needsTimes } from '../domain/format-plan.js';
import { responseFormats } from '../domain/transcription.js';
import { LedgerWriter } from '../ledger/writer/ledger.writer.js';
import type { CatalogueDeployment } from '../models/catalogue-model.js';
import { Catalogue } from '../models/catalogue.js';
import { retiringDeployments } from '../models/retiring-deployments.js';
import { CURRENT_DATE, type CurrentDate } from '../pricing/current-date.js';
import { Replacements } from './replacements.js';
import type { ReplacementView, RetirementView, TrafficView, UseView } from './retirement-list.schema.js';
import { RetirementsRepository, type TrafficQuestion, type UseRow } from './retirements.repository.js';

const DAY_MS = 86_400_000;
const TRAFFIC_DAYS = 30;

/** So many uses of one deployment are told, fewer where there are so many deployments that all would keep others waiting. */
const USES = { most: 100, least: 5 } as const;
const MAX_ASSESSMENTS = 50_000;

/** So many rows of the ledger are read, of one deployment and of all. */
const MAX_ROWS = { ofOne: 50_000, ofAll: 100_000 } as const;

/** What breaks when, and for whom: configured deployments whose upstream model has an announced end, with their requests. */
@Injectable()
export class RetirementsService {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly repository: RetirementsRepository,
    private readonly replacements: Replacements,
    private readonly writer: LedgerWriter,
    private readonly pool: ReadOnlyPool,
    @Inject(CURRENT_DATE) private readonly now: CurrentDate,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'database_timeout_seconds'>,
  ) {}

  /** Who ends first comes first. @throws GatewayError 503 */
  async list(): Promise<RetirementView[]> {
    const retiring = retiringDeployments(this.catalogue);
    if (retiring.length === 0) return [];
    await this.writer.catchUp(1000 * this.settings.database_timeout_seconds);
    const now = this.now();
    const maxRows = Math.max(1, Math.min(MAX_ROWS.ofOne, Math.floor(MAX_ROWS.ofAll / retiring.length)));
    const assessments = retiring.length * this.catalogue.deployments().length;
    const maxUses = Math.max(USES.least, Math.min(USES.most, Math.floor(MAX_ASSESSMENTS / assessments)));
    return await this.pool.read(async (ask) => {
      const views: RetirementView[] = [];
      for (const { deployment } of retiring) {
        const { retirement } = deployment;
        if (!retirement) continue;
        const traffic = await this.trafficOf(ask, deployment, now, { maxRows, maxUses });
        views.push(present(deployment, retirement, traffic, now));
      }
      return views;
    });
  }

  private async trafficOf(
    ask: Ask,
    deployment: CatalogueDeployment,
    now: Date,
    limits: Pick<TrafficQuestion, 'maxRows' | 'maxUses'>,
  ): Promise<TrafficView> {
    // What begins in this very millisecond is in it.
    const to = new Date(now.getTime() + 1);
    const from = new Date(now.getTime() - TRAFFIC_DAYS * DAY_MS);
    const question = { deploymentId: deployment.id, from, to, ...limits };
    const { requests, audioSeconds, cutAt, uses } = await this.repository.trafficOf(ask, question);
    const shown = uses.slice(0, limits.maxUses);
    const keyIds = [...new Set(shown.flatMap(({ key_id }) => key_id ?? []))];
    const lists = await this.repository.modelListsOf(ask, keyIds);
    const views = shown.map((use) =>
      presentUse(use, this.replacements.of(deployment, use, use.key_id === null ? undefined : lists.get(use.key_id))),
    );
    return {
      from: (cutAt ?? from).toISOString(),
      to: now.toISOString(),
      is_cut: cutAt !== undefined,
      requests,
      audio_seconds: audioSeconds,
      breaking_requests: views.reduce((sum, { goes_on, requests: of }) => sum + (goes_on ? 0 : of), 0),
      uses: views,
      has_more_uses: uses.length > limits.maxUses,
    };
  }
}

function present(
  { id, model, provider, upstreamModel, managedBy, enabled }: CatalogueDeployment,
  retirement: Retirement,
  traffic: TrafficView,
  now: Date,
): RetirementView {
  return {
    object: 'retirement',
    deployment_id: id,
    model,
    provider,
    upstream_model: upstreamModel,
    managed_by: managedBy,
    enabled,
    retires_on: retirement.date,
    days_left: daysUntil(retirement, now),
    warns_from: new Date(Date.parse(retirement.date) - WARNING_DAYS * DAY_MS).toISOString().slice(0, 10),
    source: retirement.source,
    as_of: retirement.as_of,
    confidence: retirement.confidence,
    replacement: retirement.replacement ?? null,
    traffic,
  };
}

function presentUse(use: UseRow, replacements: readonly ReplacementView[]): UseView {
  return {
    key_id: use.key_id,
    key_name: use.key_name,
    team_id: use.team_id,
    team_name: use.team_name,
    model: use.model,
    task: use.task,
    response_format: use.response_format,
    features: use.features && [...featuresByColumns(use), ...use.features],
    requests: use.requests,
    audio_seconds: use.audio_seconds,
    last_request_at: use.last_request_at.toISOString(),
    goes_on: replacements.some(({ reached, key_may_use }) => reached !== 'other_model' && key_may_use),
    could_serve: [...replacements],
  };
}

/** What the columns of a log tell beside its plan. */
function featuresByColumns({ stream, task, response_format }: UseRow): readonly string[] {
  const format = responseFormats.find((it) => it === response_format);
  return [
    ...(stream ? ['streaming'] : []),
    ...(task === 'translate' ? ['translation'] : []),
    ...(format === 'diarized_json' ? ['diarization'] : []),
    ...(format !== undefined && needsTimes(format) ? ['timestamps'] : []),
  ];
}
