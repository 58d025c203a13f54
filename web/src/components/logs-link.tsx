import { Link, type LinkProps } from '@tanstack/react-router';
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
  const path: string = '/logs';
  // Filters are checked by the API's own names above; of a path that is any string the compiler knows no page whose search it is.
  const target = { to: path, search: { ...(time ?? shown), ...filter } } as LinkProps;
  return (
    <Link {...target} aria-label={label} className={classNames('underline-offset-2 hover:underline', className)}>
      {children}
    </Link>
  );
}
