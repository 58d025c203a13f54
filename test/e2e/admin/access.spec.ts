import { ENDPOINTS } from '../../../src/domain/endpoint.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { object, OpenApiDocument } from './openapi-document.js';

let gateway: TestGateway;
let routes: Route[];
let virtualKey: string;
let clientToken: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  routes = routesOf(gateway);
  virtualKey = (await gateway.createKey()).key;
  const made = await fetch(`${gateway.url}/v1/client_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${virtualKey}` },
  });
  clientToken = String(object(await made.json())['token']);
});
afterAll(() => gateway.close());

interface Route {
  readonly method: string;
  /** As Express has it: `/admin/v1/keys/:key`. */
  readonly path: string;
}

interface ExpressLayer {
  readonly route?: {
    readonly path: string | readonly string[];
    readonly stack: readonly { readonly method: string }[];
  };
}

/** What Express would dispatch: nothing that a decorator or a document merely claims. */
function routesOf({ app }: TestGateway): Route[] {
  const { stack }: { stack: readonly ExpressLayer[] } = app.getHttpAdapter().getInstance().router;
  return stack.flatMap(({ route }) =>
    route
      ? [...new Set(route.stack.map(({ method }) => method))].flatMap((method) =>
          [route.path].flat().map((path) => ({ method: method.toUpperCase(), path })),
        )
      : [],
  );
}

/** A URL that the route matches. */
function urlOf({ path }: Route): string {
  return gateway.url + path.replaceAll(/[:*]\w+/g, '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a');
}

