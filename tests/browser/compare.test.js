// Two models beside each other on the page, in Chromium: the one it comes with, and one of other depth, heads and
// patches.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { openPage, scaled, startBrowser, until } from './page-driver.js';
import { cut, difference, photoPath, readPng } from './pictures.js';
import { site, startServer } from './server.js';
import { serveFolder } from '../../scripts/serve.mjs';

/** @typedef {import('./page-driver.js').Driver} Driver */

/** @type {{models: import('../../web/known-models.js').KnownModel[]}} */
const { models: known } = JSON.parse(await readFile(join(site, 'weights', 'models.json'), 'utf8'));
const bundled = known[0].name;
const bundledTitle = known[0].title;
const micro = 'deit-micro'; // patch 16, 2 layers, 2 heads; the bundled one: patch 8, 12 layers, 3 heads
const microPath = photoPath(`../fixtures/${micro}.safetensors`);
/** @type {import('../../web/known-models.js').KnownModel} as if the host served it too */
const microEntry = {
  ...known[0], name: micro, title: micro, patch: 16, width: 128, layers: 2, heads: 2, registers: 0,
  packed: { file: `more/${micro}.safetensors`, bytes: 0, sha256: '' },
};

const { url, close } = await startServer({ routes: [
  ['/more-models/weights/models.json', async (_, response) => response.end(JSON.stringify({ models: [...known, microEntry] }))],
  ['/more-models/weights/more/', serveFolder(dirname(microPath))],
  ['/more-models/', serveFolder(site)],
] });
const browser = await startBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
after(async () => {
  await browser.close();
  close();
});

/** @param {Driver} driver */
const captions = ({ app }) => app.evaluate(({ viewer }) => viewer.captions());

/** @param {Driver} driver */
const queries = ({ app }) => app.evaluate(({ viewer }) => viewer.queries());

/** @param {Driver} driver @param {number} count */
const panesBecome = (driver, count) => until(async () => (await captions(driver)).length === count);

/** @param {Driver} driver @param {string} name */
async function compareWith(driver, name) {
  await driver.setState({ compare: name });
  await until(async () => (await captions(driver)).at(1)?.model === (name === bundled ? bundledTitle : name));
  await driver.settled();
}

/** How many there are: their threads have workers too. @param {Driver} driver */
const engines = ({ page }) => page.workers().filter((worker) => worker.url().endsWith('engine-worker.js')).length;

/** By the dialog of models. @param {Driver} driver @param {string} name @param {Buffer} buffer */
async function compareWithFile({ page }, name, buffer) {
  await page.keyboard.press('w');
  await page.waitForSelector('#models[open] .compare-file:not([hidden])');
  await page.setInputFiles('#models .compare-file input', { name, mimeType: '', buffer });
}

/**
 * @param {Driver} driver
 * @param {number} pane
 * @param {number} right as a share of the photo's width
 * @param {number} down of its height
 */
async function place(driver, pane, right, down) {
  const box = await driver.photoBox(pane);
  return /** @type {const} */ ([box.x + right * box.width, box.y + down * box.height]);
}

/** @param {Driver} driver */
const answered = (driver) => until(() => driver.app.evaluate(({ viewer }) => {
  const asked = String(viewer.queries());
  return Reflect.get(window, 'answers')?.map(String).join() === asked;
}));

/** In the page: notes the patch whose maps each pane was last given. @param {Driver} driver */
const watchAnswers = (driver) => driver.app.evaluate(({ viewer }) => {
  /** @type {[number, number][]} */
  const answers = [];
  Reflect.set(window, 'answers', answers);
  const { setQueryMaps } = viewer;
  viewer.setQueryMaps = (scores, row, col, pane = 0) => {
    answers[pane] = [row, col];
    setQueryMaps(scores, row, col, pane);
  };
});

/** @param {Driver} driver @param {string} method */
const callsOf = async (driver, method) => (await driver.engineCalls()).filter((name) => name === method).length;

const same = { max: 0, mean: 0 };

