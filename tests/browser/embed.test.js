// The element <vit-attention> with baked maps, in an article of somebody else.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { article, watchGraphics } from './articles.js';
import { mapsFile, safetensors } from './maps-file.js';
import { startBrowser, until } from './page-driver.js';
import { difference, nativeOverlay, readPng } from './pictures.js';
import { readSafetensors } from './safetensors.js';
import { site, startServer } from './server.js';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const sample = await readFile(join(site, 'samples/chelsea.safetensors'));
const run = readSafetensors(new Uint8Array(sample).buffer).tensors.cls_attention;
const [layers, heads, rows, cols] = run.shape;
const maps = { layers, heads, rows, cols, cls: /** @type {Float32Array} */ (run.data) };
const size = rows * cols;

/** The maps of another patch are those of [CLS] from behind. */
const asked = Float32Array.from(maps.cls).reverse();
const plain = mapsFile(maps);
const baked = mapsFile(maps, { queries: { '9,14': asked } });
const other = /** @type {const} */ ({ ...maps, heads: 1, layers: 2, cls: maps.cls.subarray(0, 2 * size) });

/** @type {Record<string, Uint8Array>} */
const files = {
  'baked.maps': baked.file,
  'plain.maps': plain.file,
  'newer.maps': mapsFile(other, { facts: { version: '2' } }).file,
  'another-photo.maps': mapsFile(other, { facts: { photo_width: '300' } }).file,
  'shown-smaller.maps': mapsFile(other, { facts: { photo_width: '1353', photo_height: '901' } }).file,
  'cut.maps': plain.file.subarray(0, plain.file.length - 100),
  'no-header.maps': plain.file.subarray(8),
  'empty.maps': new Uint8Array(),
  'weights.maps': safetensors({ format: 'pt' }, { cls: ['U8', [1], new Uint8Array(1)] }),
  'negative.maps': mapsFile(other, { change: (tensors) => { /** @type {Float32Array} */ (tensors['cls.low'][2])[0] = -1; } }).file,
  'shapes.maps': mapsFile(other, { change: (tensors) => { tensors['cls.low'][1] = [1, 1]; } }).file,
  'huge.maps': mapsFile(other, { change: (tensors) => { tensors.cls[1] = [2 ** 31, 2 ** 31, 2 ** 31, 2 ** 31]; } }).file,
  'nan.maps': mapsFile(other, { change: (tensors) => { /** @type {Float32Array} */ (tensors['cls.high'][2])[0] = NaN; } }).file,
  'no-photo.jpg': Buffer.from('no photo'),
};

const photo = 'src="/samples/chelsea.jpg"';
const poster = '<img src="/poster.jpg" alt="The poster" width="451" height="300">';
const figure = (attributes = '', of = `${photo} maps="/made/baked.maps"`) => `<vit-attention ${of} ${attributes}>${poster}</vit-attention>`;

/** An article with this in it is at /article?body. @type {import('./server.js').Route} */
const articles = ['/article', async (request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://localhost');
  const policy = searchParams.get('policy');
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...(policy ? { 'Content-Security-Policy': policy } : {}) });
  response.end(article(searchParams.get('body') ?? '', searchParams.getAll('script')).replace(/style="[^"]*"/, policy ? '' : '$&'));
}];

/** A copy of another version. @type {import('./server.js').Route} */
const otherVersion = ['/other-embed.js', async (_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/javascript' });
  response.end((await readFile(join(site, 'embed.js'), 'utf8')).replaceAll('0.1.0', '9.9.9'));
}];

const { url, close } = await startServer({ isolated: false, files, routes: [articles, otherVersion] });
const elsewhere = await startServer({ isolated: false });
const browser = await startBrowser();
after(async () => {
  await browser.close();
  close();
  elsewhere.close();
});

/** @typedef {{layer: number, heads: 'all' | number[], query: number[] | null, view: string, divider: number, mode: string}} State */

/**
 * @param {string} body
 * @param {{options?: import('playwright-core').BrowserContextOptions, scripts?: string[], policy?: string, before?: () => void}} [how]
 */
