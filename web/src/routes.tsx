import { createRouter } from '@tanstack/react-router';
import { rootRoute } from './frame/root-route';
import { alertsRoute } from './pages/alerts/alerts.route';
import { auditRoute } from './pages/audit/audit.route';
import { keyRoute, keysRoute } from './pages/keys/keys.route';
import { modelsRoute } from './pages/models/models.route';
import { providersRoute } from './pages/providers/providers.route';
import { retirementsRoute } from './pages/retirements/retirements.route';
import { teamRoute, teamsRoute } from './pages/teams/teams.route';

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** Every page, by its address under `/ui`. What an address says of a page is plain text: `?model=whisper&http_status=429`. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    keysRoute.addChildren([keyRoute]),
    teamsRoute.addChildren([teamRoute]),
    modelsRoute,
    providersRoute,
    alertsRoute,
    retirementsRoute,
    auditRoute,
  ]),
  basepath: '/ui',
  defaultPreload: 'intent',
  scrollRestoration: true,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch,
});

function stringifySearch(search: Record<string, unknown>): string {
  const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
