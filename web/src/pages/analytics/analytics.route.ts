import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { askFirst } from '../../frame/ask-first';
import { rootRoute } from '../../frame/root-route';
import { analyticsQuestion } from './analytics-question';
import { analyticsSearch } from './analytics-search';

export const analyticsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/analytics',
  validateSearch: analyticsSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => askFirst('analytics.read', deps, (period, zone) => analyticsQuestion(deps, period, zone)),
  component: lazyRouteComponent(() => import('./analytics.page'), 'AnalyticsPage'),
  staticData: { hasPeriod: true },
});
