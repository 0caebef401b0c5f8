// The views in Chromium: how each looks, that the shader draws what src/maps composes, and that wheel,
// fingers, mouse and keys do what they should.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { framesOnceIdle, openPage, startBrowser, until } from './page-driver.js';
import { cut, difference, differsFromReference, nativeOverlay } from './pictures.js';
import { startServer } from './server.js';

/**
 * @typedef {import('./page-driver.js').Driver} Driver
 * @typedef {Partial<import('../../web/viewer.js').ViewState>} Fields
 */

const { url, close } = await startServer();
const browser = await startBrowser();
after(async () => {
  await browser.close();
  close();
});
const desk = await openPage(browser, `${url}/`);
await desk.ready();

/** @type {Fields} */
const asItStarts = {
  layer: 0, heads: 'all', head: 1, query: null, view: 'overlay', mode: 'heads', opacity: 0.85, keep_mass: 1,
  combine: 'each', contours: 'none', normalisation: 'clip', palette: 'headlens', colormap: 'inferno',
  interpolation: 'smooth', order: 'head', groups: 'none', against: 0, divider: 0.5, zoom: 1, centre: [0.5, 0.5],
};

/** Every view, in a state of its own that says much about it. @type {[string, Fields][]} */
const views = [
  ['overlay', { view: 'overlay', mode: 'mean', normalisation: 'heads', colormap: 'viridis' }],
  ['figure', { view: 'overlay', mode: 'figure' }],
  ['contours', { view: 'overlay', keep_mass: 0.3, contours: 'smooth', layer: 11 }],
  ['heads', { view: 'heads', order: 'entropy' }],
  ['atlas', { view: 'atlas', normalisation: 'layers', layer: 7 }],
  ['slider', { view: 'slider', against: 3, divider: 0.4 }],
  ['rollout', { view: 'rollout' }],
  ['similarity', { view: 'similarity', query: [11, 16] }],
  ['pca', { view: 'pca', colormap: 'turbo' }],
  ['zoomed', { view: 'heads', zoom: 4, centre: [0.4, 0.4], interpolation: 'nearest' }],
];

/** @param {Driver} driver @param {Fields} fields */
async function show(driver, fields) {
  await driver.setState({ ...asItStarts, ...fields });
  await until(() => driver.app.evaluate(({ fields: asked }) => asked.isCurrent()));
  await driver.app.evaluate(({ viewer }) => viewer.drawNow());
}

/** On the page, in CSS pixels. @param {Driver} driver */
const tilesOf = (driver) => driver.app.evaluate(({ viewer }) => {
  viewer.drawNow();
  const canvas = /** @type {HTMLElement} */ (document.querySelector('#view')).getBoundingClientRect();
  return viewer.tiles().map((box) => ({ ...box, x: box.x + canvas.left, y: box.y + canvas.top }));
});

/** @param {import('./pictures.js').Box} box */
const middleOf = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });

/** The view as it would be saved. @param {Driver} driver @param {{height: number, width: number}} size */
const savedView = (driver, size) => driver.app.evaluate(({ viewer }, wanted) => {
  const { data, height, width } = viewer.renderView(wanted);
  return { data: new Uint8Array(data), height, width };
}, size);

const nowhere = { x: 640, y: 20 };

beforeEach(async () => {
  await desk.page.mouse.move(nowhere.x, nowhere.y);
  await desk.setState(asItStarts);
});

