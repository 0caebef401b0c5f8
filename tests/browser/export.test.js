// What leaves the page: every file is read back by what a reader would read it with.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { openPage, startBrowser, until } from './page-driver.js';
import { cut, difference, photoPath, readPng } from './pictures.js';
import { startServer } from './server.js';

/** @typedef {import('./page-driver.js').Driver} Driver */

const { url, close } = await startServer();
const browser = await startBrowser();
const folder = await mkdtemp(join(tmpdir(), 'headlens-'));
after(async () => {
  await browser.close();
  close();
  await rm(folder, { recursive: true });
});
const desk = await openPage(browser, `${url}/`);
await desk.ready();
await desk.drop(photoPath('chelsea.jpg')); // the engine's own maps: those that are served lack the prefix
const { page } = desk;

const python = async (/** @type {string} */ program, /** @type {string[]} */ args) =>
  JSON.parse((await promisify(execFile)('python3', ['-c', program, ...args], { maxBuffer: 64e6 })).stdout);

const says = () => page.textContent('#export .says');

/** Presses a button of the dialog, and takes what comes of it. @param {string} button */
async function exported(button) {
  const download = page.waitForEvent('download');
  await page.click(`#export ${button}`);
  const file = await download;
  const path = join(folder, file.suggestedFilename());
  await file.saveAs(path);
  await until(async () => /^Saved /.test(await says() ?? ''));
  return { name: file.suggestedFilename(), path, bytes: await readFile(path) };
}

/** What the engine gave for the photo on screen. */
const engineMaps = () => desk.app.evaluate(({ scenes }) => {
  const { maps, answer } = /** @type {any} */ (scenes.shown()).views[0];
  const { layers, heads, rows, cols } = maps;
  return {
    layers, heads, rows, cols, cls: Array.from(maps.cls), prefix: Array.from(maps.prefix),
    query: answer && Array.from(answer.scores),
  };
});

/** @param {[number, number]} patch */
async function ask(patch) {
  await desk.setState({ query: patch });
  await page.waitForFunction(([{ scenes }, wanted]) =>
    String(/** @type {any} */ (scenes.shown())?.views[0].answer?.patch) === wanted, /** @type {const} */ ([desk.app, String(patch)]));
}

beforeEach(async () => {
  await page.keyboard.press('Escape');
  await desk.setState({ layer: 0, heads: 'all', query: null, mode: 'heads', keep_mass: 1, contours: 'none', view: 'overlay' });
  await page.keyboard.press('e');
  await page.waitForSelector('#export[open]');
  await page.check('#export [name=scale][value="1"]');
  await page.uncheck('#export [name=caption]');
});

describe('a picture', () => {
  test('is as large as the photo, and as it is shown', async () => {
    const { name, bytes } = await exported('.png');
    assert.equal(name, 'headlens-chelsea-layer12.png');
    const saved = readPng(bytes);
    assert.deepEqual([saved.width, saved.height], [451, 300]);
    assert.deepEqual(difference(saved, await desk.picture()), { max: 0, mean: 0 });
    assert.equal(await says(), 'Saved headlens-chelsea-layer12.png, 451 \u00d7 300 pixels.');
  });

  test('is drawn anew at twice the size, not blown up', async () => {
    await page.check('#export [name=scale][value="2"]');
    const { name, bytes } = await exported('.png');
    assert.equal(name, 'headlens-chelsea-layer12-2x.png');
    const saved = readPng(bytes);
    assert.deepEqual([saved.width, saved.height], [902, 600]);
    assert.deepEqual(difference(saved, await desk.picture({ height: 600, width: 902 })), { max: 0, mean: 0 });
  });

  test('has its caption under it, with the colours of the heads', async () => {
    await page.check('#export [name=caption]');
    const saved = readPng((await exported('.png')).bytes);
    assert.equal(saved.width, 451);
    assert.ok(saved.height > 320 && saved.height < 400, `${saved.height} pixels high`);
    assert.deepEqual(difference(cut(saved, { x: 0, y: 0, height: 300, width: 451 }), await desk.picture()), { max: 0, mean: 0 });
    const strip = cut(saved, { x: 0, y: 300, height: saved.height - 300, width: 451 });
    const colours = await desk.app.evaluate(({ viewer }) => viewer.headColours(3));
    for (const colour of colours) {
      const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
      let count = 0;
      for (let at = 0; at < strip.data.length; at += 4) {
        if (strip.data[at] === r && strip.data[at + 1] === g && strip.data[at + 2] === b) ++count;
      }
      assert.ok(count > 10, `${count} pixels of ${colour}`);
    }
  });

  test('of a size that the driver cannot draw comes as large as it can be, and says so', async () => {
    await desk.app.evaluate(({ viewer }) => {
      const { picture } = viewer;
      Object.assign(viewer, { picture: (/** @type {any} */ size, /** @type {any} */ pane) => {
        if (size?.width > 600) throw new Error('more than this graphics driver can draw');
        Object.assign(viewer, { picture });
        return picture(size, pane);
      } });
    });
    await page.check('#export [name=scale][value="2"]');
    const saved = readPng((await exported('.png')).bytes);
    assert.deepEqual([saved.width, saved.height], [577, 384]);
    assert.match(await says() ?? '', /577 \u00d7 384 pixels, the largest that this browser can draw\./);
  });

  test('of each head comes in a zip, that head alone', async () => {
    const { name, path } = await exported('.heads');
    assert.equal(name, 'headlens-chelsea-layer12-heads.zip');
    const files = await python(`
import base64, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as zip:
    assert zip.testzip() is None
    print(json.dumps({name: base64.b64encode(zip.read(name)).decode() for name in zip.namelist()}))`, [path]);
    assert.deepEqual(Object.keys(files), ['head1.png', 'head2.png', 'head3.png']);
    assert.equal((await desk.state()).heads, 'all');
    for (const head of [1, 2, 3]) {
      await desk.setState({ heads: [head] });
      const saved = readPng(Buffer.from(files[`head${head}.png`], 'base64'));
      assert.deepEqual(difference(saved, await desk.picture()), { max: 0, mean: 0 });
    }
  });
});

