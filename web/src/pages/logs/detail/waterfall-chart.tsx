import { classNames } from '../../../components/class-names';
import { formatMs } from '../../../format/amounts';
import { axisOf, type Bar, type Waterfall } from './waterfall';

const LOOKS: Readonly<Record<Bar['kind'], string>> = {
  gateway: 'bg-bar-gateway',
  provider: 'bg-bar-provider',
  failed: 'bg-bad',
  aborted: 'border border-line-strong bg-sunken',
  wait: 'hatched',
};

const SIGNS: Readonly<Record<Bar['kind'], string>> = {
  gateway: '',
  provider: '✓',
  failed: '✕',
  aborted: '○',
  wait: '',
};
const WORDS: Readonly<Record<Bar['kind'], string>> = {
  gateway: '',
  provider: 'succeeded',
  failed: 'failed',
  aborted: 'given up',
  wait: '',
};

/** Where the time of a request went: a line for each part, with its bar on one axis and its words. */
export function WaterfallChart({ endMs, bars }: Waterfall) {
  const place = (ms: number) => `${(100 * ms) / endMs}%`;
  const marks = axisOf(endMs);
  return (
    <div className="text-sm">
      <div aria-hidden className="grid grid-cols-[92px_1fr] gap-x-2 sm:grid-cols-[104px_1fr_224px]">
        <div className="relative col-start-2 h-4 text-xs text-faint">
          {marks.map((ms, index) => (
            <span
              key={ms}
              className={classNames(
                'absolute top-0 whitespace-nowrap',
                index > 0 && (ms > 0.9 * endMs ? '-translate-x-full' : '-translate-x-1/2'),
              )}
              style={{ left: place(ms) }}
            >
              {ms === 0 ? '0' : formatMs(ms)}
            </span>
          ))}
        </div>
      </div>
      <ol aria-label="Where the time went">
        {bars.map((bar, index) => (
          <li key={index} className="grid grid-cols-[92px_1fr] gap-x-2 py-0.5 sm:grid-cols-[104px_1fr_224px]">
            <span
              className={classNames('truncate', bar.kind === 'wait' ? 'pl-3 text-faint' : 'text-muted')}
              title={bar.label}
            >
              {bar.label}
            </span>
            <span aria-hidden className="relative mt-[3px] h-3.5 border-l border-line">
              <span
                className={classNames('absolute inset-y-0 rounded-[2px]', LOOKS[bar.kind])}
                style={{ left: place(bar.startMs), width: `max(2px, ${place(bar.lengthMs)})` }}
              />
              {bar.firstByteMs !== undefined && bar.kind === 'provider' && (
                <span
                  className="absolute -inset-y-0.5 w-px bg-text"
                  style={{ left: place(bar.startMs + bar.firstByteMs) }}
                />
              )}
            </span>
            <span className="break-words max-sm:col-start-2 max-sm:text-xs" title={bar.text}>
              {SIGNS[bar.kind] && (
                <span
                  aria-hidden
                  className={bar.kind === 'failed' ? 'text-bad' : bar.kind === 'provider' ? 'text-good' : 'text-faint'}
                >
                  {SIGNS[bar.kind]}{' '}
                </span>
              )}
              {WORDS[bar.kind] && <span className="sr-only">{WORDS[bar.kind]}, </span>}
              {bar.text}
            </span>
            {bar.more && <span className="col-span-full break-words pb-1 text-bad sm:col-start-2">{bar.more}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}
