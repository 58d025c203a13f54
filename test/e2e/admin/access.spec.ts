import { ENDPOINTS } from '../../../src/domain/endpoint.js';
import { adminRoles, type AdminRole } from '../../../src/domain/administrator.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { object, OpenApiDocument } from './openapi-document.js';

let gateway: TestGateway;
let routes: Route[];
let virtualKey: string;
let clientToken: string;
const adminKeys = new Map<AdminRole, string>();
beforeAll(async () => {
  // What is tried here is wrong keys.
  gateway = await startTestGateway({ MAX_WRONG_KEYS_PER_MINUTE: '100000' });
  routes = routesOf(gateway);
  virtualKey = (await gateway.createKey()).key;
  const made = await fetch(`${gateway.url}/v1/client_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${virtualKey}` },
  });
  clientToken = String(object(await made.json())['token']);
  await gateway.admin('POST', 'teams', { name: 'newsroom' });
  for (const role of adminRoles) {
    const { body } = await gateway.admin('POST', 'admin_keys', {
      name: role,
      role,
      teams: role === 'team_admin' ? ['newsroom'] : [],
    });
    adminKeys.set(role, body.key);
  }
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
  // Lines of JSON are none.
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  const isEndless = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (isEndless) await response.body?.cancel();
  const text = isEndless ? '' : await response.text();
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

/** Calls of LiteLLM's that show a key itself and its models. */
const isOfCaller = ({ path }: Route) => path === '/key/info' || /^(\/v1)?\/model\/info$/.test(path);
const isManagement = (route: Route) =>
  /^\/(key|team|model|spend|global)\//.test(route.path) && !isOfCaller(route) && !isAbsent(route);
/** Portkey's calls for what the admin API has, too. */
const isOfConfigs = ({ path }: Route) => /^\/v1\/configs(\/|$)/.test(path);
/** Signing in, for whoever has a key, and what is told to the browser that has done so. */
const isOfSession = ({ path }: Route) => /^\/admin\/v1\/session(\/oidc(\/|$)|$)/.test(path);
const isAdmin = (route: Route) =>
  (route.path.startsWith('/admin') && !isOfSession(route)) ||
  route.path === '/metrics' ||
  isManagement(route) ||
  isOfConfigs(route);
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
  expect(routes.filter(isAdmin).length).toBeGreaterThanOrEqual(75);
  expect(routes.filter(isOpen).length).toBe(16);
  expect(routes.filter(isOfKey).length).toBe(5);
  const known = (route: Route) =>
    isAdmin(route) || isOpen(route) || isOfKey(route) || isOfSession(route) || isPublic(route);
  expect(routes.filter(isOfSession).length).toBe(6);
  expect(routes.filter((route) => !known(route))).toEqual([]);
});

it('documents every route, and no route that is not there', async () => {
  const document = OpenApiDocument.copy;
  const documented = document.operations().map(({ method, path }) => `${method} ${path}`);
  const served = routes
    .filter(
      (route) =>
        isAdmin(route) || isOpen(route) || isOfKey(route) || isOfSession(route) || route.path.startsWith('/health'),
    )
    .map(({ method, path }) => `${method} ${path.replaceAll(/[:*](\w+)/g, '{$1}')}`);
  expect(served.toSorted()).toEqual(documented.toSorted());
});

