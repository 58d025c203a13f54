import { ArrowUp } from 'lucide-react';
import { Button } from '../../components/button';
import { formatCount } from '../../format/amounts';
import type { useLogs } from './use-logs';
import type { LiveTail } from './use-live-tail';

/** How many there are, and how many new ones wait. */
export function ListFoot({
  logs,
  rows,
  tail,
  isLive,
  onShow,
}: {
  logs: ReturnType<typeof useLogs>;
  rows: number;
  tail: LiveTail;
  isLive: boolean;
  onShow: () => void;
}) {
  const first = logs.data?.pages[0];
  const total = first?.total;
  return (
    <div className="flex min-h-8 items-center gap-3 border-t border-line px-3 text-sm text-muted">
      <p className="min-w-0 flex-1 truncate">
        {logs.isPending
          ? 'Reading the list'
          : total == null
            ? `${formatCount(rows)} loaded`
            : `${first?.isTotalExact ? '' : 'about '}${formatCount(total)} ${total === 1 ? 'request' : 'requests'}`}
        {logs.isFetchingNextPage && ' · reading on'}
      </p>
      <p role="status" className="flex items-center">
        {isLive && tail.waiting > 0 && (
          <Button look="quiet" size="small" className="h-6 text-accent-strong" onClick={onShow}>
            <ArrowUp size={14} aria-hidden />
            {formatCount(tail.waiting)} new
          </Button>
        )}
      </p>
    </div>
  );
}
