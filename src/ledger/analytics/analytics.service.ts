import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { ReadOnlyPool, type Ask } from '../../database/read-only-pool.js';
import { badRequest } from '../../domain/errors.js';
import { CURRENT_DATE, type CurrentDate } from '../../pricing/current-date.js';
import type { LogFilter } from '../logs/log-filter.js';
import type { Histogram } from '../rollups/histogram.js';
import { PERCENTILE_ERROR } from '../rollups/percentile.js';
import { LedgerWriter } from '../writer/ledger.writer.js';
import { AnalyticsRepository, isNamed, type GroupNames } from './analytics.repository.js';
import type { AnalyticsQuery, AnalyticsView, MetricValues } from './analytics.schema.js';
import { endings, type Dimension } from './dimensions.js';
import { metricOf, type Metric, type Rank } from './metrics.js';
import { rangeOf } from './range.js';
import { areInRollups, partsOf, type Asked } from './source-parts.js';
import { Tallies, type Place } from './tallies.js';

/** More would make an answer of many megabytes. */
const MAX_ENTRIES = 20_000;

const BY_REQUESTS: Rank = { sum: 'requests', ofErrors: false };

/** What becomes of the metrics: which columns are read for them. */
interface Wanted {
  readonly metrics: readonly Metric[];
  readonly rank: Rank;
  readonly rankedBy: string;
}

/** Sums over the ledger. What this process has answered is included, unless writing that takes long. */
@Injectable()
export class AnalyticsService {
  constructor(
    private readonly repository: AnalyticsRepository,
    private readonly writer: LedgerWriter,
    private readonly pool: ReadOnlyPool,
    @Inject(CURRENT_DATE) private readonly now: CurrentDate,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'database_timeout_seconds'>,
  ) {}

  /** @throws GatewayError 400, 503 */
  async analyse(query: AnalyticsQuery): Promise<AnalyticsView> {
    const { metrics: names, bucket, time_zone, group_by: groupBy, top, ...filter } = query;
    await this.writer.catchUp(1000 * this.settings.database_timeout_seconds);
    const range = rangeOf(query, this.now());
    if (groupBy.length > 0 && range.starts.length * (top + 1) > MAX_ENTRIES) {
      throw badRequest(
        `Invalid 'top': ${top} groups of ${range.starts.length} buckets are too much for one answer`,
        'top',
        'invalid_value',
      );
    }
    const wanted = wantedOf(names);
    const open: Asked = { edges: range.edges, filter, groupBy };
    const fromRollups = areInRollups(filter, groupBy);
    const timesOfAll = asksForEndings(filter) || groupBy.some((dimension) => endings.has(dimension));
    const tallies = new Tallies(timesOfAll);
    const {
      groups,
      hasOthers,
      names: namesOf,
    } = await this.pool.read(async (ask) => {
      const asked = fromRollups ? { ...open, closedDays: await this.repository.closedDays(ask, open.edges) } : open;
      const largest =
        groupBy.length === 0 ? [] : await this.repository.largestGroups(ask, asked, fromRollups, wanted.rank, top + 1);
      const groups = largest.slice(0, top);
      await this.tally(ask, asked, fromRollups, groups, wanted, timesOfAll, tallies);
      const names = new Map<Dimension, ReadonlyMap<string, string>>();
      for (const [index, dimension] of groupBy.entries()) {
        const ids = groups.flatMap((group) => group[index] || []);
        if (isNamed(dimension)) names.set(dimension, await this.repository.namesOf(ask, dimension, ids));
      }
      return { groups, hasOthers: largest.length > top, names };
    });

    const values = (place: Place): MetricValues =>
      Object.fromEntries(wanted.metrics.map(({ name, value }) => [name, value(tallies.at(place))]));
    const series = (group?: number) =>
      range.starts.map((start, bucket) => ({
        starts_at: new Date(start).toISOString(),
        values: values({ bucket, group }),
      }));
    const tell = (names: GroupNames) =>
      Object.fromEntries(
        groupBy.flatMap((dimension, index) => {
          const name = names[index] || null;
          const known = namesOf.get(dimension);
          if (!known) return [[dimension, name]];
          return [
            [dimension, name],
            [`${dimension}_name`, name === null ? null : (known.get(name) ?? null)],
          ];
        }),
      );
    return {
      object: 'analytics',
      from: new Date(range.edges[0] ?? 0).toISOString(),
      to: new Date(range.edges.at(-1) ?? 0).toISOString(),
      bucket: bucket ?? null,
      time_zone,
      group_by: groupBy,
      ranked_by: groupBy.length === 0 ? null : wanted.rankedBy,
      source: sourceOf(open, fromRollups),
      times_of: timesOfAll ? 'all' : 'success',
      percentile_error: PERCENTILE_ERROR,
      totals: values({}),
      series: series(),
      groups: [
        ...groups.map((names, index) => ({
          group: tell(names),
          totals: values({ group: index + 1 }),
          series: series(index + 1),
        })),
        ...(hasOthers ? [{ group: null, totals: values({ group: 0 }), series: series(0) }] : []),
      ],
    };
  }

  private async tally(
    ask: Ask,
    asked: Asked,
    fromRollups: boolean,
    groups: readonly GroupNames[],
    { metrics }: Wanted,
    timesOfAll: boolean,
    tallies: Tallies,
  ): Promise<void> {
    const columns = {
      sums: [...new Set(metrics.flatMap(({ sums }) => sums))],
      histograms: [...new Set(metrics.flatMap(({ histogram }): Histogram[] => (histogram ? [histogram] : [])))],
      timesOfAll,
    };
    // A request has several tags, and counts once in the sums of all.
    const isInSeveral = asked.groupBy.includes('tag');
    const readings = [asked, ...(isInSeveral ? [{ ...asked, groupBy: [] }] : [])];
    for (const reading of readings) {
      const cells = await this.repository.cells(ask, reading, fromRollups, groups, columns);
      tallies.take(cells, { isGrouped: reading.groupBy.length > 0, isInSeveral });
    }
    for (const metric of new Set(metrics.flatMap(({ distinct }) => distinct ?? []))) {
      const found = await this.repository.different(ask, asked, fromRollups, groups, metric);
      for (const { bucket, group, count } of found) tallies.at({ bucket, group }).tell(metric, count);
    }
  }
}

function wantedOf(names: readonly string[]): Wanted {
  const metrics = names.flatMap((name) => metricOf(name) ?? []);
  const [first] = metrics;
  return first?.rank
    ? { metrics, rank: first.rank, rankedBy: first.name }
    : { metrics, rank: BY_REQUESTS, rankedBy: 'requests' };
}

/** Whether it is asked how requests ended: then times are told of all that are asked for. */
function asksForEndings({ status, http_status, error_code }: LogFilter): boolean {
  return [status, http_status, error_code].some((asked) => asked !== undefined);
}

function sourceOf(asked: Asked, fromRollups: boolean): AnalyticsView['source'] {
  const sources = new Set(partsOf(asked, fromRollups, true).map(({ source }) => source === 'rows'));
  if (sources.size === 2) return 'both';
  return sources.has(true) ? 'rows' : 'rollups';
}