describe('a second model beside the first', () => {
  /** @type {Driver} */
  let desk;
  /** A page with that model alone. @type {Driver} */
  let alone;
  before(async () => {
    desk = await openPage(browser, `${url}/more-models/`);
    await desk.ready();
    await watchAnswers(desk);
    alone = await openPage(browser, `${url}/`);
    await alone.ready();
    await alone.page.setInputFiles('#file', microPath);
    await until(() => alone.app.evaluate(({ model }) => model.name() === 'deit-micro'));
    await alone.settled();
    await compareWith(desk, micro);
  });
  after(async () => {
    await desk.close();
    await alone.close();
  });
  afterEach(async () => {
    await desk.page.mouse.move(640, 20);
    for (const page of [desk, alone]) await page.setState({ query: null, layer: 0, mode: 'heads', heads: 'all', head: 1 });
  });

  test('is drawn as where it is the only one, and so is the first', async () => {
    assert.deepEqual((await captions(desk)).map(({ model }) => model), [bundledTitle, micro]);
    assert.deepEqual(difference(await desk.picture(undefined, 1), await alone.picture()), same);
    const first = await openPage(browser, `${url}/`);
    await first.ready();
    await first.app.evaluate(({ scenes }) => scenes.again());
    await desk.app.evaluate(({ scenes }) => scenes.again());
    assert.deepEqual(difference(await desk.picture(undefined, 0), await first.picture()), same);
    await first.close();
    assert.equal(await desk.message(), '');
    assert.deepEqual(desk.problems, []);
  });

  for (const [width, height, density] of [[1280, 800, 1], [390, 844, 2]]) {
    test(`lies on the page where its box is, at ${width} x ${height}, density ${density}`, async () => {
      const page = await openPage(browser, `${url}/more-models/`, { width, height, density });
      await page.ready();
      await compareWith(page, micro);
      await page.page.waitForTimeout(100);
      for (const pane of [0, 1]) {
        const box = scaled(await page.photoBox(pane), density);
        const size = { height: Math.round(box.height), width: Math.round(box.width) };
        const { max, mean } = difference(cut(await page.screenshot(), box), await page.picture(size, pane));
        assert.ok(max <= 2 && mean <= 0.1, `pane ${pane}: up to ${max} levels, ${mean} in the mean`);
      }
      await page.close();
    });
  }

  test('shows the same layer as the first, or its last, and no engine runs for that', async () => {
    const calls = await desk.engineCalls();
    const last = [await desk.picture(undefined, 0), await desk.picture(undefined, 1)];
    await desk.setState({ layer: 5 });
    assert.deepEqual((await captions(desk)).map(({ details }) => details[0]), ['layer 5 of 12', 'layer 2 of 2']);
    assert.ok(difference(await desk.picture(undefined, 0), last[0]).mean > 3);
    assert.deepEqual(difference(await desk.picture(undefined, 1), last[1]), same);
    await desk.setState({ layer: 1 });
    await alone.setState({ layer: 1 });
    assert.deepEqual(difference(await desk.picture(undefined, 1), await alone.picture()), same);
    assert.ok(difference(await desk.picture(undefined, 1), last[1]).mean > 3);
    assert.deepEqual(await desk.engineCalls(), calls);
  });

  test('draws no head that it has not', async () => {
    await desk.setState({ mode: 'single', head: 3 });
    const backdrop = await desk.picture(undefined, 1);
    assert.ok((await captions(desk))[1].details.includes('no head 3'));
    await desk.setState({ mode: 'heads', heads: [3] });
    assert.deepEqual(difference(await desk.picture(undefined, 1), backdrop), same);
    await desk.setState({ heads: [2, 3] });
    await alone.setState({ heads: [2] });
    assert.deepEqual(difference(await desk.picture(undefined, 1), await alone.picture()), same);
  });

  test('a click in either pane asks both about the same place', async () => {
    for (const [pane, right, down, expected] of /** @type {const} */ ([
      [0, 0.72, 0.73, '20,30,10,15'], [1, 0.26, 0.18, '5,11,2,5'],
    ])) {
      const calls = await callsOf(desk, 'query');
      await desk.page.mouse.click(...await place(desk, pane, right, down));
      await until(async () => String(await queries(desk)) === expected);
      await answered(desk);
      assert.equal(await callsOf(desk, 'query'), calls + 2);
      await alone.setState({ query: /** @type {[number, number]} */ ((await queries(desk))[1]) });
      await until(async () => difference(await desk.picture(undefined, 1), await alone.picture()).max === 0);
    }
    const marked = [await desk.photoShot(0), await desk.photoShot(1)];
    await desk.page.keyboard.press('Escape');
    await desk.stateBecomes(({ query }) => query === null);
    await desk.setState({ opacity: 0 });
    const plain = [await desk.photoShot(0), await desk.photoShot(1)];
    await desk.setState({ opacity: 0.85 });
    for (const pane of [0, 1]) assert.ok(difference(marked[pane], plain[pane]).max > 100);
    assert.equal((await desk.state()).compare, micro, 'Escape let go of the query alone');
  });

  test('the pointer marks the same place in both, and is told the scores of both', async () => {
    await desk.setState({ opacity: 0 });
    const plain = [await desk.photoShot(0), await desk.photoShot(1)];
    await desk.page.mouse.move(...await place(desk, 1, 0.3, 0.2));
    await desk.page.waitForTimeout(150);
    const mark = { height: 60, width: 60 };
    for (const pane of [0, 1]) {
      const { width, height } = plain[pane];
      const there = { ...mark, x: Math.round(0.3 * width) - 30, y: Math.round(0.2 * height) - 30 };
      const shot = await desk.photoShot(pane);
      assert.ok(difference(cut(shot, there), cut(plain[pane], there)).max > 100, `no mark in pane ${pane}`);
    }
    await desk.page.mouse.move(640, 20);
    await desk.page.waitForTimeout(150);
    for (const pane of [0, 1]) assert.deepEqual(difference(await desk.photoShot(pane), plain[pane]), same);
    await desk.setState({ opacity: 0.85 });
  });

  test('no frame is drawn when nothing changes', async () => {
    let idle = -1;
    await until(async () => {
      const earlier = idle;
      await desk.page.waitForTimeout(250);
      idle = await desk.frames();
      return earlier === idle;
    });
    await desk.page.waitForTimeout(500);
    assert.equal(await desk.frames(), idle);
  });

  test('gets every photo and size that the first gets', async () => {
    const runs = await callsOf(desk, 'run');
    for (const page of [desk, alone]) await page.drop(photoPath('coffee.jpg'));
    assert.equal(await callsOf(desk, 'run'), runs + 2);
    assert.deepEqual(difference(await desk.picture(undefined, 1), await alone.picture()), same);
    for (const page of [desk, alone]) {
      await page.setState({ size: 160 });
      await page.settled();
    }
    assert.equal(await callsOf(desk, 'run'), runs + 4);
    assert.deepEqual(difference(await desk.picture(undefined, 1), await alone.picture()), same);
    for (const page of [desk, alone]) {
      await page.setState({ size: 224 });
      await page.settled();
    }
  });

  test('has its name in the progress, and a cancelled run leaves both as they were', async () => {
    const before = [await desk.picture(undefined, 0), await desk.picture(undefined, 1)];
    await desk.setState({ size: 640 });
    await until(async () => new RegExp(`^${bundledTitle}: Layer \\d+ of 12$`).test(await desk.page.textContent('#progress output') ?? ''));
    await desk.page.click('#progress button');
    await desk.settled();
    assert.equal(await desk.message(), '');
    for (const pane of [0, 1]) assert.deepEqual(difference(await desk.picture(undefined, pane), before[pane]), same);
  });

  test('is saved beside the first', async () => {
    const download = desk.page.waitForEvent('download');
    await desk.page.keyboard.press('e');
    await desk.page.click('#export .png');
    const saved = readPng(await readFile(await (await download).path()));
    await desk.page.keyboard.press('Escape');
    const picture = await desk.picture(undefined, 1);
    const edge = (saved.width - 2 * picture.width) / 3;
    const box = { x: saved.width - edge - picture.width, y: saved.height - edge - picture.height };
    assert.deepEqual(difference(cut(saved, { ...picture, ...box }), picture), same);
    assert.deepEqual(difference(cut(saved, { ...picture, ...box, x: edge }), await desk.picture()), same);
  });

  test('comes back with a lost WebGL context', async () => {
    const before = await desk.photoShot(1);
    await desk.page.evaluate(async () => {
      const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('#view'));
      const extension = canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context');
      extension?.loseContext();
      await new Promise((resolve) => setTimeout(resolve, 200));
      const restored = new Promise((resolve) => canvas.addEventListener('webglcontextrestored', resolve));
      extension?.restoreContext();
      await restored;
    });
    await until(async () => difference(await desk.photoShot(1), before).max === 0);
  });

  test('stays beside another first model', async () => {
    const before = await desk.picture(undefined, 1);
    const runs = await callsOf(desk, 'run');
    await desk.page.setInputFiles('#file', photoPath('../fixtures/dino-micro.safetensors'));
    await until(async () => (await captions(desk))[0].model === 'dino-micro');
    assert.deepEqual(difference(await desk.picture(undefined, 1), before), same);
    assert.equal(await callsOf(desk, 'run'), runs + 1, 'the second model ran for nothing');
    assert.equal(await desk.message(), '');
  });
});

