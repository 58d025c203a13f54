import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** The one without windows first: Debian's same Chromium, which takes a third less of a processor. */
const PLACES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The browser of this machine: CHROMIUM_PATH, or where distributions put it. Tests never download one. */
export const chromiumPath = process.env['CHROMIUM_PATH'] ?? PLACES.find((path) => existsSync(path));

/** A microphone that beeps, and nobody who has to allow it. */
export const FAKE_MICROPHONE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

/** Starts a headless Chromium that calls nobody but the page's own server. @param more switches of its command line */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  if (!chromiumPath) throw new Error('no Chromium found: install it or set CHROMIUM_PATH');
  return await chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}