it('opens the admin routes to nobody but holders of the master key and of admin keys', async () => {
  const adminKey = adminKeys.get('owner') ?? '';
  for (const route of routes.filter(isAdmin)) {
    for (const authorization of [
      undefined,
      'Bearer wrong',
      `Bearer ${MASTER_KEY}x`,
      `Bearer ${MASTER_KEY.slice(0, -1)}`,
      `Basic ${MASTER_KEY}`,
      MASTER_KEY,
      `Bearer ${adminKey}x`,
      `Basic ${adminKey}`,
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

/** Which of the roles owner, admin, viewer and team_admin may call an admin route, by their first letters. */
const MAY_CALL: Readonly<Record<string, string>> = {
  'GET /admin/v1/cache': 'oav',
  'DELETE /admin/v1/cache': 'oa',
  'POST /admin/v1/keys': 'oat',
  'GET /admin/v1/keys': 'oavt',
  'GET /admin/v1/keys/:key': 'oavt',
  'PATCH /admin/v1/keys/:key': 'oat',
  'DELETE /admin/v1/keys/:key': 'oat',
  'POST /admin/v1/keys/:key/rotate': 'oat',
  'GET /admin/v1/keys/:key/client_tokens': 'oavt',
  'DELETE /admin/v1/keys/:key/client_tokens': 'oat',
  'DELETE /admin/v1/keys/:key/client_tokens/:id': 'oat',
  'POST /admin/v1/keys/block': 'oat',
  'POST /admin/v1/keys/unblock': 'oat',
  'POST /admin/v1/keys/revoke': 'oat',
  'POST /admin/v1/teams': 'oa',
  'GET /admin/v1/teams': 'oavt',
  'GET /admin/v1/teams/:team': 'oavt',
  'PATCH /admin/v1/teams/:team': 'oa',
  'DELETE /admin/v1/teams/:team': 'oa',
  'POST /admin/v1/admin_keys': 'o',
  'GET /admin/v1/admin_keys': 'o',
  'GET /admin/v1/admin_keys/:key': 'o',
  'PATCH /admin/v1/admin_keys/:key': 'o',
  'DELETE /admin/v1/admin_keys/:key': 'o',
  'POST /admin/v1/admin_keys/:key/rotate': 'o',
  'GET /admin/v1/sessions': 'oavt',
  'DELETE /admin/v1/sessions': 'oavt',
  'DELETE /admin/v1/sessions/:id': 'oavt',
  'POST /admin/v1/models': 'oa',
  'GET /admin/v1/models': 'oav',
  'GET /admin/v1/models/:model': 'oav',
  'PATCH /admin/v1/models/:model': 'oa',
  'DELETE /admin/v1/models/:model': 'oa',
  'POST /admin/v1/credentials': 'oa',
  'GET /admin/v1/credentials': 'oav',
  'GET /admin/v1/credentials/:credential': 'oav',
  'PATCH /admin/v1/credentials/:credential': 'oa',
  'DELETE /admin/v1/credentials/:credential': 'oa',
  'GET /admin/v1/providers': 'oav',
  'GET /admin/v1/logs': 'oavt',
  'GET /admin/v1/logs/export': 'oavt',
  'GET /admin/v1/logs/stream': 'oavt',
  'GET /admin/v1/logs/:id': 'oavt',
  'DELETE /admin/v1/logs/:id/transcript': 'oat',
  'POST /admin/v1/logs/erase': 'oa',
  'GET /admin/v1/analytics': 'oavt',
  'GET /admin/v1/analytics/forecast': 'oavt',
  'GET /admin/v1/deployments': 'oav',
  'GET /admin/v1/deployments/health': 'oav',
  'GET /admin/v1/deployments/:id': 'oav',
  'PATCH /admin/v1/deployments/:id': 'oa',
  'DELETE /admin/v1/deployments/:id': 'oa',
  'POST /admin/v1/deployments/:id/reset': 'oa',
  'POST /admin/v1/deployments/:id/test': 'oa',
  'POST /admin/v1/models/:model/deployments': 'oa',
  'GET /admin/v1/models/:model/deployments': 'oav',
  'GET /admin/v1/models/:model/deployments/:id': 'oav',
  'PATCH /admin/v1/models/:model/deployments/:id': 'oa',
  'DELETE /admin/v1/models/:model/deployments/:id': 'oa',
  'GET /admin/v1/config': 'oav',
  'GET /admin/v1/config/plan': 'oav',
  'POST /admin/v1/config/reload': 'oa',
  'GET /admin/v1/settings': 'oav',
  'POST /key/generate': 'oat',
  'POST /key/update': 'oat',
  'POST /key/delete': 'oat',
  'POST /key/block': 'oat',
  'POST /key/unblock': 'oat',
  'GET /key/list': 'oavt',
  'POST /key/regenerate': 'oat',
  'POST /key/:key/regenerate': 'oat',
  'POST /team/new': 'oa',
  'POST /team/update': 'oa',
  'POST /team/delete': 'oa',
  'POST /team/block': 'oa',
  'POST /team/unblock': 'oa',
  'GET /team/info': 'oavt',
  'GET /team/list': 'oavt',
  'POST /model/new': 'oa',
  'POST /model/delete': 'oa',
  'GET /spend/logs': 'oavt',
  'GET /global/spend/report': 'oavt',
  'POST /v1/configs': 'oa',
  'GET /v1/configs': 'oav',
  'GET /v1/configs/:slug': 'oav',
  'PUT /v1/configs/:slug': 'oa',
  'DELETE /v1/configs/:slug': 'oa',
  'GET /v1/configs/:slug/versions': 'oav',
  'POST /admin/v1/configs': 'oa',
  'GET /admin/v1/configs': 'oav',
  'GET /admin/v1/configs/:config': 'oav',
  'PATCH /admin/v1/configs/:config': 'oa',
  'DELETE /admin/v1/configs/:config': 'oa',
  'GET /admin/v1/configs/:config/versions': 'oav',
  'POST /admin/v1/configs/:config/rollback': 'oa',
  'GET /admin/v1/audit': 'oav',
  'GET /admin/v1/audit/export': 'oav',
  'GET /metrics': 'oav',
  'GET /admin/v1/gateway': 'oav',
  'PATCH /admin/v1/gateway': 'oa',
  'GET /admin/v1/prices': 'oav',
  'GET /admin/v1/retirements': 'oav',
  'POST /admin/v1/alerts': 'oa',
  'GET /admin/v1/alerts': 'oav',
  'GET /admin/v1/alerts/:alert': 'oav',
  'PATCH /admin/v1/alerts/:alert': 'oa',
  'DELETE /admin/v1/alerts/:alert': 'oa',
  'POST /admin/v1/alerts/:alert/rotate': 'oa',
  'POST /admin/v1/alerts/:alert/test': 'oa',
  'GET /admin/v1/alerts/:alert/deliveries': 'oav',
  'POST /admin/v1/alerts/:alert/deliveries/:delivery/retry': 'oa',
};

it('opens each admin route to the roles of the table, and to no other; a route that is not in it fails', async () => {
  const named = ({ method, path }: Route) => `${method} ${path}`;
  expect(routes.filter(isAdmin).map(named).toSorted()).toEqual(Object.keys(MAY_CALL).toSorted());
  for (const route of routes.filter(isAdmin)) {
    for (const [role, key] of adminKeys) {
      const { status, body } = await call(route, `Bearer ${key}`);
      const code = object(object(body)['error'])['code'];
      const may = MAY_CALL[named(route)]?.includes(role[0] ?? '-') ?? false;
      const refusal = may ? [false, false] : [true, true];
      expect({ route, role, refusal: [status === 403, code === 'insufficient_role'] }).toEqual({
        route,
        role,
        refusal,
      });
      expect({ route, role, status }).not.toEqual({ route, role, status: 401 });
    }
  }
});

it('says which role a key has, and which one is needed', async () => {
  const { body } = await call({ method: 'DELETE', path: '/admin/v1/admin_keys/x' }, `Bearer ${adminKeys.get('admin')}`);
  expect(body).toEqual({
    error: {
      message:
        'This admin key has the role admin; this needs the permission admin_keys.write, which the role owner has.',
      type: 'invalid_request_error',
      param: null,
      code: 'insufficient_role',
    },
  });
});

/** Which of the roles may read on a route for keys: LiteLLM has no other for it. */
const MAY_READ: Readonly<Record<string, string>> = {
  'GET /key/info': 'oavt',
  'GET /model/info': 'oav',
  'GET /v1/model/info': 'oav',
  'GET /health': 'oav',
};
const isAlsoOfAdministrators = ({ method, path }: Route) => Object.hasOwn(MAY_READ, `${method} ${path}`);

it("opens LiteLLM's calls that read to the roles that may read the same in the admin API", async () => {
  const read = routes.filter(isAlsoOfAdministrators);
  expect(read.length).toBe(Object.keys(MAY_READ).length);
  for (const route of read) {
    for (const [role, key] of adminKeys) {
      const { status } = await call(route, `Bearer ${key}`);
      const may = MAY_READ[`${route.method} ${route.path}`]?.includes(role[0] ?? '-') ?? false;
      expect({ route, role, refused: status === 403 }).toEqual({ route, role, refused: !may });
      expect({ route, role, status }).not.toEqual({ route, role, status: 401 });
    }
    const { status } = await call(route, `Bearer ${adminKeys.get('owner')}x`);
    expect({ route, status }).toEqual({ route, status: 401 });
  }
});

it('shows a team admin the keys of its teams only, as LiteLLM does', async () => {
  const own = await gateway.createKey({ team: 'newsroom' });
  const other = await gateway.createKey();
  const statusOf = async (id: string) =>
    (await call({ method: 'GET', path: `/key/info?key=${id}` }, `Bearer ${adminKeys.get('team_admin')}`)).status;
  expect([await statusOf(own.id), await statusOf(other.id)]).toEqual([200, 404]);
});

it('opens no other route to an admin key', async () => {
  for (const route of routes.filter((it) => (isOpen(it) || isOfKey(it)) && !isAlsoOfAdministrators(it))) {
    for (const key of adminKeys.values()) {
      expect({ route, ...(await call(route, `Bearer ${key}`)) }).toMatchObject({ route, ...REFUSED });
    }
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