describe('each view', () => {
  for (const [name, fields] of views) {
    test(`${name} looks as it should`, async () => {
      await show(desk, fields);
      const share = await differsFromReference(await savedView(desk, { height: 360, width: 540 }), `view-${name}`);
      assert.ok(share < 0.002, `${(share * 100).toFixed(2)} % of the pixels differ`);
    });

    test(`${name} draws no frame while nothing changes`, async () => {
      await show(desk, fields);
      const idle = await framesOnceIdle(desk);
      await desk.page.waitForTimeout(400);
      assert.equal(await desk.frames(), idle);
    });
  }

  test('of a field shows the field, not the heads', async () => {
    for (const [name, fields] of views.filter(([, { view }]) => view === 'rollout' || view === 'pca' || view === 'similarity')) {
      await show(desk, { ...fields, query: null });
      const [tile] = await tilesOf(desk);
      const shot = cut(await desk.screenshot(), tile);
      const size = { height: Math.round(tile.height), width: Math.round(tile.width) };
      assert.ok(difference(shot, await desk.picture(size)).mean < 3, `${name} is not what its picture is`);
      await show(desk, { ...fields, view: 'overlay', query: null });
      assert.ok(difference(shot, await desk.picture(size)).mean > 3, name);
    }
  });

  test('comes back after the WebGL context was lost', async () => {
    const page = await openPage(browser, `${url}/`);
    await page.ready();
    for (const fields of [views[4][1], views[6][1], views[5][1]]) {
      await show(page, fields);
      await framesOnceIdle(page);
      const before = await page.screenshot();
      await page.page.evaluate(async () => {
        const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('#view'));
        const extension = canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context');
        const back = new Promise((resolve) => { canvas.addEventListener('webglcontextrestored', resolve, { once: true }); });
        extension?.loseContext();
        await new Promise((resolve) => setTimeout(resolve, 100));
        extension?.restoreContext();
        await back;
      });
      await framesOnceIdle(page);
      assert.ok(difference(await page.screenshot(), before).mean < 0.05, `${fields.view}`);
    }
    await page.close();
  });
});

describe('the shader draws what src/maps composes', () => {
  const combines = /** @type {const} */ (['each', 'union', 'intersection']);
  const colormaps = /** @type {const} */ (['inferno', 'viridis', 'turbo', 'grey']);
  const palettes = /** @type {const} */ (['headlens', 'okabe-ito', 'dino']);
  let turn = 0;
  /** With the very photo and maps of the native tool. @type {Driver} */
  let exact;
  before(async () => {
    exact = await openPage(browser, `${url}/`);
    await exact.ready();
    const { data, height, width } = await nativeOverlay('chelsea.jpg', ['--opacity', '0']);
    await exact.app.evaluate(async ({ viewer }, [base64, rows, cols]) => {
      const rgba = Uint8ClampedArray.from(atob(base64), (byte) => byte.charCodeAt(0));
      const modules = 'safetensors.js'; // of the page
      const { readMaps } = await import(new URL(modules, location.href).href);
      const maps = readMaps(await (await fetch('samples/chelsea.safetensors')).arrayBuffer());
      viewer.setPhoto(new ImageData(rgba, cols, rows));
      viewer.setMaps(maps);
    }, /** @type {const} */ ([Buffer.from(data).toString('base64'), height, width]));
  });
  after(() => exact.close());

  // Every mode with every normalisation, and the other settings in turn, so that each meets each mode.
  for (const mode of /** @type {const} */ (['heads', 'mean', 'max', 'figure'])) {
    for (const normalisation of /** @type {const} */ (['clip', 'head', 'heads', 'layers', 'log'])) {
      const [combine, colormap, palette] = [combines[turn % 3], colormaps[turn % 4], palettes[turn % 3]];
      const interpolation = turn % 2 ? 'nearest' : 'smooth';
      const keep = turn % 5 === 4 ? 1 : 0.5;
      turn += 1;
      test(`${mode}, ${normalisation}, ${colormap}, ${palette}, ${combine} of ${keep}, ${interpolation}`, async () => {
        await exact.setState({ mode, normalisation, combine, colormap, palette, interpolation, keep_mass: keep, layer: 9 });
        const expected = await nativeOverlay('chelsea.jpg', [
          '--layer', '9', '--mode', mode, '--normalisation', normalisation, '--colormap', colormap,
          ...mode === 'figure' ? [] : ['--palette', palette],
          ...keep < 1 ? ['--keep-mass', String(keep), '--combine', combine] : [], ...interpolation === 'nearest' ? ['--nearest'] : [],
        ]);
        const { max, mean } = difference(await exact.picture(), expected);
        assert.ok(max <= 2, `up to ${max} levels, ${mean} in the mean`);
      });
    }
  }
});

