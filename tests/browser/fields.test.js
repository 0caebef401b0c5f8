// Rollout, similarity, PCA and explained numbers on the page, in Chromium: asked when the view needs
// them, without another pass of the network.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openPage, startBrowser, until } from './page-driver.js';
import { photoPath } from './pictures.js';
import { startServer } from './server.js';

/** @typedef {import('./page-driver.js').Driver} Driver */
/** @typedef {{pane: number, kind: string, key?: string, values: number[], low: number, high: number}} Given */

const { url, close } = await startServer();
const browser = await startBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
after(async () => {
  await browser.close();
  close();
});

/** In the page: notes what the viewer is given. @param {Driver} driver */
const watch = ({ app }) => app.evaluate(({ viewer }) => {
  /** @type {Given[]} */
  const given = [];
  Reflect.set(window, 'given', given);
  const { setField, setExplanation, setGradientPhoto } = viewer;
  viewer.setField = (pane, field) => {
    const { kind, key, values } = field;
    given.push({ pane, kind, key, values: Array.from(values), low: Math.min(...values), high: Math.max(...values) });
    setField(pane, field);
  };
  viewer.setExplanation = (pane, explanation) => {
    const values = Array.from(explanation.dot, (dot, i) => Math.exp(dot - explanation.max[i]) / explanation.sum[i]);
    given.push({ pane, kind: 'explain', key: String(explanation.patch), values, low: 0, high: 0 });
    setExplanation(pane, explanation);
  };
  viewer.setGradientPhoto = (pane, photo) => {
    given.push({ pane, kind: 'gradient', values: [photo.height, photo.width], low: 0, high: 0 });
    setGradientPhoto(pane, photo);
  };
});

/** @param {Driver} driver @returns {Promise<Given[]>} */
const given = ({ page }) => page.evaluate(() => Reflect.get(window, 'given'));

/** @param {Driver} driver @param {(one: Given) => boolean} wanted @returns {Promise<Given>} */
async function givenBecomes(driver, wanted) {
  await until(async () => (await given(driver)).some(wanted));
  return /** @type {Given} */ ((await given(driver)).findLast(wanted));
}

/** @param {Driver} driver @param {string} method */
const callsOf = async (driver, method) => (await driver.engineCalls()).filter((each) => each === method).length;

describe('what a view needs', () => {
  /** @type {Driver} */
  let driver;
  before(async () => {
    driver = await openPage(browser, url);
    await driver.ready();
    await watch(driver);
  });
  afterEach(() => assert.deepEqual(driver.problems, []));
  after(() => driver.close());

  test('a rollout comes once for all layers, and again for another fusion', async () => {
    const runs = await callsOf(driver, 'run');
    await driver.setState({ view: 'rollout' });
    const first = await givenBecomes(driver, ({ key }) => key === 'rollout mean 0');
    assert.equal(first.values.length, 12 * 28 * 42);
    assert.ok(first.low >= 0 && first.high < 1);
    await driver.setState({ layer: 3 });
    await driver.setState({ layer: 7, opacity: 0.5 });
    assert.equal(await callsOf(driver, 'rollout'), 1);
    await driver.setState({ fusion: 'max', discard: 0.9 });
    const second = await givenBecomes(driver, ({ key }) => key === 'rollout max 0.9');
    assert.notDeepEqual(second.values, first.values);
    assert.equal(await callsOf(driver, 'rollout'), 2);
    await driver.setState({ fusion: 'mean', discard: 0 });
    await until(async () => (await given(driver)).at(-1)?.key === 'rollout mean 0');
    assert.equal(await callsOf(driver, 'rollout'), 2, 'what was asked before is kept');
    assert.equal(await callsOf(driver, 'run'), runs);
  });

  test('a similarity comes for each query, of all layers', async () => {
    const runs = await callsOf(driver, 'run');
    await driver.setState({ view: 'similarity', query: null });
    await givenBecomes(driver, ({ key }) => key === 'similarity cls');
    await driver.setState({ query: [3, 5] });
    const { values, high } = await givenBecomes(driver, ({ key }) => key === 'similarity 3,5');
    const size = values.length / 12;
    for (let layer = 0; layer < 12; ++layer) {
      assert.ok(Math.abs(values[layer * size + 3 * 42 + 5] - 1) < 1e-5, 'a patch is like itself');
    }
    assert.ok(high < 1 + 1e-5);
    const asked = await callsOf(driver, 'similarity');
    await driver.setState({ layer: 2 });
    assert.equal(await callsOf(driver, 'similarity'), asked);
    assert.equal(await callsOf(driver, 'run'), runs);
  });

  test('a PCA comes for each layer and facet', async () => {
    await driver.setState({ view: 'pca', layer: 0, facet: 'keys' });
    const { values, low, high } = await givenBecomes(driver, ({ key }) => key === 'pca 12 keys');
    assert.deepEqual([values.length, low, high], [28 * 42 * 3, 0, 1]);
    await driver.setState({ layer: 4, facet: 'tokens' });
    await givenBecomes(driver, ({ key }) => key === 'pca 4 tokens');
  });

  test('the parts of a number give that number', async () => {
    await driver.setState({ view: 'overlay', query: null, explain: [2, 3] });
    const { values } = await givenBecomes(driver, ({ kind, key }) => kind === 'explain' && key === '2,3');
    const scores = await driver.app.evaluate(({ scenes }) => {
      const { maps } = /** @type {import('../../web/scenes.js').Scene} */ (scenes.shown()).views[0];
      const { cls, rows, cols } = maps;
      return Array.from({ length: 36 }, (_, i) => cls[i * rows * cols + 2 * cols + 3]);
    });
    // The first maps are served, computed by the native tool: as exact as int8 is.
    for (const [i, value] of values.entries()) assert.ok(Math.abs(value - scores[i]) < 5e-3, `${value}, ${scores[i]}`);
    await driver.setState({ explain: null });
  });

  test('another photo brings its edges and its own field', async () => {
    await driver.setState({ view: 'rollout', discard: 0, fusion: 'mean' });
    const before = (await given(driver)).length;
    await driver.drop(photoPath('coffee.jpg'));
    await until(async () => (await given(driver)).slice(before).some(({ kind }) => kind === 'rollout'));
    const edges = (await given(driver)).slice(before).find(({ kind }) => kind === 'gradient');
    const maps = await driver.app.evaluate(({ scenes }) => scenes.shown()?.views[0].maps);
    assert.deepEqual(edges?.values, [maps?.height, maps?.width]);
  });
});

