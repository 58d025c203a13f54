import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { MASTER_KEY } from './gateway.js';

/** A page of the dashboard in a browser of its own, signed in, and everything that its console complained about. */
export interface OpenDashboard extends AsyncDisposable {
  readonly page: Page;
  /** Errors of scripts, and what the policy of the page has refused. Empty of a page that is in order. */
  readonly complaints: readonly string[];
}

/**
 * Everything that the scripts and the policy of a page complain about from now on, whichever addresses it opens: errors that nobody
 * caught, lines of the console that are errors, and reports of what the policy has refused.
 */
export async function watchComplaints(page: Page): Promise<readonly string[]> {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // Every answer that is no success is a line of the console: the page itself shows those.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  await page.addInitScript(`addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
    console.error('refused by ' + effectiveDirective + ': ' + blockedURI))`);
  return complaints;
}

/** Leads a page that is open to another address of the dashboard, as its own links do: without loading it anew. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState({}, '', ${JSON.stringify(path)})`);
}

/**
 * Opens a page and signs in as a person would.
 * @param path under the gateway's address, `/ui/logs?status=failure`
 * @param key the master key, an admin key or a virtual key
 */
export async function openDashboard(
  browser: Browser,
  { url }: { readonly url: string },
  { path = '/ui/', key = MASTER_KEY, ...options }: { path?: string; key?: string } & BrowserContextOptions = {},
): Promise<OpenDashboard> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints = await watchComplaints(page);
  await page.goto(url + path);
  await signIn(page, key);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** Signs in where the page asks for a key. */
export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('Key', { exact: true }).fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

/** What WCAG 2.2 AA finds wrong with a page as it is shown now, one line each. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // The page's own policy would refuse it as a script; the browser's tools may.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(async () => {
    const tester = (globalThis as unknown as { axe: typeof axe }).axe;
    return await tester.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}
