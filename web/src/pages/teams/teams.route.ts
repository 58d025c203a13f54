import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { rootRoute } from '../../frame/root-route';

/** Which page of the list is shown. */
export const teamsSearch = z.object({
  cursor: z.catch(z.optional(z.string().check(z.minLength(1))), undefined),
});

/** The list of teams. */
export const teamsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/teams',
  validateSearch: teamsSearch,
  component: lazyRouteComponent(() => import('./teams.page'), 'TeamsPage'),
});

/** One team, beside the list. */
export const teamRoute = createRoute({
  getParentRoute: () => teamsRoute,
  path: '$team',
  component: lazyRouteComponent(() => import('./team.drawer'), 'TeamDrawer'),
});
