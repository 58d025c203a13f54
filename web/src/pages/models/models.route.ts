import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { rootRoute } from '../../frame/root-route';

/** Which page of the list is shown. */
export const modelsSearch = z.object({
  cursor: z.catch(z.optional(z.string().check(z.minLength(1))), undefined),
});

/** The models and their deployments. */
export const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models',
  validateSearch: modelsSearch,
  component: lazyRouteComponent(() => import('./models.page'), 'ModelsPage'),
});
