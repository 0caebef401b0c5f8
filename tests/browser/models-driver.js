// The dialog of models, as a person uses it.
import { until } from './page-driver.js';

/** @param {import('playwright-core').Page} page */
export function modelsDialog(page) {
  const entry = (/** @type {string} */ name) => page.locator(`#models li[data-model="${name}"]`);
  const dialog = {
    entry,

    /** Opens it where it is closed. */
    open: async () => {
      if (!await page.isVisible('#models')) await page.click('#engine');
      await until(async () => (await page.textContent('#models .space')) !== '');
    },

    /** @param {string} name @param {string | RegExp} label */
    press: async (name, label) => {
      await dialog.open();
      await entry(name).getByRole('button', { name: label }).click();
    },

    /** What its buttons offer. @param {string} name */
    offers: (name) => entry(name).locator('button:visible').allTextContents(),

    /** Where it is, or how far. @param {string} name */
    where: async (name) => await entry(name).locator('.where').textContent() ?? '',

    /** @param {string} name @param {RegExp} words */
    becomes: (name, words) => until(async () => words.test(await dialog.where(name))),

    /** What is wrong, once something is. @param {string} name */
    trouble: async (name) => {
      await entry(name).locator('.trouble:visible').waitFor();
      return await entry(name).locator('.trouble').textContent() ?? '';
    },

    /** @param {string} title */
    inUse: (title) => until(async () => (await page.textContent('#engine') ?? '').startsWith(`${title} \u00b7 `)),

    /** The names of what the browser keeps. @returns {Promise<string[]>} */
    kept: () => page.evaluate(async () => {
      const cache = await caches.open('headlens-models');
      return (await cache.keys()).map(({ url }) => url.replace(/^.*\//, ''));
    }),
  };
  return dialog;
}
