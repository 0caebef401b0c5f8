// Figures without baked maps: the engine comes when it is wanted, once for a page, from wherever embed.js lies.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { article, forEveryone, pagesOf } from './articles.js';
import { correlations, maxDifference } from './numbers.js';
import { startBrowser, until } from './page-driver.js';
import { readSafetensors } from './safetensors.js';
import { site, startServer } from './server.js';

const photo = (/** @type {string} */ name) => `/samples/${name}.jpg`;
const figure = (/** @type {string} */ name, more = '') =>
  `<vit-attention src="${photo(name)}" ${more}><img src="${photo(name)}" alt="${name}" width="640"></vit-attention>`;

const pages = {
  three: article(['chelsea', 'coffee', 'rocket'].map((name) => figure(name, 'load="visible" size="96"')).join(''), ['/embed.js', '/embed.js?another']),
  one: article(figure('chelsea')),
  visible: article(figure('chelsea', 'load="visible"')),
  unknown: article(figure('chelsea', 'load="visible" model="dino-vits8"')),
  micro: article(figure('chelsea', 'load="visible" size="96" model="/tests/fixtures/dino-micro.safetensors"')),
  square: article(figure('chelsea', 'load="visible" size="96" aspect="square"')),
};

/** Weights in pieces, each after a wait. @type {import('./server.js').Route} */
const slowWeights = ['/weights/dino-vitt8-reg4.safetensors', async (_, response) => {
  const bytes = await readFile(join(site, 'weights/dino-vitt8-reg4.safetensors'));
  response.writeHead(200, { 'Content-Length': bytes.length });
  for (let at = 0; at < bytes.length && !response.destroyed; at += 600_000) {
    response.write(bytes.subarray(at, at + 600_000));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  response.end();
}];

const browser = await startBrowser();
/** @type {(() => unknown)[]} */
const closings = [() => browser.close()];
after(async () => {
  for (const close of closings) await close();
});

/** @param {Parameters<typeof startServer>[0]} [options] @returns {Promise<string>} its address */
async function serve(options) {
  const { url, close } = await startServer({ isolated: false, ...options });
  closings.push(close);
  return url;
}

const host = await serve({ headers: forEveryone, routes: [pagesOf(pages)] });

/** @param {string} url */
async function open(url) {
  const page = await browser.newPage({ viewport: { width: 800, height: 1200 } });
  page.setDefaultTimeout(10_000);
  /** @type {string[]} */
  const requests = [];
  /** @type {string[]} */
  const errors = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.addInitScript(() => {
    const counted = /** @type {any} */ (window);
    counted.workers = 0;
    window.Worker = class extends Worker {
      /** @param {ConstructorParameters<typeof Worker>} args */
      constructor(...args) {
        super(...args);
        ++counted.workers;
      }
    };
  });
  await page.goto(url);
  const figures = page.locator('vit-attention');
  const at = (index = 0) => figures.nth(index);
  return {
    page, requests, at,

    /** @param {number} [index] @returns {Promise<any>} what its network saw, arrays as such */
    results: async (index) => at(index).evaluate(async (/** @type {any} */ host) => {
      const patience = new Promise((resolve, reject) => { setTimeout(() => reject(new Error('There are no results.')), 15_000); });
      const results = await Promise.race([host.ready, patience]);
      return results && { ...results, cls: [...results.cls], prefix: [...results.prefix], queries: [...results.queries.keys()] };
    }),

    /** @param {number} [index] */
    message: (index) => at(index).locator('.message').textContent(),

    /** Nothing went wrong in the page that the figure is in. */
    async close() {
      await page.close();
      assert.deepEqual(errors, []);
    },
  };
}

/** Of the native tool: the maps of chelsea at 224. */
async function nativeMaps() {
  const bytes = await readFile(join(site, 'samples/chelsea.safetensors'));
  const { tensors } = readSafetensors(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return tensors;
}

describe('a figure without maps', () => {
  test('offers to compute them, and fetches nothing large before it is asked to', async () => {
    const { page, requests, at, results, message, close } = await open(`${host}/pages/one`);
    const offer = page.getByRole('button', { name: 'Compute the attention maps' });
    await until(async () => /about 6\.4 MB, stays on your device/.test(await offer.textContent() ?? ''));
    assert.deepEqual(requests.filter((one) => /wasm|safetensors|worker/.test(one)), []);
    await offer.click();
    const { cls, layers, heads, rows, cols, covered, precision, model } = await results();
    const { cls_attention: native } = await nativeMaps();
    assert.deepEqual([layers, heads, rows, cols], native.shape);
    const r = correlations(Float32Array.from(cls), /** @type {Float32Array} */ (native.data), rows * cols);
    assert.ok(r.worst >= 0.985, `r = ${r.worst}`);
    assert.deepEqual([precision, model], ['int8', 'DINO ViT-Ti/8, 4 registers']);
    assert.ok(covered.width > 0.97 && covered.width <= 1 && covered.height > 0.97 && covered.height <= 1);
    assert.ok(await offer.isHidden());
    assert.equal(await message(), '');
    await close();
  });

  test('shares one engine with all others of the page, of whichever embed.js', async () => {
    const { page, results, at, close } = await open(`${host}/pages/three`);
    /** @type {number[][]} */
    const maps = [];
    for (const index of [0, 1, 2]) {
      await at(index).scrollIntoViewIfNeeded();
      maps.push((await results(index)).cls);
    }
    assert.equal(await page.evaluate(() => Reflect.get(window, 'workers')), 1);
    assert.ok(maps[0].length && maps[1].length && maps[2].length);

    // The engine has seen another photo since: it sees the first again, and gives what it gave.
    const asked = await at(0).evaluate(askPatch, [5, 7]);
    const alone = await page.evaluate(askAlone, { photo: photo('chelsea'), size: 96, patch: [5, 7] });
    assert.equal(maxDifference(asked, alone.query), 0);
    assert.equal(maxDifference(maps[0], alone.cls), 0);
    await close();
  });

  test('asks any patch by a click', async () => {
    const { page, at, results, message, close } = await open(`${host}/pages/micro`);
    const { rows, cols, model } = await results();
    assert.equal(model, 'dino-micro');
    const picture = at().locator('canvas');
    await picture.waitFor();
    const box = /** @type {import('./pictures.js').Box} */ (await picture.boundingBox());
    await page.mouse.click(box.x + (4.5 / cols) * box.width, box.y + (2.5 / rows) * box.height);
    await until(() => at().evaluate((/** @type {any} */ host) => host.results.queries.has('2,4')));
    assert.deepEqual(await at().evaluate((/** @type {any} */ host) => host.state.query), [2, 4]);
    assert.equal(await message(), '');
    await close();
  });

  test('takes the whole photo as a square where it should', async () => {
    const { results, close } = await open(`${host}/pages/square`);
    const { rows, cols, covered } = await results();
    assert.deepEqual([rows, cols, covered], [12, 12, { width: 1, height: 1 }]);
    await close();
  });

  test('says how far it is on a slow connection, and ends where the reader wants', async () => {
    const slow = await serve({ routes: [pagesOf(pages), slowWeights] });
    const { page, at, results, close } = await open(`${slow}/pages/visible`);
    const progress = at().locator('.offer output');
    await until(async () => /^Loading the model, [1-5]\.\d of 6\.4 MB$/.test(await progress.textContent() ?? ''));
    await page.getByRole('button', { name: 'Cancel' }).click();
    const offer = page.getByRole('button', { name: 'Compute the attention maps' });
    await offer.waitFor();
    assert.ok(await progress.isHidden());
    await offer.click();
    assert.equal((await results()).layers, 12);
    await close();
  });
});

describe("the reader's own photo", () => {
  test('is dropped on a figure, shown instead, and gives way to the first again', async () => {
    const { page, at, results, close } = await open(`${host}/pages/micro`);
    const first = await results();
    const own = await readFile(join(site, 'samples/astronaut.jpg'));
    const name = () => at().evaluate((/** @type {any} */ host) => [host.own, host.results.rows, host.results.cols]);
    await at().evaluate(dropFile, { name: 'mine.jpg', bytes: own.toString('base64') });
    await until(async () => (await name())[0]);
    assert.notDeepEqual((await name()).slice(1), [first.rows, first.cols]);
    const maps = await at().evaluate((/** @type {any} */ host) => [...host.results.cls]);
    const alone = await page.evaluate(askAlone, { photo: photo('astronaut'), size: 96, patch: [1, 1], weights: '/tests/fixtures/dino-micro.safetensors' });
    assert.equal(maxDifference(maps, alone.cls), 0);
    assert.equal(maxDifference(await at().evaluate(askPatch, [1, 1]), alone.query), 0);

    await page.getByRole('button', { name: 'Back to the first photo' }).click();
    assert.deepEqual(await name(), [false, first.rows, first.cols]);
    await close();
  });

  test('stays out where it is none', async () => {
    const { at, results, message, close } = await open(`${host}/pages/micro`);
    const first = await results();
    await at().evaluate(dropFile, { name: 'notes.txt', bytes: Buffer.from('No picture.').toString('base64') });
    await until(async () => /The photo is damaged, or no picture\./.test(await message() ?? ''));
    assert.deepEqual((await results()).cls, first.cls);
    await close();
  });
});

describe('what cannot work gets a sentence', () => {
  test('a model that does not lie beside the page', async () => {
    const { message, close } = await open(`${host}/pages/unknown`);
    await until(async () => await message() === 'The model dino-vits8 does not lie beside the engine: take the address of a weights file, or one of dino-vitt8-reg4.');
    await close();
  });

  test('an engine that is not there', async () => {
    /** @type {import('./server.js').Route} */
    const nothing = ['/shared-engine.js', async (_, response) => response.writeHead(404).end()];
    const server = await serve({ routes: [pagesOf(pages), nothing] });
    const { at, message, close } = await open(`${server}/pages/one`);
    await at().evaluate((/** @type {any} */ host) => { host.setAttribute('size', '96'); }); // while it is on its way
    await until(async () => await message() === `The engine could not be loaded from ${new URL(server).host}.`);
    await close();
  });

  test('a page whose policy lets no WebAssembly run', async () => {
    const policy = { 'Content-Security-Policy': "default-src 'self'; script-src 'self'; img-src 'self'; style-src 'unsafe-inline'" };
    const server = await serve({ routes: [pagesOf(pages, policy)] });
    const { message, close } = await open(`${server}/pages/visible`);
    await until(async () => /Content-Security-Policy lets no WebAssembly run: add 'wasm-unsafe-eval'/.test(await message() ?? ''));
    await close();
  });
});

describe('embed.js of another origin than the article', () => {
  const elsewhere = (/** @type {string} */ attributes, more = '') => article(
    `<vit-attention load="visible" size="96" ${attributes}><img src="${host}${photo('chelsea')}" crossorigin alt="" width="640"></vit-attention>${more}`, [`${host}/embed.js`]);
  const there = { works: elsewhere(`src="${host}${photo('chelsea')}"`) };

  for (const [name, isolated] of /** @type {const} */ ([['an isolated page', true], ['a page that is not isolated', false]])) {
    test(`computes in ${name}, on one thread`, async () => {
      /** @type {Record<string, string>} */
      const isolation = isolated ? { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } : {};
      const other = await serve({ routes: [pagesOf(there, isolation)] });
      const { page, results, message, close } = await open(`${other}/pages/works`);
      const found = await results();
      assert.equal(await message(), '');
      assert.equal(await page.evaluate(() => crossOriginIsolated), isolated);
      assert.equal(found.layers, 12);
      await close();
    });
  }

  test('computes under a strict policy that names it, and says what a stricter one lacks', async () => {
    const rest = `default-src 'self'; script-src 'self' ${host} 'wasm-unsafe-eval'; connect-src 'self' ${host}; img-src *; style-src 'unsafe-inline'`;
    const under = async (/** @type {string} */ workers) => {
      const other = await serve({ routes: [pagesOf(there, { 'Content-Security-Policy': `${rest}; worker-src ${workers}` })] });
      return open(`${other}/pages/works`);
    };
    const { results, close } = await under(`blob: ${host}`);
    assert.equal((await results()).layers, 12);
    await close();

    const noBlob = await under(host);
    await until(async () => /Content-Security-Policy keeps the engine from starting: its worker-src blocks blob/.test(await noBlob.message() ?? ''));
    await noBlob.close();

    const noScript = await under('blob:');
    await until(async () => (await noScript.message())?.includes(`its worker-src must allow blob: and ${host}.`) ?? false);
    await noScript.close();
  });

  test('says that a photo of a server that sends no CORS headers cannot be read', async () => {
    const silent = await serve();
    const pagesThere = { photo: article(`<vit-attention load="visible" src="${silent}${photo('chelsea')}"></vit-attention>`) };
    const other = await serve({ routes: [pagesOf(pagesThere)] });
    const { message, close } = await open(`${other}/pages/photo`);
    await until(async () => /chelsea\.jpg is on a server that keeps it from this page \(CORS\)\./.test(await message() ?? ''));
    await close();
  });
});

/** Runs in the page, as does what follows. @param {any} host @param {number[]} patch */
async function askPatch(host, patch) {
  host.state = { query: patch };
  while (!host.results.queries.has(patch.join())) await new Promise((resolve) => setTimeout(resolve, 20));
  return [...host.results.queries.get(patch.join())];
}

/**
 * What an engine of its own says.
 * @param {{photo: string, size: number, patch: number[], weights?: string}} what
 */
async function askAlone({ photo, size, patch: [row, col], weights = '/weights/dino-vitt8-reg4.safetensors' }) {
  const { createEngine } = await import(/** @type {string} */ ('/engine.js'));
  const engine = await createEngine();
  await engine.load(weights);
  const { cls } = await engine.run(await (await fetch(photo)).blob(), { size });
  const query = await engine.query(row, col);
  engine.terminate();
  return { cls: [...cls], query: [...query] };
}

/** @param {Element} host @param {{name: string, bytes: string}} file */
function dropFile(host, { name, bytes }) {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name));
  for (const kind of ['dragover', 'drop']) host.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
}
