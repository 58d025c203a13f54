import type { ReactNode } from 'react';
import { useMay } from '../../api/session';
import { classNames } from '../../components/class-names';

/** Leads to the log of a request, in a tab of its own: this page has its recording and answers only while it is open. */
export function LogLink({
  requestId,
  className,
  children,
}: {
  requestId: string;
  className?: string;
  /** What is shown; to those who may not read logs, too, where it is the id. */
  children: ReactNode;
}) {
  if (!useMay('logs.read')) return children === requestId ? <span className={className}>{requestId}</span> : null;
  return (
    <a
      href={`/ui/logs/${requestId}`}
      target="_blank"
      rel="noopener"
      title={`Request ${requestId}, in another tab`}
      className={classNames('text-accent underline underline-offset-2', className)}
    >
      {children}
    </a>
  );
}
