import { useState } from 'react';
import { Button } from '../components/button';
import { Dialog } from '../components/dialog';
import { TextField } from '../components/field';
import { formatInstant, zoneName } from '../format/time';
import type { Period, useChoosePeriod } from './period';
import { useZone } from './zone';

/** Asks for the two instants of a period, in the zone of the header. */
export function FromToDialog({
  period,
  onClose,
  onChoose,
}: {
  period: Period;
  onClose: () => void;
  onChoose: ReturnType<typeof useChoosePeriod>;
}) {
  const zone = useZone();
  const asInput = (instant: string) => formatInstant(instant, zone).slice(0, 16).replace(' ', 'T');
  const [from, setFrom] = useState(asInput(period.from));
  const [to, setTo] = useState(asInput(period.to));
  const instantOf = (text: string) => new Date(zone === 'utc' ? `${text}Z` : text);
  const isInOrder = instantOf(from) < instantOf(to);
  return (
    <Dialog title="From … to …" description={`In ${zoneName(zone)}`} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          onChoose({ period: undefined, from: instantOf(from).toISOString(), to: instantOf(to).toISOString() });
          onClose();
        }}
      >
        <TextField
          label="From"
          type="datetime-local"
          required
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
        <TextField
          label="To"
          type="datetime-local"
          required
          value={to}
          onChange={(event) => setTo(event.target.value)}
          error={isInOrder ? undefined : 'It ends before it begins.'}
        />
        <div className="flex justify-end">
          <Button look="primary" type="submit" disabled={!isInOrder}>
            Show
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
