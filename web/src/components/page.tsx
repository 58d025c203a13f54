import { useEffect, type ReactNode } from 'react';
import { classNames } from './class-names';

/** A page: its title, what can be done with all of it, and what it holds. */
export function Page({
  title,
  actions,
  children,
  isFilling,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
  /** As high as the window and no higher: what it holds scrolls within it. */
  isFilling?: boolean;
}) {
  useEffect(() => {
    document.title = `${title} · Auricle`;
  }, [title]);
  return (
    <div
      className={classNames(
        'mx-auto flex w-full max-w-[1680px] flex-col gap-4 px-4 py-4 sm:px-6',
        isFilling && 'h-[calc(100dvh-3rem)] min-h-[560px] max-sm:h-[calc(100dvh-6.5rem)]',
      )}
    >
      <div className="flex min-h-8 flex-wrap items-center gap-2">
        <h1 className="mr-auto text-xl font-semibold">{title}</h1>
        {actions}
      </div>
      {children}
    </div>
  );
}
