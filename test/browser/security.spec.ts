import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { goTo, openDashboard, signIn, watchComplaints } from '../support/dashboard.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../support/gateway.js';
import { until } from '../support/upload-server.js';
import { TLS_CERTIFICATE, TLS_KEY } from '../support/tls-certificate.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

/** Names that lead to this machine, and that browsers take for others. */
const NAMES = ['--host-resolver-rules=MAP *.example 127.0.0.1'];

/** Pages of somebody else, and what browsers send to their server. */
interface OtherSite {
  readonly server: Server;
  readonly port: number;
  readonly cookies: string[];
}

async function startOtherSite(): Promise<OtherSite> {
  const cookies: string[] = [];
  const server = createServer(({ headers }, response) => {
    cookies.push(headers.cookie ?? '');
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>of somebody else</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port, cookies };
}

/** A proxy that ends TLS before a gateway, as `TRUSTED_PROXIES` is for. */
async function startTlsProxy(target: string): Promise<Server> {
  const proxy = createTlsServer({ key: TLS_KEY, cert: TLS_CERTIFICATE }, (request, response) => {
    const headers = { ...request.headers, 'x-forwarded-proto': 'https' };
    const passed = httpRequest(target + request.url, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return proxy;
}

/** Runs a function in a page. As text: what a browser has by its own names is not known to the compiler of the gateway. */
async function run(page: Page, code: string, ...values: readonly unknown[]): Promise<unknown> {
  return await page.evaluate(`(${code})(...${JSON.stringify(values)})`);
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describeWithBrowser('what others make of the dashboard, in Chromium', () => {
  let browser: Browser;
  let gateway: TestGateway;
  let other: OtherSite;
  let tls: Server;
  /** Of the same host, so that browsers send the cookie along; and of another site. */
  let origins: readonly string[];

  beforeAll(async () => {
    other = await startOtherSite();
    origins = [`http://127.0.0.1:${other.port}`, `http://evil.example:${other.port}`];
    [browser, gateway] = await Promise.all([
      launchChromium(NAMES),
      startTestGateway({
        ALLOW_INSECURE_SIGN_IN: 'true',
        TRUSTED_PROXIES: '127.0.0.1',
        // Even those who may call with a key of their own.
        CORS_ORIGINS: origins.join(),
      }),
    ]);
    tls = await startTlsProxy(gateway.url);
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    other?.server.closeAllConnections();
    tls?.closeAllConnections();
    other?.server.close();
    tls?.close();
  });

  const newAdminKey = async (name: string, role = 'admin'): Promise<string> =>
    (await gateway.admin('POST', 'admin_keys', { name, role })).body.key;
  const pageIn = async (context: BrowserContext, url: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };

  it('the watch over complaints sees a script, a call of another site and code made of text, and none of them is done', async () => {
    await using dashboard = await openDashboard(browser, gateway);
    const { page, complaints } = dashboard;
    expect(complaints).toEqual([]);
    const asked = other.cookies.length;
    // Later, because what the tools of the browser run themselves may do all that.
    const done = await run(
      page,
      `(url) => new Promise((tell) => setTimeout(() => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.isTaken = 1';
        const image = document.createElement('img');
        image.src = url;
        const style = document.createElement('style');
        style.textContent = 'body { color: red }';
        const frame = document.createElement('iframe');
        frame.src = url;
        document.body.setAttribute('onclick', 'globalThis.isTaken = 1');
        document.body.append(script, image, style, frame);
        document.body.click();
        let made;
        try {
          made = new Function('return 1')();
        } catch (error) {
          made = error.name;
        }
        const fetched = fetch(url, { mode: 'no-cors' }).then(() => 'fetched', () => 'refused');
        void fetched.then((outcome) => tell([made, outcome, 'isTaken' in globalThis]));
      }))`,
      `${origins[1]}/`,
    );
    expect(done).toEqual(['EvalError', 'refused', false]);
    const reported = [
      'script-src-elem',
      'script-src-attr',
      'script-src',
      'connect-src',
      'img-src',
      'frame-src',
      'style-src-elem',
    ];
    for (const directive of reported) {
      await until(() => complaints.some((text) => text.startsWith(`refused by ${directive}:`)));
    }
    expect(other.cookies).toHaveLength(asked);
  });

  it.each(['http://127.0.0.1', 'https://127.0.0.1'])(
    'keeps at %s a cookie that no script has, and nothing of the key',
    async (place) => {
      const isTls = place.startsWith('https');
      const url = isTls ? `${place}:${portOf(tls)}` : gateway.url;
      const key = await newAdminKey(`by ${place}`);
      await using dashboard = await openDashboard(browser, { url }, { key, ignoreHTTPSErrors: true });
      const { page, complaints } = dashboard;
      const cookies = await page.context().cookies();
      expect(cookies).toEqual([
        expect.objectContaining({
          name: isTls ? '__Host-auricle_session' : 'auricle_session',
          // Without a dot: of this host, and of none below it.
          domain: '127.0.0.1',
          path: '/',
          httpOnly: true,
          secure: isTls,
          sameSite: 'Strict',
        }),
      ]);
      const [{ value, expires } = { value: '', expires: 0 }] = cookies;
      expect(expires).toBeLessThanOrEqual(Date.now() / 1000 + 168 * 3600);
      for (const path of ['/ui/playground', '/ui/logs', '/ui/keys']) {
        await goTo(page, path);
        await page.getByRole('heading', { level: 1 }).waitFor();
      }
      const found = await page.evaluate<string>(`(async () => JSON.stringify([
      document.cookie, { ...localStorage }, { ...sessionStorage }, await indexedDB.databases(), await caches.keys(), history.state, name,
      performance.getEntries().map((entry) => entry.name), document.documentElement.outerHTML,
      [...document.querySelectorAll('input')].map((input) => input.value),
      (await navigator.serviceWorker.getRegistrations()).length, 'all of it',
    ]))()`);
      expect(found).toContain('all of it');
      expect(found.startsWith('["",')).toBe(true);
      // Not even a part of either.
      for (const secret of [key.replace('sk-aur-admin-', ''), value]) {
        expect(secret.length).toBeGreaterThan(40);
        for (let at = 0; at + 8 <= secret.length; at += 1) expect(found).not.toContain(secret.slice(at, at + 8));
      }
      expect(complaints).toEqual([]);
    },
  );

  it('is framed by nobody, and neither are the documents', async () => {
    await using dashboard = await openDashboard(browser, gateway);
    const paths = ['/ui/', '/ui/keys', '/docs', '/admin/v1/keys', '/openapi.json'];
    for (const origin of origins) {
      const page = await pageIn(dashboard.page.context(), origin);
      await run(
        page,
        `(urls) => Promise.all(urls.map((url) => new Promise((loaded) => {
          const frame = document.createElement('iframe');
          frame.src = url;
          frame.addEventListener('load', () => loaded());
          document.body.append(frame);
        })))`,
        paths.map((path) => gateway.url + path),
      );
      // The page of the browser itself that is there in place of each.
      await until(() =>
        page
          .frames()
          .slice(1)
          .every((frame) => frame.url() === 'chrome-error://chromewebdata/'),
      );
      expect(page.frames()).toHaveLength(1 + paths.length);
      await page.close();
    }
  });

  it('changes nothing, spends nothing and tells nothing for a page of another origin, with the cookie there', async () => {
    const key = await newAdminKey('in the middle of it');
    await using dashboard = await openDashboard(browser, gateway, { key });
    const { page: own } = dashboard;
    const bulk = async () => ({
      keys: (await gateway.admin('GET', 'keys?limit=100')).body.data.length,
      logs: (await gateway.logs()).length,
      changes: (await gateway.admin('GET', 'audit?limit=100&kind=key&kind=team&kind=session')).body.data.length,
      tokens: (await gateway.admin('GET', 'teams')).body.data.length,
    });
    const before = await bulk();
    const calls = [
      ['GET', '/admin/v1/session', ''],
      ['DELETE', '/admin/v1/session', ''],
      ['POST', '/admin/v1/session', JSON.stringify({ key: MASTER_KEY })],
      ['GET', '/admin/v1/keys', ''],
      ['POST', '/admin/v1/keys', JSON.stringify({ name: 'of somebody else' })],
      ['POST', '/admin/v1/teams', JSON.stringify({ name: 'of somebody else' })],
      ['GET', '/admin/v1/logs/export', ''],
      ['GET', '/v1/models', ''],
      ['GET', '/v1/me', ''],
      ['POST', '/v1/client_tokens', '{}'],
      ['POST', '/v1/audio/speech', JSON.stringify({ model: 'sandbox-speech', input: 'x', voice: 'alloy' })],
      ['POST', '/v1/chat/completions', JSON.stringify({ model: 'sandbox', messages: [] })],
      ['POST', '/key/generate', '{}'],
    ] as const;
    for (const origin of origins) {
      const page = await pageIn(own.context(), origin);
      const isSameHost = origin.includes('127.0.0.1');
      expect((other.cookies.at(-1) ?? '').includes('auricle_session')).toBe(isSameHost);
      const got = await run(
        page,
        `async (url, all) => {
          const told = [];
          for (const [method, path, body] of all) {
            for (const mode of ['cors', 'no-cors']) {
              for (const headers of [{}, { 'content-type': 'application/json' }, { 'x-auricle-ui': '1' }]) {
                const init = { method, mode, credentials: 'include', headers, ...(body && { body }) };
                const answer = await fetch(url + path, init).catch(() => undefined);
                if (answer && answer.type !== 'opaque' && answer.ok) told.push([method, path, await answer.text()]);
              }
            }
          }
          // A recording, too.
          const form = new FormData();
          form.append('model', 'sandbox');
          form.append('file', new File(['RIFF'], 'speech.wav'));
          for (const mode of ['cors', 'no-cors']) {
            const init = { method: 'POST', mode, credentials: 'include', body: form };
            await fetch(url + '/v1/audio/transcriptions', init).catch(() => undefined);
          }
          return told;
        }`,
        gateway.url,
        calls,
      );
      expect(got).toEqual([]);
      for (const [method, path, body] of calls) {
        await run(
          page,
          `async (verb, url, text) => {
            if (verb !== 'GET') {
              const target = document.createElement('iframe');
              target.name = 'target';
              document.body.replaceChildren(target);
              const loaded = new Promise((done) => target.addEventListener('load', done, { once: true }));
              const form = document.createElement('form');
              Object.assign(form, { method: 'post', action: url, target: 'target', enctype: 'text/plain' });
              const input = document.createElement('input');
              // As JSON, around what a form puts between a name and its value.
              Object.assign(input, { name: text.replace(/}$/, ',"a":"'), value: '"}' });
              form.append(input);
              document.body.append(form);
              form.submit();
              await loaded;
            }
            await Promise.all(['img', 'script'].map((name) => new Promise((done) => {
              const element = document.createElement(name);
              element.addEventListener('load', done);
              element.addEventListener('error', done);
              element.src = url;
              document.body.append(element);
            })));
          }`,
          method,
          gateway.url + path,
          body,
        );
      }
      await page.close();
    }
    expect(await bulk()).toEqual(before);
    // Nobody has been signed out, or in as somebody else, and the same requests are taken from a page of this gateway.
    const ofOwn = await run(
      own,
      `async (all) => {
        const statuses = [];
        for (const [method, path, body] of all) {
          const headers = { 'x-auricle-ui': '1', 'content-type': 'application/json' };
          statuses.push((await fetch(path, { method, headers, ...(body && { body }) })).status);
        }
        return [...statuses, (await (await fetch('/admin/v1/session')).json()).name];
      }`,
      calls.filter(([, path]) => /keys$|speech$|models$/.test(path)),
    );
    expect(ofOwn).toEqual([200, 201, 200, 200, 'in the middle of it']);
    expect(await bulk()).toMatchObject({ keys: before.keys + 1, logs: before.logs + 1 });
  });

  it('has its headers on every address of the dashboard and of the documents', async () => {
    const get = async (path: string) => await fetch(gateway.url + path);
    const script = /\/ui\/assets\/[\w-]+\.js/.exec(await (await get('/ui/')).text())?.[0] ?? 'none';
    const all = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
    for (const [path, status, microphone] of [
      ['/ui/', 200, '(self)'],
      ['/ui/logs/x', 200, '(self)'],
      [script, 200, undefined],
      ['/ui/favicon.svg', 200, undefined],
      ['/ui/assets/none.js', 404, undefined],
      ['/ui/none.txt', 404, undefined],
      ['/docs', 200, '()'],
      ['/docs/swagger-ui-init.js', 200, '()'],
      ['/docs/none', 404, '()'],
    ] as const) {
      const { headers, status: answered } = await get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect({ path, status: answered, headers: Object.fromEntries(headers) }).toMatchObject({
        path,
        status,
        headers: all,
      });
      expect([path, policy]).toEqual([path, expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/)]);
      expect(policy).not.toMatch(/script-src[^;]*'unsafe-|\*/);
      const allowed = headers.get('permissions-policy') ?? undefined;
      expect([path, allowed?.split(', ').find((text) => text.startsWith('microphone='))]).toEqual([
        path,
        microphone && `microphone=${microphone}`,
      ]);
      // What is not there today may be there tomorrow.
      if (status === 404) expect([path, headers.get('cache-control')]).toEqual([path, 'no-store']);
    }
    await using dashboard = await openDashboard(browser, gateway);
    const page = await dashboard.page.context().newPage();
    const complaints = await watchComplaints(page);
    await page.goto(`${gateway.url}/docs`);
    await page.locator('.opblock').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows nothing of before on the way back after signing out', async () => {
    const { id } = await gateway.createKey({ name: 'only for administrators' });
    await using dashboard = await openDashboard(browser, gateway, { path: '/ui/keys' });
    const { page, complaints } = dashboard;
    const shown = page.getByText('only for administrators');
    const form = page.getByLabel('Key', { exact: true });
    await shown.waitFor();
    await page.goto(origins[1] ?? '');
    await page.goBack();
    await shown.waitFor();
    // From another tab, so that this one is as it was left.
    await page.goto(origins[1] ?? '');
    const second = await pageIn(page.context(), `${gateway.url}/ui/`);
    await second.getByRole('button', { name: 'master key' }).click();
    await second.getByRole('button', { name: 'Sign out' }).click();
    await second.getByLabel('Key', { exact: true }).waitFor();
    await page.goBack();
    await form.waitFor();
    expect(await shown.count()).toBe(0);
    await second.goBack();
    await page.goto(`${gateway.url}/ui/keys/${id}`);
    await form.waitFor();
    expect(complaints).toEqual([]);
  });

  it('says in another tab that the session has ended, and goes on at the same address', async () => {
    const key = await newAdminKey('two tabs', 'owner');
    await using dashboard = await openDashboard(browser, gateway, { key, path: '/ui/keys' });
    const { page, complaints } = dashboard;
    const asked = page.getByText('The session has ended. Sign in to go on here.');
    const endSession = async () => {
      const { body } = await gateway.admin('GET', 'sessions?limit=100');
      const ours = body.data.filter(({ name }: { name: string }) => name === 'two tabs');
      for (const { id } of ours) await gateway.admin('DELETE', `sessions/${id}`);
    };
    const second = await pageIn(page.context(), `${gateway.url}/ui/`);
    await second.getByRole('button', { name: 'two tabs' }).click();
    await second.getByRole('button', { name: 'Sign out' }).click();
    await second.getByLabel('Key', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Audit' }).click();
    await asked.waitFor();
    // A session that could not be ended is not said to be.
    await signIn(second, key);
    await second.route('**/admin/v1/session', (route) => route.abort(), { times: 1 });
    await second.getByRole('button', { name: 'two tabs' }).click();
    await second.getByRole('button', { name: 'Sign out' }).click();
    await second.getByRole('alert').getByText('cannot be reached').waitFor();
    await second.close();
    await signIn(page, key);
    await page.getByRole('heading', { name: 'Audit' }).waitFor();

    // In the middle of a form, by an answer that never ends, and where a recording is sent.
    const endings: readonly (readonly [path: string, act: () => Promise<unknown>])[] = [
      [
        '/ui/keys?team=none',
        async () => {
          await page.getByLabel('Name of a new key').fill('never made');
          await endSession();
          await page.getByRole('button', { name: 'Make a key' }).click();
        },
      ],
      [
        '/ui/logs?status=failure&live=true',
        async () => {
          await page.getByRole('switch', { name: 'Live', exact: true, checked: true }).waitFor();
          await endSession();
        },
      ],
      [
        '/ui/playground?model=sandbox',
        async () => {
          const speech = { name: 'one.wav', mimeType: 'audio/wav', buffer: await readFile('assets/one-second.wav') };
          await page.getByLabel('Audio or video file').setInputFiles(speech);
          await endSession();
          await page.getByRole('button', { name: 'Run all' }).click();
        },
      ],
    ];
    for (const [path, act] of endings) {
      await goTo(page, path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await act();
      await asked.waitFor();
      expect(page.url()).toBe(gateway.url + path);
      await signIn(page, key);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(page.url()).toBe(gateway.url + path);
    }

    // Whoever signs in next sees nothing that the one before has seen.
    await gateway.createKey({ name: 'seen before' });
    await goTo(page, '/ui/keys');
    await page.getByText('seen before').waitFor();
    await endSession();
    await goTo(page, '/ui/teams');
    await asked.waitFor();
    const { key: holder } = await gateway.createKey({ name: 'somebody else' });
    await goTo(page, '/ui/keys');
    await signIn(page, holder);
    await page.getByText('Keys is not open to you').waitFor();
    expect(complaints).toEqual([]);
  });

  it('works by plain http from another machine, where browsers tell less, and only there', async () => {
    const port = new URL(gateway.url).port;
    const url = `http://auricle.example:${port}`;
    const { key } = await gateway.createKey({ name: 'from afar' });
    await using dashboard = await openDashboard(browser, { url }, { key });
    const { page, complaints } = dashboard;
    // What the key is told of itself, by the cookie.
    await page.getByRole('heading', { name: 'Your key' }).waitFor();
    await page.getByText('No limit holds for this key.').waitFor();
    await page.getByRole('button', { name: 'from afar' }).click();
    await page.getByText('Without TLS: others can listen on the way').waitFor();
    await page.keyboard.press('Escape');
    await goTo(page, '/ui/playground?model=sandbox');
    await page.getByLabel('Audio or video file').setInputFiles({
      name: 'one.wav',
      mimeType: 'audio/wav',
      buffer: await readFile('assets/one-second.wav'),
    });
    await page.getByRole('button', { name: 'Run all' }).click();
    await page.getByLabel('Transcript of 1 sandbox').getByText('Auricle').waitFor();
    // There is no clipboard and no microphone, which is said.
    await page.getByRole('button', { name: /curl/ }).click();
    await page.getByText('Select and copy it by hand').waitFor();
    await page.getByRole('button', { name: 'Record' }).click();
    await page
      .getByRole('status')
      .getByText(/microphone/i)
      .waitFor();

    // A page at another port of the same host has the cookie, and none of it.
    const neighbour = await pageIn(page.context(), `http://auricle.example:${other.port}`);
    expect(other.cookies.at(-1)).toContain('auricle_session');
    const got = await run(
      neighbour,
      `async (urls) => {
        const told = [];
        for (const url of urls) {
          for (const headers of [{}, { 'x-auricle-ui': '1' }]) {
            for (const mode of ['cors', 'no-cors']) {
              const answer = await fetch(url, { mode, headers, credentials: 'include' }).catch(() => undefined);
              if (answer && answer.type !== 'opaque') told.push([url, answer.status]);
            }
          }
        }
        return told;
      }`,
      ['/v1/me', '/v1/models', '/admin/v1/session'].map((path) => url + path),
    );
    expect(got).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
