import { createRouter } from '@tanstack/react-router';
import { rootRoute } from './frame/root-route';
import { parseSearch, stringifySearch } from './frame/addresses';
import { alertsRoute } from './pages/alerts/alerts.route';
import { auditRoute } from './pages/audit/audit.route';
import { keysRoute } from './pages/keys/keys.route';
import { logRoute, logsRoute } from './pages/logs/logs.route';
import { retirementsRoute } from './pages/retirements/retirements.route';

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** Every page, by its address under `/ui`. What an address says of a page is plain text: `?model=whisper&http_status=429`. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    logsRoute.addChildren([logRoute]),
    keysRoute,
    alertsRoute,
    retirementsRoute,
    auditRoute,
  ]),
  basepath: '/ui',
  defaultPreload: 'intent',
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
});
