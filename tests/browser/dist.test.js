// The site that scripts/dist writes, on hosts of every kind: its files, and in Chromium what becomes of them.
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, relative } from 'node:path';
import { after, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { makeDist } from '../../scripts/dist.mjs';
import { listen } from '../../scripts/serve.mjs';
import { startHost } from './dist-host.js';
import { changedSite, makeSecondSite, makeSite, strictPolicy } from './dist-sites.js';
import { openPage, startBrowser, until } from './page-driver.js';
import { cut, readPng } from './pictures.js';

const { folder, remove } = await makeSite();
const files = await filesOf(folder);
const browser = await startBrowser();
after(async () => {
  await browser.close();
  await remove();
});

/** @param {string} where */
async function filesOf(where) {
  const entries = await readdir(where, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(where, join(entry.parentPath, entry.name)));
}

/** Runs in every page before its scripts: counts how often the tab has opened one, and notes what it says. */
function watchTab() {
  if (window.top !== window) return;
  sessionStorage.setItem('opened', String(Number(sessionStorage.getItem('opened')) + 1));
  document.addEventListener('DOMContentLoaded', () => {
    const word = /** @type {HTMLElement} */ (document.querySelector('#word'));
    new MutationObserver(() => Reflect.set(window, 'said', word.textContent)).observe(word, { childList: true });
  });
}

/** A tab in which nothing is asked. @param {string} url @param {() => unknown} script */
async function openTab(url, script) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(script);
  await page.goto(url);
  return { page, close: () => context.close() };
}

/** @typedef {{page: import('playwright-core').Page}} Tab */

/** @param {Tab} driver */
const opened = ({ page }) => page.evaluate(() => Number(sessionStorage.getItem('opened')));

/** @param {Tab} driver */
const said = ({ page }) => page.evaluate(() => Reflect.get(window, 'said') ?? '');

/** @param {{app: import('playwright-core').JSHandle<any>}} driver @returns {Promise<number>} */
const threadsOf = ({ app }) => app.evaluate(async (/** @type {import('./page-driver.js').App} */ { model }) => (await model.ready()).info.threads);

/** The page after all reloads. @param {import('playwright-core').Page} page */
const appOf = async (page) => ({ page, app: await page.waitForFunction(() => Reflect.get(window, 'headlens')) });

/** Takes the sample whose maps must be computed. @param {Tab} driver */
async function computeCoffee({ page }) {
  await page.click('[data-sample=coffee]');
  await page.waitForFunction(() => Reflect.get(window, 'headlens').scenes.shown()?.photo.name === 'coffee', null, { timeout: 30_000 });
}

