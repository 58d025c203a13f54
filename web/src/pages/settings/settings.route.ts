import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { rootRoute } from '../../frame/root-route';

const text = z.catch(z.optional(z.string().check(z.minLength(1))), undefined);

/** What the settings are narrowed by. */
export const effectiveSearch = z.object({
  q: text,
  /** Those only that are not as they are by default. */
  changed: z.catch(z.optional(z.literal('true')), undefined),
  source: z.catch(z.optional(z.enum(['environment', 'file'])), undefined),
});

export type EffectiveSearch = z.infer<typeof effectiveSearch>;

const listSearch = z.object({ cursor: text });

/** What the sections of the page lie under. */
export const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings.page'), 'SettingsPage'),
});

/** Every setting in force. */
export const effectiveRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  validateSearch: effectiveSearch,
  component: lazyRouteComponent(() => import('./effective/effective.page'), 'EffectiveSettings'),
});

/** What the configuration file says. */
export const fileRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'file',
  component: lazyRouteComponent(() => import('./file/file.page'), 'ConfigFile'),
});

/** What holds for all requests. */
export const gatewayRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'gateway',
  component: lazyRouteComponent(() => import('./gateway/gateway.page'), 'ForAllRequests'),
});

/** Who administers. */
export const adminKeysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'admin-keys',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./admin-keys/admin-keys.page'), 'AdminKeys'),
});

/** Who is signed in. */
export const sessionsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'sessions',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('./sessions/sessions.page'), 'Sessions'),
});
