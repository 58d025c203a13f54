import { createRouter } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from './frame/addresses';
import { rootRoute } from './frame/root-route';
import { alertsRoute } from './pages/alerts/alerts.route';
import { analyticsRoute } from './pages/analytics/analytics.route';
import { auditRoute } from './pages/audit/audit.route';
import { keyRoute, keysRoute } from './pages/keys/keys.route';
import { logRoute, logsRoute } from './pages/logs/logs.route';
import { modelsRoute } from './pages/models/models.route';
import { overviewRoute } from './pages/overview/overview.route';
import { playgroundRoute } from './pages/playground/playground.route';
import { providersRoute } from './pages/providers/providers.route';
import { retirementsRoute } from './pages/retirements/retirements.route';
import {
  adminKeysRoute,
  effectiveRoute,
  fileRoute,
  gatewayRoute,
  sessionsRoute,
  settingsRoute,
} from './pages/settings/settings.route';
import { teamRoute, teamsRoute } from './pages/teams/teams.route';

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** Every page, by its address under `/ui`. What an address says of a page is plain text: `?model=whisper&http_status=429`. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    overviewRoute,
    logsRoute.addChildren([logRoute]),
    analyticsRoute,
    playgroundRoute,
    keysRoute.addChildren([keyRoute]),
    teamsRoute.addChildren([teamRoute]),
    modelsRoute,
    providersRoute,
    alertsRoute,
    retirementsRoute,
    auditRoute,
    settingsRoute.addChildren([effectiveRoute, fileRoute, gatewayRoute, adminKeysRoute, sessionsRoute]),
  ]),
  basepath: '/ui',
  defaultPreload: 'intent',
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
});
