import { useEffect, useState } from 'react';
import { Button } from '../../components/button';
import { formatShare } from '../../format/amounts';
import type { Run } from './use-runs';

/** How far a request has come, and the way to end it. */
export function ColumnWaiting({ run, onCancel }: { run: Run; onCancel: () => void }) {
  const [now, setNow] = useState(run.startedAt);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, []);
  const { sent, heard } = run.progress;
  const doing = sent < 1 ? `Sending ${formatShare(sent)}` : heard ? 'Hearing' : 'Waiting for the answer';
  return (
    <div className="flex items-center gap-3 text-sm">
      <div className="min-w-0 flex-1">
        <p className="flex justify-between gap-2 text-muted">
          <span>{doing}</span>
          <span>{(Math.max(0, now - run.startedAt) / 1000).toFixed(1)} s</span>
        </p>
        <progress aria-label="Sent" value={sent} className="mt-1 block h-1.5 w-full accent-accent" />
      </div>
      <Button size="small" onClick={onCancel}>
        Cancel
      </Button>
    </div>
  );
}