async function open(body, { options = {}, scripts = ['/embed.js'], policy = '', before } = {}) {
  const context = await browser.newContext({ viewport: { width: 700, height: 700 }, ...options });
  const page = await context.newPage();
  /** @type {string[]} */
  const exceptions = [];
  page.on('pageerror', ({ message }) => exceptions.push(message));
  await page.addInitScript(() => {
    const noted = /** @type {any} */ (window);
    noted.events = [];
    for (const name of ['state', 'results', 'error', 'hover']) addEventListener(`headlens-${name}`, (event) => noted.events.push([name, /** @type {CustomEvent} */ (event).detail]));
  });
  await page.addInitScript(watchGraphics);
  if (before) await page.addInitScript(before);
  const query = new URLSearchParams([['body', body], ['policy', policy], ...scripts.map((one) => ['script', one])]);
  await page.goto(`${url}/article?${query}`);
  const at = page.locator('vit-attention').first();
  const shown = {
    page,
    at,
    exceptions,
    close: () => context.close(),
    canvas: at.locator('canvas'),
    state: () => at.evaluate((/** @type {any} */ one) => /** @type {State} */ (one.state)),
    /** @type {(name: string) => Promise<any[]>} */
    events: (name) => page.evaluate((wanted) => Reflect.get(window, 'events').filter((/** @type {any[]} */ [one]) => one === wanted).map((/** @type {any[]} */ [, detail]) => detail), name),
    message: async () => (await at.locator('.message').textContent()) ?? '',
    posterIsSeen: () => at.locator('img').isVisible(),
    /** @param {Record<string, string>} attributes */
    set: (attributes) => at.evaluate((one, all) => {
      for (const [name, value] of Object.entries(all)) one.setAttribute(name, value);
      return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }, attributes),
    picture: async () => readPng(Buffer.from((await at.evaluate((one) =>
      /** @type {HTMLCanvasElement} */ (one.shadowRoot?.querySelector('canvas')).toDataURL())).split(',')[1], 'base64')),
    /** Where a patch is on the page. @param {number} row @param {number} col */
    async placeOf(row, col) {
      const box = /** @type {{x: number, y: number, width: number, height: number}} */ (await at.locator('canvas').boundingBox());
      return { x: box.x + (box.width * (336 / 337) * (col + 0.5)) / cols, y: box.y + (box.height * (row + 0.5)) / rows };
    },
  };
  return shown;
}

/** @param {Parameters<typeof open>} args */
async function openDrawn(...args) {
  const shown = await open(...args);
  await shown.canvas.waitFor();
  return shown;
}

/** @param {string} title @param {string} body @param {(shown: Awaited<ReturnType<typeof open>>) => Promise<unknown>} check @param {Parameters<typeof open>[1]} [how] */
const withFigure = (title, body, check, how) => test(title, async () => {
  const shown = await openDrawn(body, how);
  await check(shown);
  assert.deepEqual(shown.exceptions, []);
  await shown.close();
});

/** @param {Float32Array} of (layers, heads, rows, cols) @param {number} layer @param {number} row @param {number} col */
const scoresAt = (of, layer, row, col) => Array.from({ length: heads }, (_, head) => of[((layer - 1) * heads + head) * size + row * cols + col]);