describe('a rollout that takes long', () => {
  /** @type {Driver} */
  let driver;
  before(async () => {
    driver = await openPage(browser, `${url}/#{"size":320}`);
    await driver.ready();
    await watch(driver);
  });
  after(() => driver.close());

  test('says how far it is, and leaves all as it was when cancelled', async () => {
    await driver.setState({ view: 'rollout' });
    await givenBecomes(driver, ({ kind }) => kind === 'rollout');
    await driver.setState({ discard: 0.9 });
    await driver.page.waitForSelector('#progress:not([hidden])');
    assert.match(await driver.page.textContent('#progress output') ?? '', /^Rollout, layer \d+ of 12$/);
    await driver.page.click('#progress button');
    await driver.stateBecomes(({ discard, view }) => discard === 0 && view === 'rollout');
    await driver.page.waitForSelector('#progress[hidden]', { state: 'attached' });
    assert.equal(await driver.message(), '');
    assert.ok(!(await given(driver)).some(({ key }) => key === 'rollout mean 0.9'));
  });

  test('only the last of many settings is computed to its end', async () => {
    for (const discard of [0.5, 0.6, 0.7, 0.8]) await driver.setState({ discard });
    await driver.setState({ discard: 0.1, view: 'overlay' });
    await driver.setState({ view: 'pca' });
    await givenBecomes(driver, ({ kind }) => kind === 'pca');
    assert.ok(!(await given(driver)).some(({ key }) => key?.startsWith('rollout mean 0.')));
  });
});

test('a link that asks for a rollout gets it', async () => {
  const driver = await openPage(browser, `${url}/#{"view":"rollout"}`);
  await driver.ready();
  await until(async () => (await driver.engineCalls()).includes('rollout'));
  await until(() => driver.page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#progress')).hidden));
  assert.equal(await driver.message(), '');
  await driver.close();
});

test('two models get a field each', async () => {
  const driver = await openPage(browser, url);
  await driver.ready();
  await watch(driver);
  await driver.page.keyboard.press('w');
  await driver.page.waitForSelector('#models[open] .compare-file:not([hidden])');
  await driver.page.setInputFiles('#models .compare-file input', photoPath('../fixtures/deit-micro.safetensors'));
  await until(() => driver.app.evaluate(({ viewer }) => viewer.captions().length === 2));
  await driver.setState({ view: 'similarity', query: [4, 6] });
  await givenBecomes(driver, ({ pane, key }) => pane === 0 && key === 'similarity 4,6');
  const other = await givenBecomes(driver, ({ pane, key }) => pane === 1 && key === 'similarity 4,6');
  assert.equal(other.values.length, 2 * 14 * 21);
  await driver.close();
});

test('fields follow the camera', async () => {
  const driver = await openPage(browser, url);
  await driver.ready();
  await driver.setState({ view: 'pca' });
  await driver.page.keyboard.press('c');
  await driver.stateBecomes(({ photo }) => photo === 'camera');
  await watch(driver);
  await until(async () => (await given(driver)).filter(({ kind }) => kind === 'pca').length > 2);
  assert.equal(await driver.message(), '');
  await driver.close();
});
