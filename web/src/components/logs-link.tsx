import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { LogsFilter } from '../api/logs-filter';
import { useMay } from '../api/session';
import { usePeriod, type PeriodSearch } from '../frame/period';
import { classNames } from './class-names';

/**
 * A figure that leads to the rows it was made of: Logs with a filter, of the period that is shown unless another is named. To whom
 * may not read logs it is plain text.
 */
export function LogsLink({
  filter = {},
  time,
  label,
  className,
  children,
}: {
  filter?: LogsFilter | undefined;
  /** Another period than the page's, as addresses say it; `{}` is none at all. */
  time?: PeriodSearch | undefined;
  /** What listeners hear in place of the figure alone. */
  label?: string | undefined;
  className?: string;
  children: ReactNode;
}) {
  const mayRead = useMay('logs.read');
  const { name, from, to } = usePeriod();
  if (!mayRead) return children;
  const shown = name ? { period: name } : { from, to };
  return (
    <Link
      to="/logs"
      search={{ ...(time ?? shown), ...filter }}
      aria-label={label}
      className={classNames('underline-offset-2 hover:underline', className)}
    >
      {children}
    </Link>
  );
}
