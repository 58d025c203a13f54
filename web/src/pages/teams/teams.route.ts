import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';

/** The list of teams. */
export const teamsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/teams',
  component: lazyRouteComponent(() => import('./teams.page'), 'TeamsPage'),
});

/** One team, beside the list. */
export const teamRoute = createRoute({
  getParentRoute: () => teamsRoute,
  path: '$team',
  component: lazyRouteComponent(() => import('./team.drawer'), 'TeamDrawer'),
});
