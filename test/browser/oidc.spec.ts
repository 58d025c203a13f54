import type { Browser, Page } from 'playwright-core';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../support/gateway.js';
import { startIdentityProvider, type IdentityProvider } from '../support/identity-provider.js';
import { expectWhole } from '../support/whole-page.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

/** Where the browser finds the gateway, whichever port that has got. */
const PUBLIC_URL = 'http://localhost:4321';
const LONG_NAME = 'Vereinigte Rundfunkanstalten und Zeitungsverlage, Abt. IT 2';

describeWithBrowser('signing in by OpenID Connect', () => {
  let browser: Browser;
  let gateway: TestGateway;
  let provider: IdentityProvider;

  beforeAll(async () => {
    provider = await startIdentityProvider({
      accounts: { ada: { preferred_username: 'ada@company.example', groups: ['lookers'] }, eve: { groups: [] } },
      claims: { groups: ['groups'] },
      clients: [{ client_id: 'auricle', redirect_uris: [`${PUBLIC_URL}/admin/v1/session/oidc/company/callback`] }],
    });
    const issuer = {
      id: 'company',
      name: 'Company',
      issuer: provider.issuer,
      client_id: 'auricle',
      scopes: ['openid', 'profile', 'groups'],
      groups_claim: 'groups',
      roles: [{ group: 'lookers', role: 'viewer' }],
    };
    const issuers = [issuer, { ...issuer, id: 'other', name: LONG_NAME }];
    gateway = await startTestGateway({ PUBLIC_URL, OIDC_ISSUERS: JSON.stringify(issuers) });
    browser = await launchChromium([`--host-resolver-rules=MAP localhost:4321 ${new URL(gateway.url).host}`]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await provider[Symbol.asyncDispose]();
  });

  async function open(path: string): Promise<{ page: Page; complaints: string[] } & AsyncDisposable> {
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      const isOurs = message.location().url.startsWith(PUBLIC_URL);
      if (isOurs && message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    await page.goto(PUBLIC_URL + path);
    return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
  }

  /** On the pages of the provider. */
  async function logIn(page: Page, login: string): Promise<void> {
    await page.getByRole('link', { name: 'Sign in with Company' }).click();
    await page.getByPlaceholder('Enter any login').fill(login);
    await page.getByPlaceholder('and password').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  }

  it('leads through the login of the provider to the page that was asked for, as far as the role goes, and out again', async () => {
    await using dashboard = await open('/ui/audit?action=create');
    const { page, complaints } = dashboard;
    await page.getByRole('link', { name: `Sign in with ${LONG_NAME}` }).waitFor();
    await expectWhole(page);
    await logIn(page, 'ada');
    await page.getByRole('heading', { name: 'Audit' }).waitFor();
    expect(page.url()).toBe(`${PUBLIC_URL}/ui/audit?action=create`);
    await page.getByRole('main').getByText('ada@company.example').first().waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    expect(await page.getByRole('button', { name: 'Make a key' }).count()).toBe(0);
    await page.getByRole('button', { name: 'ada@company.example' }).click();
    await page.getByText('Signed in as viewer').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in with Company' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('says to whom no role is meant for what to do, and lets a key in as ever', async () => {
    await using dashboard = await open('/ui/keys?limit=10');
    const { page, complaints } = dashboard;
    await logIn(page, 'eve');
    const alert = page.getByRole('alert');
    await alert.getByText('no role in this gateway is meant for you').waitFor();
    await alert.getByText(/Request [0-9a-f-]{36}/).waitFor();
    await expectWhole(page);
    await page.getByLabel('Key', { exact: true }).fill(MASTER_KEY);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    expect(page.url()).not.toContain('sign_in');
    expect(complaints).toEqual([]);
  });
});
