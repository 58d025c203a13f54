import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenApiDocument } from './openapi-document.js';

let gateway: TestGateway;
let routes: Route[];
let virtualKey: string;
beforeAll(async () => {
  gateway = await startTestGateway();
  routes = routesOf(gateway);
  virtualKey = (await gateway.createKey()).key;
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
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

const isAdmin = ({ path }: Route) => path.startsWith('/admin');
const isOpenAi = ({ path }: Route) => /^(\/v1)?\/(audio|models)(\/|$)/.test(path);
const isPublic = ({ path }: Route) => /^\/(health\/(live|ready)|docs|openapi)(\W|$)/.test(path);
const REFUSED = { status: 401, body: { error: { code: 'invalid_api_key', type: 'invalid_request_error' } } };

it('has routes for administrators, applications and everybody, and no others', () => {
  expect(routes.filter(isAdmin).length).toBeGreaterThanOrEqual(31);
  expect(routes.filter(isOpenAi).length).toBe(8);
  expect(routes.filter((route) => !isAdmin(route) && !isOpenAi(route) && !isPublic(route))).toEqual([]);
});

it('documents every route, and no route that is not there', async () => {
  const document = await OpenApiDocument.load(gateway.url);
  const documented = document.operations().map(({ method, path }) => `${method} ${path}`);
  const served = routes
    .filter((route) => isAdmin(route) || isOpenAi(route) || route.path.startsWith('/health'))
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
    ]) {
      const answer = await call(route, authorization);
      expect({ route, authorization, ...answer }).toMatchObject({ route, authorization, ...REFUSED });
    }
    const { status } = await call(route, `Bearer ${MASTER_KEY}`);
    expect({ route, refused: status === 401 || status === 403 }).toEqual({ route, refused: false });
  }
});

it('opens the other routes to the holder of a key', async () => {
  for (const route of routes.filter(isOpenAi)) {
    for (const authorization of [undefined, 'Bearer wrong', `Bearer ${virtualKey}x`]) {
      expect({ route, ...(await call(route, authorization)) }).toMatchObject({ route, ...REFUSED });
    }
    for (const key of [virtualKey, MASTER_KEY]) {
      const { status } = await call(route, `Bearer ${key}`);
      expect({ route, refused: status === 401 || status === 403 }).toEqual({ route, refused: false });
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
  const ready = await fetch(`${gateway.url}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { status: 'ok', checks: { database: 'ok', migrations: 'ok', accepting_requests: true } },
  ]);
});