describe('wheel, fingers and mouse', () => {
  test('the wheel zooms at the pointer, and a double-click fits without leaving a query', async () => {
    const [tile] = await tilesOf(desk);
    const spot = { x: tile.x + 0.3 * tile.width, y: tile.y + 0.4 * tile.height };
    await desk.page.mouse.move(spot.x, spot.y);
    await desk.page.mouse.wheel(0, -400);
    await desk.stateBecomes(({ zoom }) => zoom > 3);
    const box = await desk.photoBox();
    assert.ok(Math.abs((spot.x - box.x) / box.width - 0.3) < 0.02, 'the same place is under the pointer');
    assert.ok(Math.abs((spot.y - box.y) / box.height - 0.4) < 0.02);

    await desk.page.mouse.dblclick(spot.x, spot.y);
    await desk.stateBecomes(({ zoom }) => zoom === 1);
    await framesOnceIdle(desk);
    assert.equal((await desk.state()).query, null);
  });

  test('the wheel over the panel zooms nothing', async () => {
    await desk.page.mouse.move(1150, 300);
    await desk.page.mouse.wheel(0, -400);
    await framesOnceIdle(desk);
    assert.equal((await desk.state()).zoom, 1);
  });

  test('dragging pans what is zoomed and asks no patch; a click that barely moves does', async () => {
    await desk.setState({ zoom: 4 });
    const before = await desk.photoBox();
    const { x, y } = middleOf((await tilesOf(desk))[0]);
    await desk.page.mouse.move(x, y);
    await desk.page.mouse.down();
    await desk.page.mouse.move(x + 120, y + 60, { steps: 6 });
    await desk.page.mouse.up();
    await framesOnceIdle(desk);
    const moved = await desk.photoBox();
    assert.ok(Math.abs(moved.x - before.x - 120) < 8, `${moved.x - before.x}`);
    assert.ok(Math.abs(moved.y - before.y - 60) < 8, `${moved.y - before.y}`);
    assert.equal((await desk.state()).query, null);

    await desk.page.mouse.down();
    await desk.page.mouse.move(x + 122, y + 61);
    await desk.page.mouse.up();
    await desk.stateBecomes(({ query }) => query !== null);
  });

  test('the divider of the slider follows the mouse', async () => {
    await desk.setState({ view: 'slider' });
    const [left, right] = await tilesOf(desk);
    await desk.page.mouse.move(right.x, left.y + 40);
    await desk.page.mouse.down();
    await desk.page.mouse.move(right.x - 100, left.y + 60, { steps: 4 });
    await desk.page.mouse.up();
    await framesOnceIdle(desk);
    const { divider, query } = await desk.state();
    assert.ok(Math.abs(divider - (0.5 - 100 / (left.width + right.width))) < 0.01, `${divider}`);
    assert.equal(query, null);
  });

  test('a click on a head shows it alone, and Escape leads back', async () => {
    await desk.setState({ view: 'heads' });
    const { x, y } = middleOf((await tilesOf(desk))[1]);
    await desk.page.mouse.click(x, y);
    await desk.stateBecomes(({ view, heads }) => view === 'overlay' && String(heads) === '2');
    await desk.page.keyboard.press('Escape');
    await desk.stateBecomes(({ view, heads }) => view === 'heads' && heads === 'all');
  });

  test('a double-click on a head asks no patch', async () => {
    await desk.setState({ view: 'heads' });
    const { x, y } = middleOf((await tilesOf(desk))[1]);
    await desk.page.mouse.dblclick(x, y);
    await desk.stateBecomes(({ view }) => view === 'overlay');
    await framesOnceIdle(desk);
    assert.equal((await desk.state()).query, null);
  });

  test('a cell of the atlas is enlarged under the mouse, and a click goes there', async () => {
    await desk.setState({ view: 'atlas' });
    const tiles = await tilesOf(desk);
    assert.equal(tiles.length, 36);
    const before = await desk.screenshot();
    const { x, y } = middleOf(tiles[3 * 4 + 1]);
    await desk.page.mouse.move(x, y);
    await framesOnceIdle(desk);
    assert.ok(difference(await desk.screenshot(), before).mean > 1, 'a large tile lies beside the pointer');
    await desk.page.mouse.click(x, y);
    await desk.stateBecomes(({ view, layer, heads }) => view === 'overlay' && layer === 5 && String(heads) === '2');
  });

  test('dragging draws one frame an event', async () => {
    await desk.setState({ zoom: 4 });
    const { x, y } = middleOf((await tilesOf(desk))[0]);
    await desk.page.mouse.move(x, y);
    await desk.page.mouse.down();
    const before = await framesOnceIdle(desk);
    for (let step = 1; step <= 20; ++step) await desk.page.mouse.move(x + 5 * step, y);
    const drawn = await desk.frames() - before;
    await desk.page.mouse.up();
    assert.ok(drawn >= 10 && drawn <= 60, `${drawn} frames for 20 events`);
  });
});

