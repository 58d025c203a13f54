import { Link } from '@tanstack/react-router';
import { useMay } from '../api/session';
import { Button } from './button';

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
