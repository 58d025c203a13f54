import { ChartLine, Download, Table2, ZoomOut } from 'lucide-react';
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import { useSearch } from '@tanstack/react-router';
import { toCsv } from '../../format/csv';
import { formatWithOffset, zoneName, type Zone } from '../../format/time';
import { useChoosePeriod, type PeriodSearch } from '../../frame/period';
import { useZone } from '../../frame/zone';
import { Button } from '../button';
import { classNames } from '../class-names';
import { saveText, fileNameOf } from '../save-text';
import { Panel } from '../panel';
import { COLOUR_TOKENS, summaryOf, type ChartData } from './chart-data';
import { ChartTable } from './chart-table';

const Plot = lazy(async () => ({ default: (await import('./plot')).Plot }));

/**
 * Values over time, drawn or as a table, and as a file. Dragging over it shows that stretch, by the page's address; a double click
 * shows all again.
 */
export function Chart({
  title,
  heading,
  data,
  format,
  isWhole = false,
  isStale = false,
  isRowless = false,
  heightPx = 200,
  empty,
}: {
  title: string;
  /** What stands in place of the title, as a link does. */
  heading?: ReactNode;
  /** Undefined while it loads for the first time. */
  data: ChartData | undefined;
  format: (value: number | null) => string;
  /** Of what is counted. */
  isWhole?: boolean;
  /** While newer values are on their way. */
  isStale?: boolean;
  /** Of figures that are not of one bucket alone, so that it has no rows. */
  isRowless?: boolean;
  heightPx?: number;
  /** What is said where there is nothing. */
  empty?: string;
}) {
  const [isTable, setIsTable] = useState(false);
  const zone = useZone();
  const search: PeriodSearch = useSearch({ strict: false });
  const choose = useChoosePeriod();
  const isZoomed = search.from !== undefined || search.to !== undefined;
  const zoomOut = () => choose({ period: search.period, from: undefined, to: undefined });
  const summary = useMemo(() => (data ? summaryOf(title, data, format, zone) : ''), [title, data, format, zone]);
  const hasValues = data?.series.some(({ values }) => values.some((value) => value !== null && value !== 0));
  return (
    <Panel
      title={heading ?? title}
      actions={
        data && (
          <div className="flex shrink-0 items-center">
            {isZoomed && (
              <Button look="quiet" size="small" onClick={zoomOut} aria-label="Zoom out" title="Zoom out">
                <ZoomOut size={14} aria-hidden />
              </Button>
            )}
            <Button
              look="quiet"
              size="small"
              onClick={() => setIsTable(!isTable)}
              aria-label={isTable ? `${title} as chart` : `${title} as table`}
            >
              {isTable ? <ChartLine size={14} aria-hidden /> : <Table2 size={14} aria-hidden />}
              {isTable ? 'as chart' : 'as table'}
            </Button>
            <Button
              look="quiet"
              size="small"
              onClick={() => saveText(csvName(title, data, zone), csvOf(data, zone))}
              aria-label={`${title} over time as CSV`}
            >
              <Download size={14} aria-hidden />
              CSV
            </Button>
          </div>
        )
      }
      isFlush
    >
      <div className={classNames('min-w-0', isStale && 'opacity-60')} aria-busy={isStale}>
        {!data && <div style={{ height: heightPx + 44 }} />}
        {data && isTable && <ChartTable {...{ title, data, format, zone, isRowless }} />}
        {data && !isTable && (
          <div className="flex flex-col gap-2 px-3 pt-3 pb-2">
            <Legend data={data} />
            {hasValues ? (
              <Suspense fallback={<div style={{ height: heightPx }} />}>
                <Plot
                  {...{ title, data, heightPx, summary, zone, format, isWhole }}
                  onZoom={({ from, to }) => choose({ period: search.period, from, to })}
                  onZoomOut={zoomOut}
                />
              </Suspense>
            ) : (
              <p className="flex items-center justify-center text-center text-muted" style={{ height: heightPx }}>
                {empty ?? 'Nothing in this period.'}
              </p>
            )}
          </div>
        )}
      </div>
    </Panel>
  );
}

function Legend({ data }: { data: ChartData }) {
  return (
    <ul className="flex min-h-5 flex-wrap gap-x-3 gap-y-1 px-1 text-xs text-muted">
      {data.series.map(({ name, colour, isDashed }) => (
        <li key={name} className="flex min-w-0 items-center gap-1.5">
          <span
            aria-hidden
            className={classNames('shrink-0 rounded-full', isDashed ? 'h-0.5 w-3' : 'size-2')}
            style={{ background: `var(${COLOUR_TOKENS[colour]})` }}
          />
          <span dir="auto" title={name} className="max-w-44 truncate text-left">
            {name}
          </span>
        </li>
      ))}
    </ul>
  );
}

function csvOf({ starts, series }: ChartData, zone: Zone): string {
  return toCsv([
    ['starts_at', 'time_zone', ...series.map(({ name }) => name)],
    ...starts.map((start, index) => [
      formatWithOffset(start, zone),
      zoneName(zone),
      ...series.map(({ values }) => values[index] ?? null),
    ]),
  ]);
}

function csvName(title: string, { from, to, bucket }: ChartData, zone: Zone): string {
  const days = [from, to].map((instant) => formatWithOffset(instant, zone).slice(0, 10));
  return fileNameOf([title.toLowerCase(), 'by', bucket, ...days, zoneName(zone)], 'csv');
}
