import type { ReactNode } from 'react';
import { classNames } from './class-names';

/** A surface with a title of its own. */
export function Panel({
  title,
  actions,
  children,
  className,
  isFlush,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Of what reaches to the edges, as tables do. */
  isFlush?: boolean;
}) {
  return (
    <section className={classNames('min-w-0 rounded-lg border border-line bg-surface', className)}>
      {title && (
        <header className="flex min-h-11 items-center gap-2 border-b border-line px-4 py-1.5">
          <h2 className="min-w-0 flex-1 truncate font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      <div className={isFlush ? '' : 'p-4'}>{children}</div>
    </section>
  );
}
