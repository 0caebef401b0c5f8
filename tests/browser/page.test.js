// The page in Chromium: what it shows, and what its controls do.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { framesOnceIdle, openPage, scaled, startBrowser, until } from './page-driver.js';
import { covered, cut, difference, differsFromReference, losslessPhoto, nativeOverlay, packExactWeights, photoPath, readPng } from './pictures.js';
import { startServer } from './server.js';

/** @typedef {import('./page-driver.js').Driver} Driver */
/** @typedef {import('./pictures.js').Picture} Picture */

const { url, close } = await startServer();
const browser = await startBrowser();
after(async () => {
  await browser.close();
  close();
});
const desk = await openPage(browser, `${url}/`);
await desk.ready();

const nowhere = { x: 640, y: 20 };

/** @type {Partial<import('../../web/viewer.js').ViewState>} */
const asItStarts = {
  layer: 0, heads: 'all', head: 1, query: null, mode: 'heads', opacity: 0.85, keep_mass: 1, interpolation: 'smooth',
};

/**
 * The same maps, drawn by the viewer and by the native tool.
 * @param {Picture} drawn
 * @param {Picture} expected
 */
function assertDrawnAs(drawn, expected) {
  const { max, mean } = difference(drawn, expected);
  assert.ok(max <= 2 && mean <= 0.1, `up to ${max} levels, ${mean} in the mean`);
}

/**
 * @param {Picture} a
 * @param {Picture} b
 */
const assertUnlike = (a, b) => assert.ok(difference(a, b).mean > 3, `only ${difference(a, b).mean} levels apart`);

/** @param {Driver} driver @param {{row: number, col: number, rows: number, cols: number}} patch */
async function patchOnPage(driver, { row, col, rows, cols }) {
  const box = await driver.photoBox();
  return { x: box.x + (col + 0.5) / cols * box.width, y: box.y + (row + 0.5) / rows * box.height };
}

/** @param {{x: number, y: number}} spot */
const click = ({ x, y }) => desk.page.mouse.click(x, y);

describe('the first visit', () => {
  test('shows a sample with its heatmap, and nothing fails', async () => {
    assert.deepEqual(desk.problems, []);
    assert.equal((await desk.state()).photo, 'chelsea');
    assert.equal(await desk.message(), '');
    assertDrawnAs(await desk.picture(), await nativeOverlay('chelsea.jpg'));
  });

  for (const [what, hash, limit] of /** @type {const} */ ([
    ['computed before', '', 500], ['computed here', '#{"photo":"coffee"}', 2000],
  ])) {
    test(`has its heatmap within ${limit} ms, ${what}`, async (t) => {
      let best = Infinity; // of eight: the machine may be at other work
      for (let visit = 0; visit < 8 && best >= limit; ++visit) {
        const fresh = await openPage(browser, `${url}/${hash}`, { script: noteFirstHeatmap });
        await fresh.page.waitForFunction(() => Reflect.get(window, 'viewerHeatmap'));
        await fresh.app.evaluate(({ model }) => model.ready());
        const [ready, poster, viewer] = await fresh.page.evaluate(() =>
          [performance.now(), Reflect.get(window, 'posterHeatmap'), Reflect.get(window, 'viewerHeatmap')]);
        t.diagnostic(`heatmap ${poster ? `after ${poster.toFixed(0)} ms, by the viewer ` : ''}after ${viewer.toFixed(0)} ms, ` +
          `engine with model after ${ready.toFixed(0)} ms`);
        assert.equal(poster !== undefined, hash === '', 'the poster belongs to the view that the address leaves as it starts');
        best = Math.min(best, poster ?? viewer);
        await fresh.close();
      }
      if (best >= limit && loadavg()[0] > 3 * availableParallelism()) return t.skip('the machine is at other work');
      assert.ok(best < limit, `${best} ms`);
    });
  }

  test('has a poster that is the very picture of the viewer', async () => {
    const poster = await desk.page.evaluate(async () => {
      const picture = await createImageBitmap(await (await fetch('poster.jpg')).blob());
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.drawImage(picture, 0, 0);
      const { data, height, width } = context.getImageData(0, 0, picture.width, picture.height);
      return { data: new Uint8Array(data), height, width };
    });
    const { max, mean } = difference(poster, await nativeOverlay('chelsea.jpg'));
    // What JPEG leaves of it. If the model or the colours have changed, scripts/screenshot makes a new one.
    assert.ok(max < 40 && mean < 2, `up to ${max} levels, ${mean} in the mean`);
  });

  for (const [width, height] of [[1280, 800], [1600, 700], [390, 844], [820, 1180]]) {
    test(`has its poster where the viewer draws the photo, at ${width} x ${height}`, async () => {
      const page = await openPage(browser, `${url}/`, { width, height });
      await page.ready();
      const drawn = await page.photoBox();
      const poster = await page.page.evaluate(() => {
        document.documentElement.classList.add('poster');
        const { x, y, width: right, height: down } = /** @type {HTMLElement} */ (document.querySelector('#poster')).getBoundingClientRect();
        const zoom = Math.min(right / 451, down / 300); // background-size: contain
        return { x: x + (right - 451 * zoom) / 2, y: y + (down - 300 * zoom) / 2, width: 451 * zoom, height: 300 * zoom };
      });
      for (const side of /** @type {const} */ (['x', 'y', 'width', 'height'])) {
        assert.ok(Math.abs(poster[side] - drawn[side]) <= 1, `${side}: ${poster[side]}, not ${drawn[side]}`);
      }
      await page.close();
    });
  }

  for (const [width, height, density] of [[1280, 800, 1], [390, 844, 2]]) {
    test(`looks as it should at ${width} x ${height}, density ${density}`, async () => {
      const page = await openPage(browser, `${url}/`, { width, height, density });
      await page.ready();
      const covers = [await page.photoBox(), await page.page.locator('#status').boundingBox()]
        .filter((box) => box !== null)
        .map((box) => scaled(box, density));
      const looks = covered(await page.screenshot(), covers);
      const share = await differsFromReference(looks, `page-${width}x${height}`);
      assert.ok(share < 0.001, `${(share * 100).toFixed(2)} % of the pixels differ`);
      await page.close();
    });

    test(`lays the overlay exactly over the photo at ${width} x ${height}, density ${density}`, async () => {
      const page = await openPage(browser, `${url}/`, { width, height, density });
      await page.ready();
      await page.drop(photoPath('raccoon.jpg'));
      const { x, y, height: rows, width: cols } = scaled(await page.photoBox(), density);
      const size = { height: Math.round(rows), width: Math.round(cols) };
      const overlay = await page.picture(size);
      assertDrawnAs(await page.photoShot(), overlay);

      await page.setState({ opacity: 0 });
      const photo = await photoAt(page, 'raccoon.jpg', size);
      const screen = await page.screenshot();
      const at = (/** @type {number} */ right, /** @type {number} */ down) =>
        difference(cut(screen, { ...size, x: x + right, y: y + down }), photo).mean;
      const here = at(0, 0);
      assert.ok(here < 3, `${here} levels in the mean`);
      for (const [right, down] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        assert.ok(at(right, down) > 1.5 * here, `${at(right, down)} levels ${right}, ${down} pixels away, ${here} here`);
      }
      await page.close();
    });
  }
});