describe('on a phone', async () => {
  const phone = await openPage(browser, `${url}/`, { width: 390, height: 844, density: 2 });
  await phone.ready();
  after(() => phone.close());
  const touch = await phone.page.context().newCDPSession(phone.page);
  await touch.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });

  /** @param {'touchStart' | 'touchMove' | 'touchEnd'} type @param {{x: number, y: number}[]} points */
  const send = (type, points) => touch.send('Input.dispatchTouchEvent', {
    type, touchPoints: points.map((point, id) => ({ ...point, id })),
  });

  test('two fingers zoom where they are, and leave no query behind', async () => {
    await phone.setState(asItStarts);
    const { x, y } = middleOf((await tilesOf(phone))[0]);
    const fingers = (/** @type {number} */ apart) => [{ x: x - apart / 2, y }, { x: x + apart / 2, y }];
    await send('touchStart', fingers(60).slice(0, 1));
    await send('touchStart', fingers(60));
    for (let apart = 70; apart <= 180; apart += 10) await send('touchMove', fingers(apart));
    await send('touchEnd', []);
    await phone.stateBecomes(({ zoom }) => zoom > 2.5 && zoom < 3.5);
    const box = await phone.photoBox();
    assert.ok(Math.abs((x - box.x) / box.width - 0.5) < 0.03);
    await framesOnceIdle(phone);
    assert.equal((await phone.state()).query, null);
  });

  test('a finger drags the divider by its handle', async () => {
    await phone.setState({ ...asItStarts, view: 'slider' });
    const [left, right] = await tilesOf(phone);
    const y = left.y + left.height / 2;
    await send('touchStart', [{ x: right.x + 18, y }]); // beside it, within a fingertip
    for (let step = 1; step <= 6; ++step) await send('touchMove', [{ x: right.x + 18 + 12 * step, y }]);
    await send('touchEnd', []);
    await phone.stateBecomes(({ divider }) => divider > 0.6);
    assert.equal((await phone.state()).query, null);
  });

  test('a tap on a head shows it alone', async () => {
    await phone.setState({ ...asItStarts, view: 'heads' });
    const spot = middleOf((await tilesOf(phone))[2]);
    await send('touchStart', [spot]);
    await send('touchEnd', []);
    await phone.stateBecomes(({ view, heads }) => view === 'overlay' && String(heads) === '3');
  });
});

describe('for files', () => {
  test('contours are paths in pixels of the photo, of the heads that are on', async () => {
    await desk.setState({ contours: 'patches', keep_mass: 0.4, heads: [1, 3] });
    const contours = await desk.app.evaluate(({ viewer }) => viewer.contours());
    assert.deepEqual(contours.map(({ head }) => head), [1, 3]);
    for (const { colour, path } of contours) {
      assert.match(colour, /^#[0-9a-f]{6}$/);
      assert.match(path, /^M[\d.]+ [\d.]+/);
    }
    await desk.setState({ combine: 'union' });
    assert.deepEqual((await desk.app.evaluate(({ viewer }) => viewer.contours())).map(({ head }) => head), [null]);
  });

  test('a saved view leaves the screen as it was', async () => {
    await desk.setState({ view: 'heads' });
    await framesOnceIdle(desk);
    const before = await desk.screenshot();
    const saved = await savedView(desk, { height: 1200, width: 1800 });
    assert.deepEqual([saved.height, saved.width], [1200, 1800]);
    await framesOnceIdle(desk);
    assert.deepEqual(difference(await desk.screenshot(), before), { max: 0, mean: 0 });
  });

  test('a saved overlay is the picture itself where nothing is written on it', async () => {
    const size = { height: 600, width: 902 };
    assert.deepEqual(difference(await savedView(desk, size), await desk.picture(size)), { max: 0, mean: 0 });
  });
});
