import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';
import { logSearch } from './log-search';

export const logsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/logs',
  validateSearch: logSearch,
  staticData: { hasPeriod: true },
  component: lazyRouteComponent(() => import('./logs.page'), 'LogsPage'),
});

/** A log, over the list that it is one of. */
export const logRoute = createRoute({
  getParentRoute: () => logsRoute,
  path: '/$id',
  component: lazyRouteComponent(() => import('./detail/log.page'), 'LogDrawer'),
});
