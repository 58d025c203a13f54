import { lazy, Suspense, useState } from 'react';
import { formatInstant } from '../format/time';
import { PERIODS, useChoosePeriod, usePeriod, type PeriodName } from './period';
import { QuietSelect } from './quiet-select';
import { useZone } from './zone';

const FromToDialog = lazy(async () => ({ default: (await import('./from-to-dialog')).FromToDialog }));

/** What the list calls the two instants of an address, and the wish for others. */
const SHOWN = 'shown';
const ASK = 'ask';

/** Chooses the period that a page shows. It is in the address. */
export function PeriodPicker() {
  const period = usePeriod();
  const zone = useZone();
  const choose = useChoosePeriod();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      <QuietSelect
        label="Period"
        value={period.name ?? SHOWN}
        onChange={(wish) => {
          if (wish === ASK) setIsAsking(true);
          else choose({ period: wish as PeriodName, from: undefined, to: undefined });
        }}
      >
        {!period.name && (
          <option value={SHOWN}>
            {formatInstant(period.from, zone).slice(0, 16)} – {formatInstant(period.to, zone).slice(0, 16)}
          </option>
        )}
        {Object.entries(PERIODS).map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
        <option value={ASK}>From … to …</option>
      </QuietSelect>
      {isAsking && (
        <Suspense>
          <FromToDialog period={period} onClose={() => setIsAsking(false)} onChoose={choose} />
        </Suspense>
      )}
    </>
  );
}
