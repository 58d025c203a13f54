import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSession } from '../api/session';
import { MENU_PAGES } from '../frame/pages';
import { classNames } from './class-names';

/** Leads to a page of the menu; to whom that is not open it is plain text. */
export function PageLink({ to, className, children }: { to: string; className?: string; children: ReactNode }) {
  const { permissions } = useSession();
  const page = MENU_PAGES.find(({ path }) => path === to);
  const isOpen = page && (page.permission === undefined || permissions.includes(page.permission));
  if (!isOpen) return <span className={className}>{children}</span>;
  return (
    <Link
      to={to}
      search={({ period, from, to }) => ({ period, from, to })}
      className={classNames('underline-offset-2 hover:underline', className)}
    >
      {children}
    </Link>
  );
}