describe('The picture', () => {
  withFigure('is what the viewer draws of the same numbers', figure('controls="none"', `${photo} maps="/made/plain.maps"`), async ({ page, at, picture }) => {
    await at.evaluate((one) => { /** @type {HTMLElement} */ (one).style.width = '451px'; });
    await page.evaluate(async () => {
      const { createViewer } = await import('/viewer.js' + '');
      const canvas = document.body.appendChild(document.createElement('canvas'));
      canvas.style.cssText = 'display: block; width: 600px; height: 500px';
      const viewer = await createViewer(canvas);
      const photoFile = await (await fetch('/samples/chelsea.jpg')).blob();
      viewer.setPhoto(await createImageBitmap(photoFile, { colorSpaceConversion: 'none' }));
      const { results } = /** @type {any} */ (document.querySelector('vit-attention'));
      viewer.setMaps({ ...results, height: 224, width: 336, resized: { height: 224, width: 337 } });
      Reflect.set(window, 'viewer', viewer);
    });
    /** @type {Record<string, any>[]} */
    const states = [
      { layer: 12 }, { layer: 3, mode: 'mean' }, { layer: 12, mode: 'max', colormap: 'viridis' }, { layer: 7, mode: 'single', head: 2, colormap: 'turbo' },
      { layer: 12, mode: 'figure' }, { layer: 12, keep_mass: 0.6 }, { layer: 12, keep_mass: 0.4, combine: 'union', normalisation: 'head' },
      { layer: 12, keep_mass: 0.8, combine: 'intersection', interpolation: 'nearest' }, { layer: 5, normalisation: 'log', palette: 'okabe-ito' },
      { layer: 12, normalisation: 'heads', opacity: 0.5 }, { layer: 9, normalisation: 'layers', mode: 'mean', colormap: 'grey' },
      { layer: 12, heads: [1, 3], colours: ['#ff0000', '#00ff00', '#0000ff'] },
    ];
    for (const state of states) {
      const start = await page.evaluate(() => {
        const { state: now } = /** @type {any} */ (document.querySelector('vit-attention'));
        return Reflect.set(window, 'start', Reflect.get(window, 'start') ?? now);
      });
      assert.ok(start);
      await page.evaluate(async (next) => {
        const all = { .../** @type {any} */ (window).start, ...next };
        /** @type {any} */ (document.querySelector('vit-attention')).state = all;
        Reflect.get(window, 'viewer').setState({ ...all, photo: '' });
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      }, state);
      const theirs = await page.evaluate(() => {
        const { data, height, width } = Reflect.get(window, 'viewer').picture({ height: 300, width: 451 });
        const canvas = Object.assign(document.createElement('canvas'), { height, width });
        canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(data), width), 0, 0);
        return canvas.toDataURL().split(',')[1];
      });
      const { max, mean } = difference(await picture(), readPng(Buffer.from(theirs, 'base64')));
      assert.ok(max <= 2 && mean < 0.5, `${JSON.stringify(state)}: ${max} levels, ${mean} in the mean`);
    }
  });

  withFigure('is what the native tool draws, but for eight bits', figure('controls="none"', `${photo} maps="/made/plain.maps"`), async ({ at, set, picture }) => {
    await at.evaluate((one) => { /** @type {HTMLElement} */ (one).style.width = '451px'; });
    await set({ layer: '12' });
    const { mean } = difference(await picture(), await nativeOverlay('chelsea.jpg'));
    assert.ok(mean < 1, `${mean} levels in the mean`);
  });

  withFigure('moves nothing when it takes the place of the poster', `${figure()}<p id="next">next</p>`, async ({ page, at }) => {
    const height = await at.locator('canvas').evaluate((canvas) => canvas.getBoundingClientRect().height);
    const width = await at.locator('canvas').evaluate((canvas) => canvas.getBoundingClientRect().width);
    assert.ok(Math.abs(height - (width * 300) / 451) < 1, `${height}`);
    assert.ok(await page.evaluate(() => getComputedStyle(/** @type {Element} */ (document.querySelector('vit-attention'))).display) === 'block');
  });

  withFigure('is sharp where the device has more pixels', figure(), async ({ canvas }) => {
    const { width, css } = await canvas.evaluate((one) => ({ width: /** @type {HTMLCanvasElement} */ (one).width, css: one.getBoundingClientRect().width }));
    assert.equal(width, Math.round(3 * css));
  }, { options: { deviceScaleFactor: 3 } });

  withFigure('comes back when the graphics context was lost', figure(), async ({ page, at, picture }) => {
    const before = await picture();
    await page.evaluate(() => Reflect.get(window, 'lost').loseContext());
    await at.evaluate((/** @type {any} */ one) => { one.state = { layer: 2 }; });
    await page.waitForTimeout(100);
    await page.evaluate(() => Reflect.get(window, 'lost').restoreContext());
    await until(async () => difference(before, await picture()).mean > 1);
    await at.evaluate((/** @type {any} */ one) => { one.state = { layer: 0 }; });
    await until(async () => difference(before, await picture()).max === 0);
  });

  withFigure('needs one graphics context for three figures', figure() + figure('layer="2"') + figure('mode="mean"'), async ({ page, exceptions }) => {
    await until(async () => await page.locator('canvas').count() === 3);
    const pictures = await page.evaluate(() => [...document.querySelectorAll('vit-attention')].map((one) => /** @type {HTMLCanvasElement} */ (one.shadowRoot?.querySelector('canvas')).toDataURL()));
    assert.equal(new Set(pictures).size, 3);
    assert.equal(await page.evaluate(() => Reflect.get(window, 'contexts')), 1);
    assert.deepEqual(exceptions, []);
  }, { options: { viewport: { width: 700, height: 2000 } } });
});

