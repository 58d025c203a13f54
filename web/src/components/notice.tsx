import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { Button } from './button';
import { classNames } from './class-names';

const LOOKS = {
  info: { box: 'bg-accent-wash text-accent-strong', icon: Info },
  warn: { box: 'bg-warn-wash text-warn', icon: TriangleAlert },
  bad: { box: 'bg-bad-wash text-bad', icon: CircleAlert },
};

/** Says something that matters here and now. */
export function Notice({
  tone,
  children,
  actions,
}: {
  tone: keyof typeof LOOKS;
  children: ReactNode;
  actions?: ReactNode;
}) {
  const { box, icon: Icon } = LOOKS[tone];
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={classNames('flex items-start gap-2 rounded-md px-3 py-2', box)}
    >
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
      <div className="min-w-0 flex-1 break-words">{children}</div>
      {actions}
    </div>
  );
}

/** What has gone wrong, what to do, and the request id by which the process log tells more. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const message = error instanceof Error ? error.message : String(error);
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  return (
    <Notice
      tone="bad"
      actions={
        onRetry && (
          <Button size="small" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      <p>{message}</p>
      {requestId && (
        <p className="text-sm">
          Request <span className="mono">{requestId}</span>
        </p>
      )}
    </Notice>
  );
}