describe('a comparison', () => {
  /** @type {Driver} */
  let desk;
  before(async () => {
    desk = await openPage(browser, `${url}/more-models/#{"compare":"${micro}","layer":2}`);
    await desk.ready();
    await watchAnswers(desk);
    await panesBecome(desk, 2);
  });
  after(() => desk.close());
  afterEach(async () => {
    await desk.setState({ size: 224 });
    await desk.settled();
  });

  const isOver = async () => {
    await panesBecome(desk, 1);
    assert.equal((await desk.state()).compare, '');
    await until(async () => !desk.page.url().includes('compare'));
    await until(async () => engines(desk) === 1); // the second engine's memory is free
  };

  test('begins by the address, which keeps it', async () => {
    assert.equal(engines(desk), 2);
    const { compare, layer } = JSON.parse(decodeURIComponent(new URL(desk.page.url()).hash.slice(1)));
    assert.deepEqual([compare, layer], [micro, 2]);
    await until(async () => /compared with deit-micro/.test(await desk.page.textContent('#summary') ?? ''));
  });

  test('ends by its button, and the first model stays as it was', async () => {
    const first = await desk.picture();
    const box = await desk.photoBox(1);
    await desk.page.mouse.click(box.x + box.width - 40, box.y - 20);
    await isOver();
    assert.deepEqual(difference(await desk.picture(), first), same);
    assert.equal(await desk.message(), '');
  });

  test('ends by Escape, after the query', async () => {
    await compareWith(desk, micro);
    await desk.setState({ query: [3, 4] });
    await answered(desk);
    await desk.page.keyboard.press('Escape');
    await desk.stateBecomes(({ query }) => query === null);
    assert.equal((await desk.state()).compare, micro);
    await desk.page.keyboard.press('Escape');
    await isOver();
  });

  test('ends while a photo is at the second model: the first shows it alone', async () => {
    await compareWith(desk, bundled); // itself: slow enough
    const runs = await callsOf(desk, 'run');
    await desk.setState({ size: 320 });
    await until(async () => await callsOf(desk, 'run') === runs + 2);
    await desk.app.evaluate(({ compare }) => compare.end());
    await desk.settled();
    await isOver();
    assert.equal((await desk.state()).size, 320);
    assert.equal(await desk.message(), '');
  });

  test('with a file of the reader\u2019s is not in the address', async () => {
    await compareWithFile(desk, 'mine.safetensors', await readFile(microPath));
    await until(async () => (await captions(desk)).at(1)?.model === 'mine');
    assert.deepEqual((await captions(desk)).map(({ model }) => model), [bundledTitle, 'mine']);
    assert.equal((await desk.state()).compare, 'mine');
    assert.ok(!desk.page.url().includes('mine'));
  });

  test('goes on where another model cannot be had', async () => {
    const before = await desk.picture(undefined, 1);
    await compareWithFile(desk, 'broken.safetensors', Buffer.from('no weights'));
    await until(async () => await desk.message() !== '');
    assert.match(await desk.message(), /^broken: [A-Z][^\n]*\.$/);
    assert.equal((await desk.state()).compare, 'mine');
    assert.deepEqual(difference(await desk.picture(undefined, 1), before), same);
    await until(async () => engines(desk) === 2);
  });

  test('ends where the second model cannot take the photo, which the first shows', async () => {
    const png = await desk.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(12, 12);
      canvas.getContext('2d')?.fillRect(5, 5, 4, 4);
      return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
    });
    await desk.pick({ name: 'small.png', mimeType: 'image/png', buffer: Buffer.from(png) });
    assert.match(await desk.message(), /^mine: [A-Z][^\n]*patch[^\n]*\.$/);
    assert.deepEqual(await desk.photoSize(), [12, 12]);
    await isOver();
    await desk.pick(photoPath('chelsea.jpg'));
  });

  test('with a model that is not there gets one sentence, and the first stays', async () => {
    await desk.setState({ compare: 'none' });
    await until(async () => await desk.message() !== '');
    assert.match(await desk.message(), /^none: This page knows no such model[^\n]*\.$/);
    await isOver();
    assert.deepEqual(await desk.photoSize(), [451, 300]);
  });

  test('ends when the camera begins, and begins when the camera has ended', async () => {
    await compareWith(desk, micro);
    await desk.page.click('#camera');
    await isOver();
    assert.match(await desk.message(), /^The camera shows one model[^\n]*\.$/);
    await until(async () => (await desk.state()).photo === 'camera');
    await until(async () => /^Live/.test(await desk.page.textContent('#engine') ?? ''));
    await compareWith(desk, micro);
    assert.equal(await desk.page.getAttribute('#camera', 'aria-pressed'), 'false');
    assert.deepEqual((await captions(desk)).map(({ model }) => model), [bundledTitle, micro]);
    await desk.setState({ compare: '' });
    await isOver();
  });

  test('of a coarse model with a finer one asks about the very patch that is clicked', async () => {
    await desk.pick(photoPath('chelsea.jpg'));
    await desk.page.setInputFiles('#file', microPath);
    await until(() => desk.app.evaluate(({ model }) => model.name() === 'deit-micro'));
    await desk.settled();
    await compareWith(desk, bundled);
    for (const [row, col] of [[10, 12], [11, 13], [11, 12]]) { // within one patch of the first
      await desk.page.mouse.click(...await place(desk, 1, (col + 0.5) / 42, (row + 0.5) / 28));
      await until(async () => String(await queries(desk)) === `5,6,${row},${col}`);
      await answered(desk);
    }
  });
});