describe('the files of dist', () => {
  test('have a .br and a .gz beside each text and program, which hold the same', async () => {
    const texts = files.filter((path) => /\.(html|js|mjs|css|json|webmanifest|svg|md|wasm|otf)$|(^|\/)(LICENSE|NOTICE)$/.test(path));
    assert.ok(texts.length > 60, String(texts.length));
    for (const path of texts) {
      const bytes = await readFile(join(folder, path));
      assert.ok(bytes.equals(brotliDecompressSync(await readFile(join(folder, `${path}.br`)))), path);
      assert.ok(bytes.equals(gunzipSync(await readFile(join(folder, `${path}.gz`)))), path);
    }
  });

  test('are all on the page of licences', async () => {
    const page = await readFile(join(folder, 'licences.html'), 'utf8');
    const rows = new Map([...page.matchAll(/<tr><td><a href="([^"]+)">.*?<td>[\d,]+<td>(.*?)<td>(.*)/g)].map(([, path, licence, from]) => [path, { licence, from }]));
    const listed = files.filter((path) => !/\.(br|gz)$|^(licences\.html|_headers|\.nojekyll)$/.test(path));
    assert.deepEqual([...rows.keys()].sort(), listed.sort());
    for (const [path, { licence, from }] of rows) assert.ok(licence && from, path);
    const find = (/** @type {RegExp} */ name) => [...rows].find(([path]) => name.test(path))?.[1];
    assert.deepEqual(find(/samples\/raccoon\.jpg/), { licence: 'public domain', from: 'Judy Weggelaar' });
    assert.match(find(/engine-simd-threads\.wasm/)?.from ?? '', /XNNPACK, pthreadpool/);
    assert.equal(find(/inter-regular/)?.licence, 'OFL-1.1');
    for (const words of ['Marat Dukhan', 'Omar Cornut', 'Open Font License', 'Sean Barrett']) assert.ok(page.toLowerCase().includes(words.toLowerCase()), words);
  });

  test('are not written where one has no licence', async () => {
    const { copy, drop } = await changedSite((where) => writeFile(join(where, 'tune.mp3'), 'la'));
    await assert.rejects(makeDist(copy, join(copy, 'out')), /licence of assets-\w+\/tune\.mp3 is not known/);
    await drop();
  });

  test('name no place where they lie', async () => {
    for (const path of files) {
      if (!/\.(html|js|mjs|css|json|webmanifest)$/.test(path)) continue;
      const text = await readFile(join(folder, path), 'utf8');
      const bound = /https?:\/\/(localhost|127\.)|(?:src|href|action|maps)="\/|url\(\/|(?:import|from) '\//.exec(text);
      assert.equal(bound?.[0], undefined, path);
      if (!/\.html$/.test(path)) continue;
      for (const [, address] of text.matchAll(/<(?:link|script|img|a)\s[^>]*(?:src|href)="([^"#:]+)"/g)) {
        const file = join(path, '..', address.replace(/\/$|^\.\/$/, '/index.html'));
        await assert.doesNotReject(readFile(join(folder, file)), `${path}: ${address}`);
      }
    }
  });

  test('keep their names while their contents stay, weights also when other files change', async () => {
    const { copy, drop } = await changedSite((where) => writeFile(join(where, 'page.js'), '// another'));
    const { folder: other, remove: removeOther } = await makeSite(copy);
    const { folder: same, remove: removeSame } = await makeSite();
    const top = async (/** @type {string} */ where) => (await filesOf(where)).filter((path) => /page\.js$|^weights|first\.js$/.test(path));
    assert.deepEqual(await top(same), await top(folder));
    const [before, changed] = [await top(folder), await top(other)];
    assert.deepEqual(changed.filter((path) => before.includes(path)), before.filter((path) => path.startsWith('weights/')));
    await Promise.all([drop(), removeOther(), removeSame()]);
  });
});

describe('a host with headers', async () => {
  const host = await startHost(folder, { headers: strictPolicy });
  after(() => host.close());

  test('has threads at once, below a sub-path, under a strict policy, and keeps the visit', async () => {
    const driver = await openPage(browser, host.url, { script: watchTab });
    await driver.ready();
    assert.ok(await threadsOf(driver) > 1);
    await computeCoffee(driver);
    await until(async () => await said(driver) === 'Ready offline');
    assert.equal(await opened(driver), 1);
    const inspector = await driver.page.context().newCDPSession(driver.page);
    assert.deepEqual((await inspector.send('Page.getAppManifest')).errors, []);
    const { installabilityErrors } = await inspector.send('Page.getInstallabilityErrors');
    assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), [], 'it installs as an app');
    assert.deepEqual(driver.problems, []);
    assert.deepEqual(host.asked.filter(({ path, status }) => path.startsWith('/') || status >= 400), []);
    await driver.close();
  });
});

