import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { rootRoute } from '../../frame/root-route';

export const alertsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts',
  // The alert whose deliveries are looked at.
  validateSearch: z.object({ alert: z.catch(z.optional(z.string()), undefined) }),
  component: lazyRouteComponent(() => import('./alerts.page'), 'AlertsPage'),
});
