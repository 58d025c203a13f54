import uPlot from 'uplot';
import { zoneName, type Zone } from '../../format/time';
import type { Theme } from '../../theme/theme';
import { COLOUR_TOKENS, edgesOf, type ChartData, type ChartSeries } from './chart-data';
import { tickLabels } from './tick-labels';

/** How a chart is drawn. */
export interface PlotLook {
  readonly zone: Zone;
  /** The theme that is shown: its colours are read from the page. */
  readonly theme: Theme;
  readonly format: (value: number | null) => string;
  /** Of what is counted: there is no half of it. */
  readonly isWhole: boolean;
}

/** What happens on a chart. */
export interface PlotEvents {
  /** The bucket under the pointer, and where its middle is; null = none is. */
  readonly onPoint: (point: { index: number; leftPx: number } | null) => void;
  readonly onSelect: (fromSeconds: number, toSeconds: number) => void;
  readonly onDoubleClick: () => void;
}

const FONT = '12px "Inter Variable", ui-sans-serif, system-ui, sans-serif';
const WHOLE_STEPS = Array.from({ length: 12 }, (_, digits) => 10 ** digits).flatMap((one) => [one, 2 * one, 5 * one]);
/** What is dragged less far was a click. */
const DRAG_PX = 6;

/** What uPlot draws: middles of buckets, and what was in them. */
export function plotData(data: ChartData): uPlot.AlignedData {
  const edges = edgesOf(data);
  const middles = edges.slice(0, -1).map((edge, index) => (edge + (edges[index + 1] ?? edge)) / 2);
  return [middles, ...data.series.map(({ values }) => [...values])];
}

/** What uPlot is told. Colours are those of the theme at this moment. */
export function plotOptions(
  data: ChartData,
  size: { readonly width: number; readonly height: number },
  { zone, format, isWhole }: PlotLook,
  { onPoint, onSelect, onDoubleClick }: PlotEvents,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const edges = edgesOf(data);
  const range: uPlot.Range.MinMax = [edges[0] ?? 0, edges.at(-1) ?? 1];
  const axis = {
    stroke: token('--text-muted'),
    font: FONT,
    grid: { stroke: token('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    ...size,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zoneName(zone)),
    padding: [8, 24, 0, 0],
    legend: { show: false },
    scales: { x: { time: true, range: () => range }, y: { range: (_, __, most) => [0, (most || 1) * 1.08] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        size: 28,
        gap: 6,
        values: (_, splits, __, ___, step) => tickLabels(splits, step, zone),
      },
      {
        ...axis,
        space: 36,
        gap: 6,
        ...(isWhole ? { incrs: WHOLE_STEPS } : {}),
        values: (_, splits) => splits.map((split) => format(split)),
        size: (plot, labels) => widest(plot, labels) + 10,
      },
    ],
    series: [{}, ...data.series.map((series) => drawn(series, token(COLOUR_TOKENS[series.colour])))],
    cursor: {
      y: false,
      points: {
        // A bar needs no mark.
        size: (_, index) => (data.series[index - 1]?.look === 'line' ? 8 : 0),
        width: (_, index) => (data.series[index - 1]?.look === 'line' ? 2 : 0),
        stroke: token('--surface'),
      },
      drag: { x: true, y: false, setScale: false, dist: DRAG_PX },
      bind: {
        dblclick: () => () => {
          onDoubleClick();
          return null;
        },
      },
    },
    hooks: {
      setCursor: [
        (plot) => {
          const { idx, left = -1 } = plot.cursor;
          const middle = idx == null ? undefined : plot.data[0][idx];
          if (idx == null || middle === undefined || left < 0) onPoint(null);
          else onPoint({ index: idx, leftPx: plot.valToPos(middle, 'x') + plot.over.offsetLeft });
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < DRAG_PX) return;
          onSelect(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

function drawn({ look, isDashed }: ChartSeries, colour: string): uPlot.Series {
  if (look === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [0.72, 96], radius: 0.08 });
    return { fill: colour, width: 0, points: { show: false }, ...(paths ? { paths } : {}) };
  }
  return {
    stroke: colour,
    width: isDashed ? 1.5 : 2,
    ...(isDashed ? { dash: [4, 4] } : {}),
    points: { show: true, size: 5, fill: colour, filter: (plot, series) => lonely(plot.data[series] ?? []) },
  };
}

/** Values between two gaps, of which a line would show nothing. */
function lonely(values: ArrayLike<number | null | undefined>): number[] {
  return Array.from({ length: values.length }, (_, index) => index).filter(
    (index) => values[index] != null && values[index - 1] == null && values[index + 1] == null,
  );
}

function widest({ ctx }: uPlot, labels: readonly string[] | null): number {
  ctx.font = FONT;
  return Math.ceil(Math.max(0, ...(labels ?? []).map((label) => ctx.measureText(label).width)));
}
