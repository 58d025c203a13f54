import { useEffect, useEffectEvent, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './plot.css';
import { useTheme } from '../../theme/theme';
import { bucketLabel, COLOUR_TOKENS, zoomTime, type ChartData } from './chart-data';
import { plotData, plotOptions, type PlotLook } from './plot-options';

/** What a chart needs beside its look. */
export interface PlotProps extends Omit<PlotLook, 'theme'> {
  readonly data: ChartData;
  readonly heightPx: number;
  /** What is heard in place of it. */
  readonly summary: string;
  readonly onZoom?: ((time: { from: string; to: string }) => void) | undefined;
  readonly onZoomOut?: (() => void) | undefined;
}

/** The drawing of a chart. It is loaded when the first one is shown. */
export function Plot({ data, heightPx, summary, zone, format, isWhole, onZoom, onZoomOut }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
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
    const observer = new ResizeObserver(() => plot.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      setPoint(null);
    };
  }, [data, heightPx, zone, isWhole, theme]);

  return (
    <figure className="relative min-w-0">
      <figcaption className="sr-only">{summary}</figcaption>
      <div ref={box} aria-hidden className="min-w-0 overflow-hidden" />
      {point && <Tip data={data} point={point} zone={zone} format={format} />}
    </figure>
  );
}

/** What was in the bucket under the pointer. */
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
