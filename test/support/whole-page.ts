import type { Page } from 'playwright-core';
import { accessibilityFaults } from './dashboard.js';
import { isLongForm } from './long-form.js';

/** Counts what a person clicks from now on, as long as no other document is opened. */
export async function countClicks(page: Page): Promise<() => Promise<number>> {
  // Enter in a form is a click of its button for browsers, without any detail: that is none of a person.
  await page.evaluate(`{
    globalThis.clicksOfTest = 0;
    addEventListener('click', ({ detail }) => { if (detail > 0) globalThis.clicksOfTest += 1; }, true);
  }`);
  return () => page.evaluate<number>('globalThis.clicksOfTest');
}

/**
 * The widths in which a theme is looked at: the light one wide and the dark one narrow, so that both are seen of each. In the long
 * form each theme in each width.
 */
export function widthsIn(theme: 'light' | 'dark'): readonly number[] {
  if (isLongForm) return [1280, 320];
  return theme === 'light' ? [1280] : [320];
}

/** Asserts of what is shown that nobody is kept out of it, and that it does not scroll sideways, in both themes, wide and narrow. */
export async function expectWhole(page: Page): Promise<void> {
  // Colours that are on their way have no contrast of their own.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
    for (const width of widthsIn(theme)) {
      await page.setViewportSize({ width, height: 800 });
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}
