import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay } from '../api/session';
import { Button } from './button';

/** A figure that leads to the rows it was made of: Logs, narrowed by the API's own parameters. Plain text to whom may not read them. */
export function RowsLink({ filter, children }: { filter: Readonly<Record<string, string>>; children: ReactNode }) {
  const mayRead = useMay('logs.read');
  const path: string = '/logs';
  if (!mayRead) return children;
  return (
    <Link to={path} search={filter} title="The requests it is made of" className="underline-offset-2 hover:underline">
      {children}
    </Link>
  );
}

/** Ways from a key, a team or a model to what was asked through it. */
export function UsageLinks({ filter }: { filter: Readonly<Record<string, string>> }) {
  const mayReadLogs = useMay('logs.read');
  const mayReadAnalytics = useMay('analytics.read');
  const pages: readonly (readonly [boolean, string, string])[] = [
    [mayReadLogs, '/logs', 'Logs'],
    [mayReadAnalytics, '/analytics', 'Analytics'],
  ];
  return pages.map(
    ([may, path, title]) =>
      may && (
        <Button key={path} size="small" asChild>
          <Link to={path} search={{ ...filter, period: '30d' }}>
            {title}
          </Link>
        </Button>
      ),
  );
}
