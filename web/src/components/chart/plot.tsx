import { useEffect, useEffectEvent, useId, useRef, useState, type KeyboardEvent } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './plot.css';
import { useTheme } from '../../theme/theme';
import { bucketAt, bucketWords, movedCursor } from './chart-cursor';
import { bucketLabel, COLOUR_TOKENS, zoomTime, type ChartData } from './chart-data';
import { plotData, plotOptions, type PlotLook } from './plot-options';

/** What a chart needs beside its look. */
export interface PlotProps extends Omit<PlotLook, 'theme'> {
  readonly title: string;
  readonly data: ChartData;
  readonly heightPx: number;
  /** What is heard in place of it. */
  readonly summary: string;
  readonly onZoom?: ((time: { from: string; to: string }) => void) | undefined;
  readonly onZoomOut?: (() => void) | undefined;
}

/** The drawing of a chart. It is loaded when the first one is shown. Its cursor follows the pointer, and the keys of whoever has the focus on it. */
export function Plot({ title, data, heightPx, summary, zone, format, isWhole, onZoom, onZoomOut }: PlotProps) {
  const summaryId = useId();
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<uPlot>(null);
  /** The start of the bucket to which keys have led the cursor: it stays at that time when newer values or other buckets are drawn. */
  const kept = useRef<string>(null);
  const theme = useTheme();
  const [point, setPoint] = useState<{ index: number; leftPx: number } | null>(null);
  const zoom = useEffectEvent((from: number, to: number) => onZoom?.(zoomTime(data, from, to)));
  const zoomOut = useEffectEvent(() => onZoomOut?.());
  const label = useEffectEvent((value: number | null) => format(value));

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const size = () => ({ width: element.clientWidth, height: heightPx });
    const look = { zone, theme, format: (value: number | null) => label(value), isWhole };
    const events = {
      onPoint: setPoint,
      onSelect: (from: number, to: number) => zoom(from, to),
      onDoubleClick: () => zoomOut(),
    };
    const plot = new uPlot(plotOptions(data, size(), look, events), plotData(data), element);
    drawn.current = plot;
    if (kept.current !== null) putCursor(plot, bucketAt(data, kept.current));
    const observer = new ResizeObserver(() => plot.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.current = null;
      plot.destroy();
      setPoint(null);
    };
  }, [data, heightPx, zone, isWhole, theme]);

  const lead = (index: number | null) => {
    kept.current = index === null ? null : (data.starts[index] ?? null);
    if (drawn.current) putCursor(drawn.current, index);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const index = movedCursor(event.key, point?.index ?? null, data.starts.length);
    if (index === undefined) return;
    event.preventDefault();
    lead(index);
  };
  const index = point?.index ?? data.starts.length - 1;
  return (
    <figure className="relative min-w-0">
      <figcaption id={summaryId} className="sr-only">
        {summary}
      </figcaption>
      <div
        role="slider"
        tabIndex={0}
        aria-label={`Cursor of ${title}`}
        aria-describedby={summaryId}
        aria-valuemin={0}
        aria-valuemax={data.starts.length - 1}
        aria-valuenow={index}
        aria-valuetext={bucketWords(data, index, format, zone)}
        className="min-w-0 rounded-sm"
        onKeyDown={onKeyDown}
        onFocus={({ currentTarget }) => {
          // A click has the pointer on it already.
          if (currentTarget.matches(':focus-visible')) lead(index);
        }}
        onBlur={() => lead(null)}
      >
        <div ref={box} aria-hidden className="min-w-0 overflow-hidden" />
      </div>
      {point && <Tip data={data} point={point} zone={zone} format={format} />}
    </figure>
  );
}

/** Puts the cursor on a bucket, or away. */
function putCursor(plot: uPlot, index: number | null): void {
  const middle = index === null ? undefined : plot.data[0][index];
  plot.setCursor({ left: middle === undefined ? -10 : plot.valToPos(middle, 'x'), top: 0 });
}

/** What was in the bucket under the cursor. */
function Tip({
  data,
  point,
  zone,
  format,
}: Pick<PlotProps, 'data' | 'zone' | 'format'> & { point: { index: number; leftPx: number } }) {
  const start = data.starts[point.index];
  if (!start) return null;
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute top-0 z-10 max-w-60 min-w-32 rounded-md border border-line bg-surface px-2 py-1 text-xs shadow-float"
      // Beside the bucket, on the side where there is room.
      style={{ left: point.leftPx, transform: `translateX(${point.leftPx > 220 ? 'calc(-100% - 12px)' : '12px'})` }}
    >
      <p className="text-muted">{bucketLabel(start, data.bucket, zone)}</p>
      {data.series.map(({ name, colour, values }) => (
        <p key={name} className="flex items-center gap-1.5">
          <span className="size-2 shrink-0 rounded-full" style={{ background: `var(${COLOUR_TOKENS[colour]})` }} />
          <span className="min-w-0 flex-1 truncate" dir="auto">
            {name}
          </span>
          <span className="font-medium">{format(values[point.index] ?? null)}</span>
        </p>
      ))}
    </div>
  );
}