describe('the numbers', () => {
  test('are read by numpy as the engine gave them', async () => {
    await ask([3, 5]);
    const { name, path } = await exported('.npz');
    assert.equal(name, 'headlens-chelsea-patch-3-5.npz');
    const arrays = await python(`
import json, numpy, sys
arrays = numpy.load(sys.argv[1])
print(json.dumps({name: {"dtype": str(arrays[name].dtype), "shape": arrays[name].shape, "values": arrays[name].ravel().tolist()}
                  for name in arrays.files if name != "facts.json"} | {"facts": json.loads(arrays["facts.json"])}))`, [path]);
    const maps = await engineMaps();
    const shape = [maps.layers, maps.heads, maps.rows, maps.cols];
    assert.deepEqual(Object.keys(arrays), ['cls_attention', 'prefix_attention', 'query_attention', 'facts']);
    assert.deepEqual(arrays.cls_attention, { dtype: 'float32', shape, values: maps.cls });
    assert.deepEqual(arrays.query_attention, { dtype: 'float32', shape, values: maps.query });
    assert.deepEqual(arrays.prefix_attention, { dtype: 'float32', shape: [12, 3, 5], values: maps.prefix });
    assert.equal(arrays.facts.query, '3,5');
    assert.deepEqual(arrays.facts.view, await desk.state());
  });

  test('are in the JSON to the last bit', async () => {
    const { name, bytes } = await exported('.json');
    assert.equal(name, 'headlens-chelsea.json');
    const { cls_attention: { shape, values }, view, model } = JSON.parse(String(bytes));
    const maps = await engineMaps();
    assert.deepEqual(shape, [maps.layers, maps.heads, maps.rows, maps.cols]);
    assert.deepEqual(Array.from(Float32Array.from(values)), maps.cls);
    assert.deepEqual(view, await desk.state());
    assert.match(model, /DINO/);
  });

  test('bring the view back when their JSON is dropped on the page', async () => {
    await desk.setState({ layer: 4, mode: 'max', opacity: 0.5 });
    await ask([7, 9]);
    const { path } = await exported('.json');
    await page.keyboard.press('Escape');
    const before = await desk.state();
    await desk.setState({ layer: 0, mode: 'heads', opacity: 0.85, query: null });
    await desk.drop(path);
    await desk.stateBecomes((state) => String(state.query) === '7,9');
    assert.deepEqual(await desk.state(), before);

    const nonsense = join(folder, 'nonsense.json');
    await writeFile(nonsense, '[1, 2');
    await desk.drop(nonsense);
    await until(async () => /holds no view of headlens/.test(await desk.message()));
    assert.deepEqual(await desk.state(), before);
    await page.click('#message button');
  });
});

describe('the clipboard', () => {
  beforeEach(() => page.context().grantPermissions(['clipboard-read', 'clipboard-write']));

  const clipboardPng = async () => readPng(Buffer.from(await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    return [...new Uint8Array(await (await item.getType('image/png')).arrayBuffer())];
  })));

  test('gets the picture, by the button and by Ctrl+C', async () => {
    await page.click('#export .copy');
    await until(async () => /^Copied/.test(await says() ?? ''));
    assert.deepEqual(difference(await clipboardPng(), await desk.picture()), { max: 0, mean: 0 });

    await page.keyboard.press('Escape');
    await desk.setState({ layer: 3 });
    await page.keyboard.press('Control+c');
    const expected = await desk.picture();
    await until(async () => difference(await clipboardPng(), expected).max === 0);
  });

  test('gets selected text as on any page', async () => {
    await page.keyboard.press('Escape');
    await page.evaluate(() => getSelection()?.selectAllChildren(/** @type {Node} */ (document.querySelector('h1'))));
    await page.keyboard.press('Control+c');
    await until(async () => await page.evaluate(() => navigator.clipboard.readText()) === 'headlens');
    await page.evaluate(() => getSelection()?.removeAllRanges());
  });

  test('gets a link that opens the same view elsewhere', async () => {
    await page.keyboard.press('Escape');
    await page.click('[data-sample=coffee]');
    await desk.settled();
    await desk.setState({ layer: 5, mode: 'mean', opacity: 0.6, interpolation: 'nearest' });
    await ask([4, 6]);
    await page.waitForTimeout(100);
    await page.keyboard.press('e');
    await page.click('#export .copy-link');
    await until(async () => await says() === 'Copied the link.');
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const other = await openPage(browser, link);
    await other.ready();
    await other.stateBecomes(({ query }) => String(query) === '4,6');
    await until(async () => difference(await other.picture(), await desk.picture()).max === 0);
    assert.deepEqual(await other.state(), await desk.state());
    await other.close();
  });

  test('that is refused is said, with what to do instead', async () => {
    await page.context().clearPermissions();
    await page.evaluate(() => {
      Object.assign(navigator.clipboard, {
        write: () => Promise.reject(new DOMException('no', 'NotAllowedError')),
        writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')),
      });
    });
    await page.click('#export .copy');
    await until(async () => /save the PNG/.test(await says() ?? ''));
    await page.click('#export .copy-link');
    await until(async () => /stands in the field/.test(await says() ?? ''));
    assert.equal(await page.inputValue('#export [name=link]'), page.url());
  });
});