/** In the page before its scripts: notes when the poster is painted, and when the viewer has drawn. */
function noteFirstHeatmap() {
  new PerformanceObserver((list) => {
    for (const entry of /** @type {any[]} */ (list.getEntries())) {
      if (entry.url.endsWith('poster.jpg')) Reflect.set(window, 'posterHeatmap', entry.renderTime);
    }
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  const look = () => {
    const scenes = Reflect.get(window, 'headlens')?.scenes;
    if (!scenes || scenes.isEmpty()) return setTimeout(look, 4);
    // It is drawn in the next frame, and on screen when the one after begins.
    requestAnimationFrame(() => requestAnimationFrame(() => Reflect.set(window, 'viewerHeatmap', performance.now())));
  };
  look();
}

/**
 * A photo as the browser itself scales it.
 * @param {Driver} driver
 * @param {string} name
 * @param {{height: number, width: number}} size
 */
async function photoAt({ page }, name, size) {
  const bytes = await readFile(photoPath(name));
  const png = await page.evaluate(async ([base64, { height, width }]) => {
    const jpeg = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
    const canvas = new OffscreenCanvas(width, height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.imageSmoothingQuality = 'high';
    context.drawImage(await createImageBitmap(new Blob([jpeg])), 0, 0, width, height);
    return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  }, /** @type {const} */ ([bytes.toString('base64'), size]));
  return readPng(Buffer.from(png));
}

describe('the controls', () => {
  beforeEach(async () => {
    await desk.page.mouse.move(nowhere.x, nowhere.y);
    await desk.setState(asItStarts);
  });

  test('layers change without the engine, by keys and by the state', async () => {
    const calls = await desk.engineCalls();
    const last = await desk.picture();
    await desk.page.keyboard.press('ArrowDown');
    await desk.stateBecomes(({ layer }) => layer === 11);
    const eleventh = await desk.picture();
    assertDrawnAs(eleventh, await nativeOverlay('chelsea.jpg', ['--layer', '11']));
    assertUnlike(eleventh, last);

    await desk.setState({ layer: 5 });
    assertDrawnAs(await desk.picture(), await nativeOverlay('chelsea.jpg', ['--layer', '5']));
    assert.deepEqual(await desk.engineCalls(), calls);
  });

  for (const [mode, options] of /** @type {const} */ ([
    ['mean', { mode: 'mean' }], ['max', { mode: 'max' }],
  ])) {
    test(`${mode} is drawn as the native tool draws it`, async () => {
      await desk.setState(options);
      assertDrawnAs(await desk.picture(), await nativeOverlay('chelsea.jpg', ['--mode', mode]));
    });
  }

  test('a threshold, patches and opacity are drawn as the native tool draws them', async () => {
    await desk.setState({ keep_mass: 0.6, interpolation: 'nearest', opacity: 0.5 });
    const options = ['--keep-mass', '0.6', '--nearest', '--opacity', '0.5'];
    assertDrawnAs(await desk.picture(), await nativeOverlay('chelsea.jpg', options));
  });

  test('a click on the coloured button of a head takes it away and brings it back', async () => {
    const all = await desk.picture();
    await desk.press('head 2');
    await desk.stateBecomes(({ heads }) => String(heads) === '1,3');
    const without = await desk.picture();
    assertUnlike(without, all);
    await desk.page.waitForTimeout(600); // else it is a double-click
    await desk.press('head 2');
    await desk.stateBecomes(({ heads }) => heads === 'all');
    assert.deepEqual(difference(await desk.picture(), all), { max: 0, mean: 0 });
  });

  test('a double-click shows a head alone, and another all of them', async () => {
    const { x, y } = await desk.middleOf('head 3');
    for (const wanted of ['3', 'all']) {
      await until(async () => { // on a busy machine two clicks can be too far apart to be one
        await framesOnceIdle(desk);
        await desk.page.waitForTimeout(500);
        await desk.page.mouse.dblclick(x, y);
        await framesOnceIdle(desk);
        return String((await desk.state()).heads) === wanted;
      });
    }
  });

  test('a click on a patch makes it the query, and Escape goes back to [CLS]', async () => {
    const cls = await desk.picture();
    const patch = { row: 20, col: 30 };
    const { x, y } = await patchOnPage(desk, { ...patch, rows: 28, cols: 42 });
    await click({ x, y });
    await desk.stateBecomes(({ query }) => String(query) === '20,30');
    await desk.page.mouse.move(nowhere.x, nowhere.y);
    await until(async () => difference(await desk.picture(), cls).mean > 3);
    const drawn = await desk.picture();

    await desk.app.evaluate(async ({ model, viewer }, { row, col }) => {
      viewer.setQueryMaps(await (await model.ready()).query(row, col), row, col);
    }, patch);
    assert.deepEqual(difference(await desk.picture(), drawn), { max: 0, mean: 0 });

    await desk.page.keyboard.press('Escape');
    await desk.stateBecomes(({ query }) => query === null);
    assert.deepEqual(difference(await desk.picture(), cls), { max: 0, mean: 0 });
  });

  test('a query shows what the native tool shows of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headlens-'));
    const weights = await packExactWeights(folder);
    const exact = await openPage(browser, `${url}/`);
    await exact.ready();
    await exact.useModel(weights);
    const photo = await losslessPhoto(exact.page, 'chelsea.jpg', folder);
    await exact.pick(photo);
    await exact.setState({ query: [20, 30] });
    await exact.app.evaluate(async ({ model, viewer }) => {
      viewer.setQueryMaps(await (await model.ready()).query(20, 30), 20, 30);
    });
    const outline = [{ x: 318, y: 210, height: 20, width: 20 }]; // of the patch, which the native tool does not draw
    const expected = await nativeOverlay(photo, ['--query', '20,30'], weights);
    assertDrawnAs(covered(await exact.picture(), outline), covered(expected, outline));
    await exact.close();
    await rm(folder, { recursive: true });
  });

  test('the pointer over a patch is told its scores', async () => {
    await desk.setState({ opacity: 0 }); // what changes is the label alone
    const plain = await desk.photoShot();
    const { x, y } = await patchOnPage(desk, { row: 12, col: 20, rows: 28, cols: 42 });
    await desk.page.mouse.move(x, y);
    const labelled = async () => {
      await desk.page.waitForTimeout(150);
      return desk.photoShot();
    };
    const last = await labelled();
    assert.ok(difference(last, plain).max > 100, 'no label');
    await desk.setState({ layer: 1 });
    assert.ok(difference(await labelled(), last).max > 100, 'the label says the same of another layer');
    await desk.page.mouse.move(nowhere.x, nowhere.y);
    assert.deepEqual(difference(await labelled(), plain), { max: 0, mean: 0 });
  });

  test('no frame is drawn when nothing changes, and frames follow a slider', async () => {
    const idle = await framesOnceIdle(desk);
    await desk.page.waitForTimeout(1000);
    assert.equal(await desk.frames(), idle);

    const slider = await desk.middleOf('Opacity');
    await desk.page.mouse.move(slider.x, slider.y);
    await desk.page.mouse.down();
    await desk.page.mouse.move(slider.x - 35, slider.y, { steps: 12 });
    await desk.page.mouse.up();
    await desk.stateBecomes(({ opacity }) => opacity > 0.15 && opacity < 0.35);
    assert.ok(await desk.frames() >= idle + 12, `${await desk.frames() - idle} frames`);

    await desk.page.mouse.move(nowhere.x, nowhere.y);
    const idleAgain = await framesOnceIdle(desk);
    await desk.page.waitForTimeout(500);
    assert.equal(await desk.frames(), idleAgain);
  });
});
