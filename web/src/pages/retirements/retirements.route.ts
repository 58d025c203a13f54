import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';

export const retirementsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/retirements',
  component: lazyRouteComponent(() => import('./retirements.page'), 'RetirementsPage'),
});