async function call(route: Route, authorization?: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(urlOf(route), {
    method: route.method,
    headers: { ...(authorization && { authorization }), 'content-type': 'application/json' },
    // Not even JSON: who is not known does not get so far.
    body: route.method === 'GET' || route.method === 'DELETE' ? undefined : '{',
  });
  const isEndless = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (isEndless) await response.body?.cancel();
  const text = isEndless ? '' : await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

/** Calls of LiteLLM's that show a key itself and its models. */
const isOfCaller = ({ path }: Route) => path === '/key/info' || /^(\/v1)?\/model\/info$/.test(path);
const isManagement = (route: Route) =>
  /^\/(key|team|model|spend|global)\//.test(route.path) && !isOfCaller(route) && !isAbsent(route);
/** Portkey's calls for what the admin API has, too. */
const isOfConfigs = ({ path }: Route) => /^\/v1\/configs(\/|$)/.test(path);
const isAdmin = (route: Route) =>
  route.path.startsWith('/admin') || route.path === '/metrics' || isManagement(route) || isOfConfigs(route);
/** What pages need, who have a client token in the place of a key. */
const isOfPages = ({ path }: Route) => /^(\/v1)?\/(audio|chat|models)(\/|$)/.test(path);
/** What a key does with what is its own. */
const isOfKey = ({ path }: Route) => /^\/v1\/(client_tokens|feedback|me)(\/|$)/.test(path);
const isOpen = (route: Route) => isOfPages(route) || route.path === '/health' || isOfCaller(route);
/** They say to everybody what is not there. */
const isAbsent = ({ path }: Route) => /^\/(team|user|organization|customer|budget)\/\*path$/.test(path);
const isPublic = (route: Route) =>
  route.path === '/' ||
  /^\/(health\/(live|ready|startup|liveliness|liveness|readiness)|docs|openapi)(\W|$)/.test(route.path) ||
  isAbsent(route);
const REFUSED = { status: 401, body: { error: { code: 'invalid_api_key', type: 'invalid_request_error' } } };

it('has routes for administrators, applications and everybody, and no others', () => {
  expect(routes.filter(isAdmin).length).toBeGreaterThanOrEqual(69);
  expect(routes.filter(isOpen).length).toBe(16);
  expect(routes.filter(isOfKey).length).toBe(5);
  const known = (route: Route) => isAdmin(route) || isOpen(route) || isOfKey(route) || isPublic(route);
  expect(routes.filter((route) => !known(route))).toEqual([]);
});

it('documents every route, and no route that is not there', async () => {
  const document = await OpenApiDocument.load(gateway.url);
  const documented = document.operations().map(({ method, path }) => `${method} ${path}`);
  const served = routes
    .filter((route) => isAdmin(route) || isOpen(route) || isOfKey(route) || route.path.startsWith('/health'))
    .map(({ method, path }) => `${method} ${path.replaceAll(/[:*](\w+)/g, '{$1}')}`);
  expect(served.toSorted()).toEqual(documented.toSorted());
});

it('opens the admin routes to nobody but the holder of the master key', async () => {
  for (const route of routes.filter(isAdmin)) {
    for (const authorization of [
      undefined,
      'Bearer wrong',
      `Bearer ${MASTER_KEY}x`,
      `Bearer ${MASTER_KEY.slice(0, -1)}`,
      `Basic ${MASTER_KEY}`,
      MASTER_KEY,
      `Bearer ${virtualKey}`,
      `Bearer ${clientToken}`,
    ]) {
      const answer = await call(route, authorization);
      expect({ route, authorization, ...answer }).toMatchObject({ route, authorization, ...REFUSED });
    }
    const { status } = await call(route, `Bearer ${MASTER_KEY}`);
    expect({ route, refused: status === 401 || status === 403 }).toEqual({ route, refused: false });
  }
});

it('answers what is not there, and does nothing', async () => {
  const absent = routes.filter(isAbsent);
  expect(absent.length).toBeGreaterThanOrEqual(5);
  for (const route of absent.filter(({ method }) => ['GET', 'POST', 'DELETE'].includes(method))) {
    for (const authorization of [undefined, `Bearer ${virtualKey}`, `Bearer ${MASTER_KEY}`]) {
      expect({ route, ...(await call(route, authorization)) }).toMatchObject({ route, status: 400 });
    }
  }
});

it('opens the other routes to the holder of a key', async () => {
  for (const route of routes.filter(isOpen)) {
    for (const authorization of [undefined, 'Bearer wrong', `Bearer ${virtualKey}x`]) {
      expect({ route, ...(await call(route, authorization)) }).toMatchObject({ route, ...REFUSED });
    }
    for (const key of [virtualKey, MASTER_KEY]) {
      const { status } = await call(route, `Bearer ${key}`);
      expect({ route, refused: status === 401 || status === 403 }).toEqual({ route, refused: false });
    }
  }
});

it('opens what is of a key to that key', async () => {
  for (const route of routes.filter(isOfKey)) {
    for (const authorization of [undefined, 'Bearer wrong', `Bearer ${virtualKey}x`]) {
      expect({ route, ...(await call(route, authorization)) }).toMatchObject({ route, ...REFUSED });
    }
    const { status } = await call(route, `Bearer ${virtualKey}`);
    expect({ route, refused: status === 401 || status === 403 }).toEqual({ route, refused: false });
  }
});

it('opens to a client token what pages need, and nothing else', async () => {
  for (const route of routes.filter((it) => isOpen(it) || isOfKey(it))) {
    const { status } = await call(route, `Bearer ${clientToken}`);
    expect({ route, forbidden: status === 403 }).toEqual({ route, forbidden: !isOfPages(route) });
    expect({ route, status }).not.toEqual({ route, status: 401 });
  }
});

/** Which endpoint each route for keys belongs to: the first that fits. */
const ENDPOINT_OF: readonly (readonly [RegExp, string])[] = [
  [/^(\/v1)?\/audio\/(transcriptions|translations|speech)$/, '$2'],
  [/^(\/v1)?\/chat\/completions$/, 'chat'],
  [/^(\/v1)?\/models(\/|$)|^(\/v1)?\/model\/info$|^\/health$/, 'models'],
  [/^\/v1\/(client_tokens|feedback)(\/|$)/, '$1'],
  [/^\/(v1\/me|key\/info)$/, 'self'],
];

function endpointOf({ path }: Route): string | undefined {
  for (const [pattern, name] of ENDPOINT_OF) {
    const found = pattern.exec(path);
    if (found) return name.replace(/\$(\d)/, (_, group) => found[Number(group)] ?? '');
  }
  return undefined;
}

it('keeps a key that may use some endpoints from the routes of all others', async () => {
  const routesForKeys = routes.filter((it) => isOpen(it) || isOfKey(it));
  for (const endpoint of ENDPOINTS) {
    const { key } = await gateway.createKey({ endpoints: [endpoint] });
    for (const route of routesForKeys) {
      const { status, body } = await call(route, `Bearer ${key}`);
      const isRefused = status === 403 && JSON.stringify(body).includes('endpoint_not_allowed');
      expect({ route, endpoint, isRefused }).toEqual({
        route,
        endpoint,
        isRefused: ![endpoint, 'self'].includes(endpointOf(route) ?? 'none'),
      });
    }
  }
});

it('lets no spelling of a URL past the door', async () => {
  for (const path of ['/ADMIN/v1/keys', '/admin/v1/keys/', '/Admin/V1/Keys', '/admin//v1/keys', '/./admin/v1/keys']) {
    const { status } = await fetch(gateway.url + path);
    expect({ path, status: [401, 404].includes(status) }).toEqual({ path, status: true });
    const head = await fetch(gateway.url + path, { method: 'HEAD' });
    expect({ path, status: [401, 404].includes(head.status) }).toEqual({ path, status: true });
  }
});

it('tells everybody how it is, and nothing else', async () => {
  const live = await fetch(`${gateway.url}/health/live`);
  expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
  const started = await fetch(`${gateway.url}/health/startup`);
  expect([started.status, await started.json()]).toEqual([200, { status: 'ok' }]);
  const ready = await fetch(`${gateway.url}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { status: 'ok', checks: { database: 'ok', migrations: 'ok', ledger: 'ok', accepting_requests: true } },
  ]);
});
