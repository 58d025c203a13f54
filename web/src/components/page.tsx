import { useEffect, type ReactNode } from 'react';

/** A page: its title, what can be done with all of it, and what it holds. */
export function Page({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Auricle`;
  }, [title]);
  return (
    <div className="mx-auto flex w-full max-w-[1680px] flex-col gap-4 px-4 py-4 sm:px-6">
      <div className="flex min-h-8 flex-wrap items-center gap-2">
        <h1 className="mr-auto text-xl font-semibold">{title}</h1>
        {actions}
      </div>
      {children}
    </div>
  );
}