describe('a host without headers', async () => {
  const host = await startHost(folder, { isolated: false });
  after(() => host.close());

  test('has threads by the service worker after one reload, and then opens without a connection', async (t) => {
    const mine = await startHost(folder, { isolated: false });
    t.after(() => mine.close());
    const driver = await openTab(`${mine.url}#{"opacity":0.5}`, watchTab);
    const { page } = driver;
    await mine.askedForPage(2);
    await page.waitForFunction(() => crossOriginIsolated);
    const reloaded = await appOf(page);
    assert.ok(await threadsOf(reloaded) > 1);
    assert.equal(await reloaded.app.evaluate(({ viewer }) => viewer.state().opacity), 0.5);
    await until(async () => await said(driver) === 'Ready offline');
    assert.equal(await opened(driver), 2);

    mine.close();
    await page.reload();
    const offline = await appOf(page);
    await page.waitForFunction(() => !Reflect.get(window, 'headlens').scenes.isEmpty());
    assert.ok(await threadsOf(offline) > 1);
    await computeCoffee(offline);
    assert.equal(await said(driver), '', 'it is said once');
    assert.equal(await opened(driver), 3);
    await driver.close();
  });

  test('reloads once and no more where the worker cannot isolate it', async (t) => {
    const mine = await startHost(folder, { isolated: false });
    t.after(() => mine.close());
    const driver = await openTab(mine.url, () => {
      Object.defineProperty(window, 'crossOriginIsolated', { value: false });
      sessionStorage.setItem('opened', String(Number(sessionStorage.getItem('opened')) + 1));
    });
    await mine.askedForPage(2);
    await driver.page.waitForFunction(() => sessionStorage.getItem('opened') === '2');
    await appOf(driver.page);
    await driver.page.waitForTimeout(1000);
    assert.equal(await opened(driver), 2);
    await driver.page.reload();
    await driver.page.waitForTimeout(1000);
    assert.equal(await opened(driver), 3, 'only the reload of the reader');
    await driver.close();
  });

  for (const [where, script] of /** @type {[string, () => void][]} */ ([
    ['has no service workers', () => { Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'); }],
    ['refuses service workers', () => {
      ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('Not here.', 'SecurityError'));
    }],
  ])) {
    test(`runs on one thread, and says nothing of it, where the browser ${where}`, async () => {
      const driver = await openPage(browser, host.url, { script });
      await driver.ready();
      assert.equal(await threadsOf(driver), 1);
      assert.equal(await driver.message(), '');
      assert.deepEqual(driver.problems, []);
      await driver.close();
    });
  }

  test('stays as it is in a frame of another site', async (t) => {
    const blog = createServer((_, response) => response.end(`<!doctype html><iframe src="${host.url}" width="900" height="700"></iframe>`));
    const port = await listen(blog, 0);
    t.after(() => blog.close());
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => {
      ServiceWorkerContainer.prototype.register = () => {
        Reflect.set(window, 'registered', true);
        return Promise.reject(new DOMException('Not here.', 'SecurityError'));
      };
    });
    let loads = 0;
    page.on('framenavigated', (frame) => { if (frame.parentFrame() && !frame.url().includes('#')) ++loads; });
    await page.goto(`http://127.0.0.1:${port}/`); // another site than localhost, and trusted as well
    const [frame] = page.mainFrame().childFrames();
    const app = await frame.waitForFunction(() => Reflect.get(window, 'headlens'));
    assert.equal(await threadsOf({ app }), 1);
    assert.equal(await frame.evaluate(() => Reflect.get(window, 'registered')), undefined);
    assert.equal(loads, 1);
    await context.close();
  });

  test('shows the picture, and why nothing moves, where JavaScript is off', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(host.url, { waitUntil: 'networkidle' });
    const shot = cut(readPng(await page.screenshot()), { x: 200, y: 200, width: 500, height: 400 });
    assert.ok(new Set(shot.data).size > 100, 'there is no picture');
    const words = await page.locator('.noscript').boundingBox();
    assert.ok(words && words.height > 0 && words.y + words.height <= 200, 'nothing says why');
    await context.close();
  });
});

