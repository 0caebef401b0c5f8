// The page in a browser without WebGL 2.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { openPage, startBrowser, until } from './page-driver.js';
import { difference } from './pictures.js';
import { startServer } from './server.js';

/** @typedef {Partial<import('../../web/viewer.js').ViewState>} Fields */

const { url, close } = await startServer();
const browser = await startBrowser();
after(async () => {
  await browser.close();
  close();
});

/** Runs in the page before its scripts. */
function withoutWebGl() {
  for (const kind of [HTMLCanvasElement, OffscreenCanvas]) {
    const { getContext } = kind.prototype;
    Reflect.set(kind.prototype, 'getContext', /** @this {HTMLCanvasElement} */ function (/** @type {any[]} */ ...args) {
      return String(args[0]).startsWith('webgl') ? null : Reflect.apply(getContext, this, args);
    });
  }
}

const plain = await openPage(browser, `${url}/`, { script: withoutWebGl });
const shaded = await openPage(browser, `${url}/`);
await Promise.all([plain.ready(), shaded.ready()]);

describe('without WebGL 2', () => {
  test('the overlay is there, and the page says what is missing', async () => {
    assert.match(await plain.message(), /no WebGL 2: headlens draws without it/);
    assert.deepEqual(plain.problems, []);
    const { height, width } = await plain.picture();
    assert.deepEqual([height, width], [300, 451]);
  });

  for (const [what, fields] of /** @type {[string, Fields][]} */ ([
    ['the heads in colour', {}],
    ['patches as they are', { interpolation: 'nearest', keep_mass: 0.6 }],
    ['a mean', { mode: 'mean', layer: 5 }],
    ['one head', { mode: 'single', head: 2, opacity: 0.5 }],
    ['some heads', { heads: [1, 3], layer: 9 }],
  ])) {
    test(`${what}: as the shader draws it`, async () => {
      const all = { mode: 'heads', heads: 'all', head: 1, layer: 0, keep_mass: 1, interpolation: 'smooth', opacity: 0.85, ...fields };
      await plain.setState(/** @type {Fields} */ (all));
      await shaded.setState(/** @type {Fields} */ (all));
      const { max } = difference(await plain.picture(), await shaded.picture());
      assert.ok(max <= 2, `up to ${max} levels`);
    });
  }

  for (const [what, fields] of /** @type {[string, Fields][]} */ ([
    ['a rollout', { view: 'rollout', colormap: 'viridis' }],
    ['similarities', { view: 'similarity', query: [9, 20], interpolation: 'nearest' }],
    ['components', { view: 'pca', opacity: 0.6 }],
    ['components of tokens as patches', { view: 'pca', facet: 'tokens', layer: 6, interpolation: 'nearest' }],
  ])) {
    test(`${what}: as the shader draws it`, async () => {
      const before = await plain.picture();
      for (const desk of [plain, shaded]) {
        await desk.setState({ layer: 0, facet: 'keys', query: null, interpolation: 'smooth', opacity: 0.85, colormap: 'inferno', ...fields });
        await until(() => desk.app.evaluate(({ fields: computed }) => computed.isCurrent()));
      }
      const picture = await plain.picture();
      assert.ok(difference(picture, before).mean > 1, 'nothing else is drawn');
      const { max } = difference(picture, await shaded.picture());
      assert.ok(max <= 2, `up to ${max} levels`);
    });
  }

  test('the form is its panel, keys and clicks work, and no frame is drawn when nothing changes', async () => {
    await plain.setState({ view: 'overlay', query: null, mode: 'heads', heads: 'all', layer: 0, interpolation: 'smooth', opacity: 0.85, keep_mass: 1 });
    const { page } = plain;
    assert.ok(await page.locator('#mirror').isVisible());
    await page.getByLabel('Layer', { exact: true }).fill('7');
    await plain.stateBecomes(({ layer }) => layer === 7);
    await page.focus('#view');
    await page.keyboard.press('ArrowUp');
    await plain.stateBecomes(({ layer }) => layer === 8);

    const before = await plain.picture();
    const box = await plain.photoBox();
    await page.mouse.click(box.x + 20.5 / 42 * box.width, box.y + 10.5 / 28 * box.height);
    await plain.stateBecomes(({ query }) => String(query) === '10,20');
    await until(async () => difference(await plain.picture(), before).mean > 1);

    await page.waitForTimeout(500);
    const frames = await plain.frames();
    await page.waitForTimeout(500);
    assert.equal(await plain.frames(), frames);
    assert.deepEqual(plain.problems, []);
  });

  test('what is on screen is the picture', async () => {
    await plain.page.click('#message button'); // it lies over the picture
    const box = await plain.photoBox();
    const size = { height: Math.round(box.height), width: Math.round(box.width) };
    const onScreen = await plain.photoShot();
    assert.ok(difference(onScreen, await plain.picture(size)).mean < 1);
  });

  test('a picture can be saved, and a photo of one\'s own shown', async () => {
    const { page } = plain;
    await page.keyboard.press('e');
    const download = page.waitForEvent('download');
    await page.click('#export .png');
    assert.match((await download).suggestedFilename(), /^headlens-chelsea-layer8-patch-10-20\.png$/);
    await page.keyboard.press('Escape');
    await page.click('[data-sample=rocket]');
    await plain.stateBecomes(({ photo }) => photo === 'rocket');
  });
});
