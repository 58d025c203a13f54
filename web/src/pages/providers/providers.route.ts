import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { rootRoute } from '../../frame/root-route';

/** Which page of the credentials is shown. */
export const providersSearch = z.object({
  cursor: z.catch(z.optional(z.string().check(z.minLength(1))), undefined),
});

/** The providers and their credentials. */
export const providersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/providers',
  validateSearch: providersSearch,
  component: lazyRouteComponent(() => import('./providers.page'), 'ProvidersPage'),
});
