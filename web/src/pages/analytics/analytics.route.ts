import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';
import { analyticsSearch } from './analytics-search';

export const analyticsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/analytics',
  validateSearch: analyticsSearch,
  component: lazyRouteComponent(() => import('./analytics.page'), 'AnalyticsPage'),
  staticData: { hasPeriod: true },
});
