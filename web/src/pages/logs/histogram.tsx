import { Table2 } from 'lucide-react';
import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import { Button } from '../../components/button';
import { classNames } from '../../components/class-names';
import { formatCount } from '../../format/amounts';
import type { Zone } from '../../format/time';
import { HistogramTable } from './histogram-table';
import { barAt, stretchOf, whenOf, type Bar } from './histogram-data';

/** Requests by time, failures on top in red. What is dragged over is zoomed to; a double click goes back. */
export function Histogram({
  bars,
  zone,
  isStale,
  onZoom,
  onBack,
}: {
  bars: readonly Bar[];
  zone: Zone;
  isStale: boolean;
  onZoom: (stretch: { from: string; to: string }) => void;
  onBack: () => void;
}) {
  const [isTable, setIsTable] = useState(false);
  const [at, setAt] = useState<number>();
  /** Where a drag, or a stretch of the keyboard, has begun. */
  const [since, setSince] = useState<number>();
  const most = Math.max(1, ...bars.map(({ requests }) => requests));
  const here = Math.min(at ?? bars.length, bars.length - 1);
  const bar = bars[here];
  const last = bars.at(-1);
  const zoom = (one: number, other: number) => {
    setSince(undefined);
    const stretch = stretchOf(bars, one, other);
    if (stretch) onZoom(stretch);
  };
  const barUnder = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return barAt(event.clientX - left, width, bars.length);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -here, End: bars.length - 1 - here }[event.key];
    if (step !== undefined) {
      setSince(event.shiftKey ? (since ?? here) : undefined);
      setAt(Math.max(0, Math.min(bars.length - 1, here + step)));
    } else if (event.key === 'Enter') zoom(since ?? here, here);
    else if (event.key === 'Backspace') onBack();
    else if (event.key === 'Escape' && since !== undefined) setSince(undefined);
    else return;
    event.preventDefault();
  };
  const isIn = (index: number) =>
    since === undefined ? index === here : index >= Math.min(since, here) && index <= Math.max(since, here);

  return (
    <div className="flex flex-col gap-1 border-b border-line px-3 pt-2 pb-1.5">
      <div className="flex items-start gap-2">
        <div
          role="slider"
          tabIndex={0}
          aria-label="Requests by time"
          aria-describedby="histogram-how"
          aria-valuemin={0}
          aria-valuemax={Math.max(0, bars.length - 1)}
          aria-valuenow={Math.max(0, here)}
          aria-valuetext={bar && `${whenOf(bar, zone)}: ${wordsOf(bar)}`}
          className={classNames(
            'group relative flex h-[56px] min-w-0 flex-1 cursor-crosshair touch-pan-y items-end select-none',
            isStale && 'opacity-60',
          )}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            const index = barUnder(event);
            setSince(index);
            setAt(index);
          }}
          onPointerMove={(event) => setAt(barUnder(event))}
          onPointerUp={() => {
            // A mere click looks at a bar; it has to be left for another to be a zoom.
            if (since !== undefined && since !== here) zoom(since, here);
            else setSince(undefined);
          }}
          onPointerCancel={() => setSince(undefined)}
          onPointerLeave={() => since === undefined && setAt(undefined)}
          onBlur={() => setAt(undefined)}
          onDoubleClick={onBack}
        >
          {bars.map((each, index) => (
            <HistogramBar key={each.from} bar={each} most={most} isIn={isIn(index)} isZooming={since !== undefined} />
          ))}
        </div>
        <Button
          look="quiet"
          size="icon"
          aria-label="Requests by time as a table"
          aria-expanded={isTable}
          onClick={() => setIsTable(!isTable)}
        >
          <Table2 size={16} aria-hidden />
        </Button>
      </div>
      <p className="flex justify-between gap-2 pr-10 text-xs text-faint">
        <span className="whitespace-nowrap">{bars[0] && whenOf(bars[0], zone)}</span>
        <span aria-hidden className="min-w-0 truncate text-muted max-sm:hidden">
          {at !== undefined && bar && `${whenOf(bar, zone)} · ${wordsOf(bar)}`}
        </span>
        <span className="whitespace-nowrap">{last && bars.length > 1 && whenOf(last, zone)}</span>
      </p>
      <p id="histogram-how" className="sr-only">
        Arrow keys go through it, with Shift they mark a stretch, Enter shows that stretch only, Backspace goes back.
      </p>
      {isTable && <HistogramTable bars={bars} zone={zone} />}
    </div>
  );
}

function HistogramBar({
  bar: { requests, failures },
  most,
  isIn,
  isZooming,
}: {
  bar: Bar;
  most: number;
  isIn: boolean;
  isZooming: boolean;
}) {
  // What is there is seen, however little it is.
  const height = (count: number) => (count === 0 ? 0 : Math.max(2, Math.round((count / most) * 52)));
  const all = height(requests);
  const failed = Math.min(all, height(failures));
  return (
    <span
      className={classNames(
        'flex h-full flex-1 flex-col justify-end border-x border-transparent',
        isIn && (isZooming ? 'bg-accent-wash' : 'group-hover:bg-sunken group-focus-visible:bg-accent-wash'),
      )}
    >
      {failed > 0 && <span className="rounded-t-[1px] bg-bad" style={{ height: failed }} />}
      {all > failed && (
        <span
          className={classNames('bg-bar-provider/70', failed === 0 && 'rounded-t-[1px]')}
          style={{ height: all - failed }}
        />
      )}
    </span>
  );
}

function wordsOf({ requests, failures }: Bar): string {
  const words = `${formatCount(requests)} ${requests === 1 ? 'request' : 'requests'}`;
  return failures > 0 ? `${words}, ${formatCount(failures)} failed` : words;
}