test('on a slow connection the picture is there first, and the page says how far the model is', async (t) => {
  const host = await startHost(folder);
  t.after(() => host.close());
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send('Network.emulateNetworkConditions', { offline: false, latency: 40, downloadThroughput: 500_000, uploadThroughput: 100_000 });
  await page.goto(host.url);
  await page.waitForFunction(() => /Loading the model, \d/.test(document.querySelector('#engine')?.textContent ?? ''), null, { timeout: 30_000 });
  const words = /** @type {string} */ (await page.textContent('#engine'));
  assert.match(words, /Loading the model, \d\.\d of 6\.4 MB/);
  const paths = host.asked.map(({ path }) => path);
  assert.ok(paths.findIndex((path) => path.endsWith('poster.jpg')) < paths.findIndex((path) => path.endsWith('viewer.wasm')));
  assert.equal(await page.evaluate(() => Reflect.get(window, 'headlens').scenes.isEmpty()), false, 'the heatmap is on screen meanwhile');
  await context.close();
});

test('a new version is offered, and comes when it is wanted; the one before is forgotten', async (t) => {
  const { folder: second, remove: removeSecond } = await makeSecondSite();
  const host = await startHost(folder);
  t.after(() => {
    host.close();
    return removeSecond();
  });
  const driver = await openPage(browser, host.url, { script: watchTab });
  const { page } = driver;
  const isSecond = () => page.evaluate(() => Boolean(Reflect.get(window, 'isSecond')));
  const siteCaches = () => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('headlens-site')).length);
  await until(async () => await said(driver) === 'Ready offline');

  const weightsAsked = () => host.asked.filter(({ path }) => path.startsWith('weights/')).length;
  const askedBefore = weightsAsked();
  host.change(second);
  await page.reload();
  await page.getByText('A new version of headlens is there.').waitFor();
  assert.equal(await isSecond(), false);
  await page.reload();
  await appOf(page);
  assert.equal(await isSecond(), false, 'it is not forced');
  await page.getByText('A new version of headlens is there.').waitFor();
  assert.equal(await siteCaches(), 2);

  const before = await opened(driver);
  await page.click('#offer button:not(.quiet)');
  await page.waitForFunction(() => Reflect.get(window, 'isSecond'));
  const { app } = await appOf(page);
  assert.equal(await opened(driver), before + 1);
  assert.ok(await threadsOf({ app }) > 1);
  await until(async () => await siteCaches() === 1);
  assert.equal(weightsAsked(), askedBefore, 'the weights are those of before');

  host.close();
  await page.reload();
  await computeCoffee(await appOf(page));
  assert.equal(await isSecond(), true);
  await driver.close();
});

test('a new version that comes while the page opens is offered too, and in each of its tabs', async (t) => {
  const { folder: second, remove: removeSecond } = await makeSecondSite();
  const host = await startHost(folder);
  t.after(() => {
    host.close();
    return removeSecond();
  });
  const { page: one, close } = await openTab(host.url, watchTab);
  await until(async () => await said({ page: one }) === 'Ready offline');
  host.change(second);
  const asked = host.asked.length;
  const letInstall = host.hold(/page\.js$/);
  const two = await one.context().newPage();
  await two.addInitScript(() => {
    const load = WebAssembly.instantiateStreaming;
    const turn = new Promise((resolve) => Reflect.set(window, 'openNow', resolve));
    WebAssembly.instantiateStreaming = (...given) => turn.then(() => load(...given));
  });
  await two.goto(host.url);
  await until(async () => host.asked.slice(asked).some(({ path }) => path.endsWith('page.js')));
  await two.evaluate(() => Reflect.get(window, 'openNow')());
  await appOf(two);
  letInstall();
  for (const page of [one, two]) await page.getByText('A new version of headlens is there.').waitFor();
  for (const page of [one, two]) {
    await page.click('#offer button:not(.quiet)');
    await page.waitForFunction(() => Reflect.get(window, 'isSecond'));
  }
  await close();
});