describe('A reader', () => {
  withFigure('sees the scores of the file under the pointer', figure('layer="4"'), async ({ page, at, placeOf, events }) => {
    const { x, y } = await placeOf(20, 30);
    await page.mouse.move(x, y);
    await at.locator('.tip').waitFor();
    const [{ row, col, scores }] = (await events('hover')).slice(-1);
    const wanted = scoresAt(baked.cls, 4, 20, 30);
    assert.deepEqual([row, col], [20, 30]);
    scores.forEach((/** @type {number} */ score, /** @type {number} */ head) => assert.ok(Math.abs(score - wanted[head]) < 1e-7));
    const tip = await at.locator('.tip').innerText();
    assert.match(tip, /^Row 20, column 30\nHead 1/);
    const said = tip.match(/Head 2\s+([\d.]+) %/)?.[1] ?? '';
    assert.equal(said, (100 * wanted[1]).toFixed(said.split('.')[1]?.length ?? 0));
    await page.mouse.move(1, 1);
    assert.equal((await events('hover')).pop(), null);
  });

  withFigure('moves through the layers, and the attribute follows', figure('layer="12"'), async ({ page, at, picture, state, events }) => {
    const before = await picture();
    await at.getByRole('slider', { name: 'Layer' }).press('ArrowLeft');
    assert.equal(await at.getAttribute('layer'), '11');
    assert.equal((await state()).layer, 11);
    assert.equal((await events('state')).pop().layer, 11);
    await until(async () => difference(before, await picture()).mean > 1);
    await at.evaluate((/** @type {any} */ one) => { one.state = { layer: 0 }; });
    assert.equal(await at.getAttribute('layer'), null);
    await page.evaluate(() => Reflect.get(window, 'events').splice(0));
    await at.evaluate((one) => one.setAttribute('layer', '7'));
    assert.equal((await state()).layer, 7);
    assert.equal(await at.getByRole('slider', { name: 'Layer' }).inputValue(), '7');
  });

  withFigure('turns heads off and on', figure(), async ({ at, state }) => {
    const head = at.getByRole('button', { name: 'Head 2' });
    assert.equal(await head.getAttribute('aria-pressed'), 'true');
    await head.click();
    assert.equal(await head.getAttribute('aria-pressed'), 'false');
    assert.equal(await at.getAttribute('heads'), '1,3');
    assert.match(await at.getByRole('img').getAttribute('aria-label') ?? '', /Where \[CLS\] looks: head 1, \d+ % at the [a-z ]+; head 3,/);
    await head.click();
    assert.equal((await state()).heads, 'all');
    assert.equal(await at.getAttribute('heads'), null);
  });

  withFigure('asks a patch that was baked, by a click, and goes back by Escape', figure('layer="12"'), async ({ page, at, placeOf, state, events, picture }) => {
    const before = await picture();
    const [left, top] = [((336 / 337) * 14.5 * before.width) / cols, (9.5 * before.height) / rows].map(Math.round);
    assert.deepEqual([...before.data.subarray(4 * (top * before.width + left), 4 * (top * before.width + left) + 3)], [255, 255, 255], 'it is not marked');
    const elsewhere = await placeOf(3, 3);
    await page.mouse.click(elsewhere.x, elsewhere.y);
    assert.equal((await state()).query, null, 'this one was not baked');
    const { x, y } = await placeOf(9, 14);
    await page.mouse.click(x, y);
    assert.deepEqual((await state()).query, [9, 14]);
    assert.equal(await at.getAttribute('query'), '9,14');
    await until(async () => difference(before, await picture()).mean > 1);
    const { x: x2, y: y2 } = await placeOf(20, 30);
    await page.mouse.move(x2, y2);
    const { scores } = (await events('hover')).pop();
    scoresAt(baked.queries['9,14'], 12, 20, 30).forEach((score, head) => assert.ok(Math.abs(score - scores[head]) < 1e-7));
    await page.keyboard.press('Escape');
    assert.equal((await state()).query, null);
    await page.mouse.click(x, y);
    await at.getByRole('button', { name: 'Patch 9,14' }).click();
    assert.equal(await at.getAttribute('query'), null);
  });

  withFigure('walks over the patches with the keys, while the picture has the focus', `<p>before</p>${figure()}<div style="height: 3000px"></div>`, async ({ page, at, canvas, state }) => {
    await page.keyboard.press('ArrowDown');
    await until(() => page.evaluate(() => scrollY > 0));
    await page.waitForTimeout(300); // it scrolls smoothly
    await page.evaluate(() => scrollTo(0, 0));
    await canvas.focus();
    for (const key of ['ArrowUp', 'ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key);
    assert.match(await at.getByRole('status').first().innerText(), /^Row 13, column 19\n/);
    assert.equal(await page.evaluate(() => scrollY), 0);
    for (let i = 0; i < 4; ++i) await page.keyboard.press('ArrowUp');
    for (let i = 0; i < 5; ++i) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    assert.deepEqual((await state()).query, [9, 14]);
    const wheel = await canvas.evaluate((one) => {
      const event = new WheelEvent('wheel', { bubbles: true, cancelable: true, deltaY: 100 });
      one.dispatchEvent(event);
      return [event.defaultPrevented, getComputedStyle(one).touchAction];
    });
    assert.deepEqual(wheel, [false, 'pan-y']);
  });

  withFigure('sees each head, all layers, and two pictures with a divider', figure(), async ({ page, at, canvas, picture, set, state, placeOf }) => {
    const overlay = await picture();
    await set({ view: 'heads' });
    const small = await picture();
    assert.ok(small.height < overlay.height / 2, 'three in a row');
    await set({ view: 'atlas' });
    const box = /** @type {{x: number, y: number, width: number, height: number}} */ (await canvas.boundingBox());
    const cell = { x: box.x + 20 + ((box.width - 20) * 4.5) / layers, y: box.y + 20 + ((box.height - 20) * 1.5) / heads };
    await page.mouse.click(cell.x, cell.y);
    const { view, layer, heads: on } = await state();
    assert.deepEqual([view, layer, on], ['overlay', 5, [2]]);
    await set({ view: 'slider', heads: 'all', layer: '12' });
    const middle = await placeOf(14, 21);
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.down();
    await page.mouse.move(middle.x - 200, middle.y, { steps: 4 });
    await page.mouse.up();
    const { divider } = await state();
    assert.ok(divider > 0.1 && divider < 0.4, `${divider}`);
    assert.equal(await at.getAttribute('divider'), String(divider));
  });

  withFigure('finds the other settings behind Options, by keyboard too', figure(), async ({ at, state }) => {
    await at.getByRole('button', { name: 'Options' }).press('Enter');
    await at.getByLabel('mode').selectOption('mean');
    await at.getByLabel('colormap').selectOption('viridis');
    await at.getByLabel('keep mass').press('ArrowLeft');
    const { mode, colormap, keep_mass } = /** @type {any} */ (await state());
    assert.deepEqual([mode, colormap, keep_mass], ['mean', 'viridis', 0.99]);
    assert.equal(await at.getAttribute('keep-mass'), '0.99');
  });

  withFigure('touches a patch, and the page still scrolls', figure(), async ({ page, at, placeOf }) => {
    const { x, y } = await placeOf(20, 30);
    await page.touchscreen.tap(x, y);
    assert.match(await at.locator('.tip').innerText(), /^Row 20, column 30/);
  }, { options: { hasTouch: true, viewport: { width: 390, height: 844 } } });
});

describe('The element', () => {
  withFigure('has the whole state of the page, and takes a part of it', figure('layer="3" keep-mass="0.6"'), async ({ page, at, state }) => {
    const names = Object.keys(await state()).sort();
    assert.deepEqual(names, await page.evaluate(async () => {
      const { createViewer } = await import('/viewer.js' + '');
      return Object.keys((await createViewer(document.createElement('canvas'))).state()).sort();
    }));
    await at.evaluate((/** @type {any} */ one) => { one.state = { mode: 'mean', heads: [2, 1] }; });
    assert.equal(await at.getAttribute('mode'), 'mean');
    assert.equal(await at.getAttribute('heads'), '2,1');
    assert.equal(await at.getAttribute('keep-mass'), '0.6');
  });

  withFigure('gives its results, by the promise and by the event', figure(), async ({ at, events }) => {
    const found = await at.evaluate(async (/** @type {any} */ one) => {
      const { layers, heads, rows, cols, model, cls, queries } = await one.ready;
      return [layers, heads, rows, cols, model, cls.length, [...queries.keys()], one.results === await one.ready];
    });
    assert.deepEqual(found, [layers, heads, rows, cols, 'DINO ViT-T/8', maps.cls.length, ['9,14'], true]);
    assert.equal((await events('results')).length, 1);
  });

  test('works when a script makes it, moves it, takes it away, and when it is defined late', async () => {
    const { page, at, state, exceptions, close: end } = await open('<main></main><aside></aside>', { scripts: [] });
    await page.evaluate(() => {
      const made = Object.assign(document.createElement('vit-attention'), { state: { layer: 4 } });
      made.setAttribute('src', '/samples/chelsea.jpg');
      made.setAttribute('maps', '/made/baked.maps');
      document.querySelector('main')?.append(made);
    });
    await page.addScriptTag({ type: 'module', url: '/embed.js' });
    await at.locator('canvas').waitFor();
    assert.equal((await state()).layer, 4);
    await page.evaluate(() => document.querySelector('aside')?.append(/** @type {Element} */ (document.querySelector('vit-attention'))));
    await at.evaluate((one) => one.setAttribute('layer', '5'));
    await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.equal((await state()).layer, 5);
    await page.evaluate(() => document.querySelector('vit-attention')?.remove());
    await page.waitForTimeout(50);
    assert.deepEqual(exceptions, []);
    await end();
  });

  withFigure('says what it shows, or what the author says', figure('layer="12"'), async ({ at, set }) => {
    const label = () => at.getByRole('img').getAttribute('aria-label');
    assert.match(await label() ?? '', /^Attention in DINO ViT-T\/8, layer 12 of 12\. Where \[CLS\] looks: head 1, \d+ % at the/);
    await set({ alt: 'A cat.' });
    assert.equal(await label(), 'A cat.');
  });

  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    withFigure(`has no fault that axe-core finds, ${scheme}`, `<style>:root { color-scheme: light dark }</style><main><h1>Article</h1>${figure()}</main>`, async ({ page, at, set }) => {
      await at.getByRole('button', { name: 'Options' }).click();
      for (const view of ['overlay', 'slider']) {
        await set({ view, mode: view === 'slider' ? 'mean' : 'heads', query: '9,14' });
        await page.evaluate(`if (!window.axe) { ${axe} }`);
        const { violations } = await page.evaluate(() => Reflect.get(window, 'axe').run());
        assert.deepEqual(violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ node) => node.html).join(' ')}`), []);
      }
    }, { options: { colorScheme: scheme } });
  }

  withFigure('works under a strict policy', figure(), async ({ exceptions }) => assert.deepEqual(exceptions, []),
    { policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'" });

  withFigure('is drawn by the first of two versions, and says so', figure(), async ({ message, exceptions }) => {
    await until(async () => await message() !== '');
    assert.match(await message(), /^This page loads embed\.js 0\.1\.0 and 9\.9\.9: 0\.1\.0 draws this, leave one out\.$/);
    assert.deepEqual(exceptions, []);
  }, { scripts: ['/embed.js', '/other-embed.js'] });

  withFigure('is silent about a second copy of its version', figure(), async ({ page, message }) => {
    await page.waitForTimeout(200);
    assert.equal(await message(), '');
  }, { scripts: ['/embed.js', '/embed.js?again'] });
});

describe('The poster stays', () => {
  test('without JavaScript', async () => {
    const { posterIsSeen, close: end } = await open(figure(), { options: { javaScriptEnabled: false } });
    assert.ok(await posterIsSeen());
    await end();
  });

  /** What is wrong, as it is written, and what the figure says. @type {[string, string, RegExp, {before?: () => void}?][]} */
  const wrongs = [
    ['an unknown attribute', figure('layr="3"'), /^<vit-attention> has no attribute layr, but layer\.$/],
    ['a value out of range', figure('opacity="1.5"'), /^opacity cannot be 1\.5: it takes a number from 0 to 1\.$/],
    ['a value that is none', figure('mode="media"'), /^mode cannot be media: it takes heads, mean, max, single, figure\.$/],
    ['a layer that is not there', figure('layer="14"'), /no layer 14: they have 12 layers, 3 heads, 28 x 42 patches/],
    ['a head that is not there', figure('heads="1,5"'), /no head 5/],
    ['a query that was not baked', figure('query="3,3"'), /no query 3,3/],
    ['a view of the page', figure('view="rollout"'), /^view cannot be rollout: it takes overlay, heads, atlas, slider\.$/],
    ['what only the page draws', figure('contours="smooth"'), /^A figure does not draw contours, the headlens page does\.$/],
    ['no photo', figure('', 'maps="/made/baked.maps"'), /^The figure has no src, its photo\.$/],
    ['a photo that is not there', figure('', 'src="/gone.jpg" maps="/made/baked.maps"'), /^The photo \/gone\.jpg cannot be fetched \(404\)\.$/],
    ['a photo that is none', figure('', 'src="/made/no-photo.jpg" maps="/made/baked.maps"'), /^The photo is damaged, or no picture\.$/],
    ['a photo of another server', figure('', `src="${elsewhere.url}/samples/chelsea.jpg" maps="/made/baked.maps"`), /^The photo http:.* is on a server that keeps it from this page \(CORS\)\.$/],
    ['a server that is not there', figure('', 'src="http://localhost:9/cat.jpg" maps="/made/baked.maps"'), /^The photo http:\/\/localhost:9\/cat\.jpg cannot be fetched\.$/],
    ['maps that are not there', figure('', `${photo} maps="/gone.maps"`), /^The maps \/gone\.maps cannot be fetched \(404\)\.$/],
    ['maps of another photo', figure('', `${photo} maps="/made/another-photo.maps"`), /^The maps do not fit the photo of 451 x 300 pixels: theirs has 300 x 300\.$/],
    ['maps of a newer version', figure('', `${photo} maps="/made/newer.maps"`), /^The maps are of version 2, newer than this embed\.js: take theirs\.$/],
    ...['cut', 'no-header', 'empty', 'weights', 'negative', 'shapes', 'huge', 'nan'].map((name) => /** @type {[string, string, RegExp]} */ (
      [`maps that are damaged (${name})`, figure('', `${photo} maps="/made/${name}.maps"`), /^The maps are damaged \(.+\): bake them again\.$/])),
    ['no WebGL 2', figure(), /^This browser has no WebGL 2 to draw with\.$/, { before: () => Reflect.set(window, 'noGraphics', true) }],
  ];
  for (const [what, body, sentence, how] of wrongs) {
    test(`and a sentence says what is wrong with ${what}`, async () => {
      const { at, message, posterIsSeen, exceptions, events, close: end } = await open(body, how);
      await until(async () => sentence.test(await message()));
      assert.ok(await posterIsSeen());
      assert.equal(await at.getByLabel('Layer').filter({ visible: true }).count(), 0, 'a control of what is not drawn');
      assert.match((await events('error'))[0].message, sentence);
      assert.deepEqual(exceptions, []);
      await end();
    });
  }

  test('until what was wrong is put right', async () => {
    const { at, canvas, message, close: end } = await open(figure('opacity="2"'));
    await until(async () => await message() !== '');
    await at.evaluate((one) => one.setAttribute('opacity', '0.9'));
    await canvas.waitFor();
    assert.equal(await message(), '');
    await end();
  });
});

withFigure('What is wrong later leaves the picture as it is', figure('layer="3"'), async ({ at, message, canvas, state }) => {
  await at.evaluate((/** @type {any} */ one) => { one.state = { layer: 5, mode: 'no' }; });
  assert.match(await message(), /^mode cannot be no/);
  assert.equal((await state()).layer, 3);
  await at.evaluate((one) => one.setAttribute('maps', '/gone.maps'));
  await until(async () => /gone/.test(await message()));
  assert.ok(await canvas.isVisible());
});

withFigure('A photo may be shown smaller than it was baked', figure('', `${photo} maps="/made/shown-smaller.maps"`), async ({ message }) => assert.equal(await message(), ''));
