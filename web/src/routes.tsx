import { createRouter } from '@tanstack/react-router';
import { rootRoute } from './frame/root-route';
import { parseSearch, stringifySearch } from './frame/addresses';
import { keysRoute } from './pages/keys/keys.route';
import { logRoute, logsRoute } from './pages/logs/logs.route';

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** Every page, by its address under `/ui`. What an address says of a page is plain text: `?model=whisper&http_status=429`. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([logsRoute.addChildren([logRoute]), keysRoute]),
  basepath: '/ui',
  defaultPreload: 'intent',
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
});
