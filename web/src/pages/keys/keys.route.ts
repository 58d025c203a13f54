import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { rootRoute } from '../../frame/root-route';

const text = z.catch(z.optional(z.string().check(z.minLength(1))), undefined);

/** What the list of keys is narrowed by, as the API calls it. */
export const keysSearch = z.object({ name: text, team: text, user: text, tag: text });

export type KeysSearch = z.infer<typeof keysSearch>;

/** The list of keys. */
export const keysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/keys',
  validateSearch: keysSearch,
  component: lazyRouteComponent(() => import('./keys.page'), 'KeysPage'),
});

/** One key, beside the list. */
export const keyRoute = createRoute({
  getParentRoute: () => keysRoute,
  path: '$key',
  component: lazyRouteComponent(() => import('./key.drawer'), 'KeyDrawer'),
});
