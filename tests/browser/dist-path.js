// What any browser does with the site of scripts/dist below a sub-path: with headers for threads and without, without
// a connection, when a new version is there, in a frame of another site; all under a strict policy.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { article, pagesOf } from './articles.js';
import { startHost } from './dist-host.js';
import { makeSecondSite, makeSite, strictPolicy } from './dist-sites.js';
import { hears, putFrame, tell } from './frame-path.js';
import { takeMainPath, until } from './main-path.js';
import { readSafetensors } from './safetensors.js';
import { startServer } from './server.js';

/** @typedef {import('./browsers.js').TestPage} TestPage */

const heatmap = 'Boolean(globalThis.headlens && !headlens.scenes.isEmpty())';
const keptNow = 'document.querySelector("#word").textContent === "Ready offline"';
const offer = '!document.querySelector("#offer").hidden && document.querySelector("#offer p").textContent';

/** @param {import('./dist-host.js').Host} host */
const askedForPage = ({ asked }) => asked.filter(({ path }) => path === '').length;

/** @param {TestPage} page */
async function hasThreads(page) {
  await until(page, 'document.querySelector("#engine").textContent.includes("thread")');
  assert.match(await page.run('document.querySelector("#engine").textContent'), /[2-9] threads/);
}

/** The page while another takes its place, when at times neither answers. @param {TestPage} page @returns {TestPage} */
const leaving = (page) => ({ ...page, run: (script) => page.run(script).catch(() => null) });

/** The scores that a file of maps stands for, as its format says. @param {Uint8Array} file */
function scoresOf(file) {
  const { cls, 'cls.low': low, 'cls.high': high } = readSafetensors(new Uint8Array(file).buffer).tensors;
  const size = cls.data.length / low.data.length;
  const scores = Array.from(cls.data, (level, i) => {
    const of = Math.floor(i / size);
    return low.data[of] + (high.data[of] - low.data[of]) * (level / 255) ** 2;
  });
  return { shape: cls.shape, scores };
}

/** Pages of another site, which is as trusted. */
async function startBlog() {
  const { url, close } = await startServer({ isolated: false, routes: [pagesOf({ blog: article('', []) })] });
  return { url: `${url.replace('localhost', '127.0.0.1')}/pages/blog`, close };
}

/** @param {import('./browsers.js').TestBrowser} browser */
export function testDist(browser) {
  /** @type {Awaited<ReturnType<typeof makeSite>>} */
  let first;
  /** @type {import('./dist-host.js').Host} */
  let plain;
  before(async () => {
    first = await makeSite();
    plain = await startHost(first.folder, { isolated: false, headers: strictPolicy });
  });
  after(() => {
    plain.close();
    return first.remove();
  });

  test('on a host with headers has threads at once', async (t) => {
    const host = await startHost(first.folder, { headers: strictPolicy });
    t.after(() => host.close());
    const page = await browser.open(host.url);
    await until(page, heatmap);
    assert.equal(await page.run('crossOriginIsolated'), true);
    await hasThreads(page);
    await until(page, keptNow);
    assert.equal(askedForPage(host), 2, 'to be shown once, and to be kept');
    assert.deepEqual(host.asked.filter(({ path, status }) => path.startsWith('/') || status >= 400), []);
    await page.close();
  });

  test('on a host without headers has threads after one reload, and says when it is ready offline', async () => {
    const page = await browser.open(plain.url);
    await plain.askedForPage(2);
    await until(leaving(page), 'crossOriginIsolated');
    await page.run('window.isSame = true');
    await until(page, heatmap);
    await hasThreads(page);
    await until(page, keptNow);
    assert.equal(askedForPage(plain), 3, 'to be shown twice, and to be kept');
    assert.equal(await page.run('window.isSame'), true, 'nothing reloads it again');
    assert.deepEqual(plain.asked.filter(({ path, status }) => path.startsWith('/') || status >= 400), []);
    await page.close();
  });

  test('then opens without a connection, and computes another photo', async () => {
    plain.close();
    await assert.rejects(fetch(plain.url));
    const page = await browser.open(plain.url);
    await takeMainPath(page);
    await hasThreads(page);
    assert.equal(await page.run('document.querySelector("#word").textContent'), '', 'it is said once');
    await page.close();
  });

  test('then is offered in a new version, which comes when it is wanted', async (t) => {
    const second = await makeSecondSite();
    t.after(second.remove);
    plain.change(second.folder);
    await plain.reopen();
    const page = await browser.open(plain.url);
    const isSecond = 'Boolean(globalThis.isSecond)';
    for (const visit of ['first', 'next']) {
      await until(leaving(page), `globalThis.visit === undefined && ${heatmap} && ${offer}`);
      assert.equal(await page.run(offer), 'A new version of headlens is there.');
      assert.equal(await page.run(isSecond), false, `it is not forced on the ${visit} visit`);
      await page.run(`globalThis.visit = '${visit}'`);
      if (visit === 'first') await leaving(page).run('location.reload()');
    }
    await page.run('document.querySelector("#offer button").click()');
    await until(leaving(page), `${isSecond} && ${heatmap}`);
    await hasThreads(page);
    await page.close();
  });

  test("shows a baked figure in a frame of another site's page, of which no engine is asked", async (t) => {
    const host = await startHost(first.folder, { headers: strictPolicy });
    const blog = await startBlog();
    t.after(() => {
      blog.close();
      host.close();
    });
    const maps = (await readdir(first.folder, { recursive: true })).find((path) => path.endsWith('figures/chelsea.maps')) ?? '';
    const page = await browser.open(blog.url);
    const { origin } = new URL(blog.url);
    await putFrame(page, `${host.url}embed.html?src=${maps.replace(/maps$/, 'jpg')}&maps=${maps}&layer=3&allow=${origin}`);
    assert.equal((await hears(page, 'message.type === "ready"')).origin, new URL(host.url).origin);
    await hears(page, 'message.type === "results"');
    await tell(page, { headlens: 1, type: 'get-results', id: 1 });
    const { results } = await hears(page, 'message.id === 1');
    const { shape, scores } = scoresOf(await readFile(join(first.folder, maps)));
    assert.deepEqual([results.layers, results.heads, results.rows, results.cols], shape);
    assert.ok(scores.every((score, i) => Math.abs(score - results.cls[i]) < 1e-6));
    await tell(page, { headlens: 1, type: 'set', state: { layer: 5 }, id: 2 });
    assert.equal((await hears(page, 'message.id === 2')).state.layer, 5);
    assert.deepEqual(host.asked.filter(({ path, status }) => /engine|sw\.js|safetensors/.test(path) || status >= 400), []);
    await page.close();
  });

  test("runs on one thread in a frame of another site's page, and stays as it is", async (t) => {
    const host = await startHost(first.folder, { isolated: false, headers: strictPolicy });
    const blog = await startBlog();
    t.after(() => {
      blog.close();
      host.close();
    });
    const page = await browser.open(blog.url);
    await putFrame(page, host.url);
    await host.askedFor(/engine-\w+-single\.wasm$/);
    await host.askedFor(/^weights\//);
    await new Promise((resolve) => setTimeout(resolve, 1000)); // in which it would reload
    assert.equal(askedForPage(host), 1);
    assert.deepEqual(host.asked.filter(({ path, status }) => path === 'sw.js' || status >= 400), []);
    await page.close();
  });
}