test("another site's page takes embed.js from here: it draws, and computes with the engine of its version", async (t) => {
  const host = await startHost(folder);
  const [photo, maps] = ['jpg', 'maps'].map((kind) => files.find((path) => path.endsWith(`figures/chelsea.${kind}`)));
  const blog = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(`<!doctype html>
    <script type="module" src="${host.url}embed.js"></script>
    <vit-attention id="baked" src="${host.url}${photo}" maps="${host.url}${maps}"></vit-attention>
    <vit-attention id="own" src="${host.url}${photo}" load="visible" size="160"></vit-attention>`));
  const port = await listen(blog, 0);
  t.after(() => {
    blog.close();
    host.close();
  });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  for (const id of ['baked', 'own']) {
    await page.waitForFunction((which) => Reflect.get(document.querySelector(which) ?? {}, 'results'), `#${id}`, { timeout: 30_000 });
    assert.equal(await page.evaluate((which) => Reflect.get(document.querySelector(which) ?? {}, 'results').layers, `#${id}`), 12);
  }
  assert.deepEqual(host.asked.filter(({ status }) => status >= 400), []);
  await context.close();
});

test('photos shared with the app are shown, and those opened with it; what is none of its business passes the worker', async (t) => {
  const host = await startHost(folder);
  t.after(() => host.close());
  const driver = await openPage(browser, host.url, {
    script: () => Object.defineProperty(window, 'launchQueue', { value: { setConsumer: (/** @type {any} */ take) => Reflect.set(window, 'launch', take) } }),
  });
  const { page } = driver;
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await Promise.all([page.waitForURL(/\/$|shared|#/), page.waitForEvent('load'), page.evaluate(async () => {
    const photo = await (await fetch(/** @type {HTMLImageElement} */ (document.querySelector('[data-sample=rocket] img')).src)).blob();
    const data = new DataTransfer();
    data.items.add(new File([photo], 'my rocket.jpg', { type: 'image/jpeg' }));
    const form = Object.assign(document.createElement('form'), { method: 'POST', action: 'share', enctype: 'multipart/form-data' });
    const input = Object.assign(document.createElement('input'), { type: 'file', name: 'files' });
    input.files = data.files;
    form.append(input);
    document.body.append(form);
    form.submit();
  })]);
  const shownIs = (/** @type {string} */ name) => page.waitForFunction((wanted) => Reflect.get(window, 'headlens')?.scenes.shown()?.photo.name === wanted, name);
  await shownIs('my rocket.jpg');
  assert.equal(new URL(page.url()).search, '');
  await page.waitForFunction(() => Reflect.get(window, 'launch'));
  await page.evaluate(async () => {
    const photo = await (await fetch(/** @type {HTMLImageElement} */ (document.querySelector('[data-sample=coffee] img')).src)).blob();
    Reflect.get(window, 'launch')({ files: [{ getFile: async () => new File([photo], 'mine.jpg', { type: 'image/jpeg' }) }] });
  });
  await shownIs('mine.jpg');

  const file = host.asked.find(({ path }) => path.startsWith('weights/'))?.path ?? '';
  await page.evaluate(async (path) => {
    await fetch(path, { headers: { Range: 'bytes=0-9' }, cache: 'no-store' });
    await fetch('elsewhere', { method: 'POST', body: 'x' });
  }, file);
  const frameHeaders = await page.evaluate(async () => [...(await fetch('embed.html')).headers.keys()]);
  assert.deepEqual(frameHeaders.filter((name) => /opener|embedder/.test(name)), [], 'frames are not isolated');
  assert.ok(host.asked.some(({ path, range }) => path === file && range === 'bytes=0-9'));
  assert.ok(host.asked.some(({ path, method }) => path === 'elsewhere' && method === 'POST'));
  assert.ok(!host.asked.some(({ path }) => path === 'share'));
  await driver.close();
});
