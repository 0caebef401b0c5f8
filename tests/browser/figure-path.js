// What a reader does with a baked figure in an article, in any browser.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { article, pagesOf } from './articles.js';
import { mapsFile } from './maps-file.js';
import { readSafetensors } from './safetensors.js';
import { site } from './server.js';

/** @typedef {import('./browsers.js').TestPage} TestPage */

const { shape: [layers, heads, rows, cols], data } = readSafetensors(new Uint8Array(await readFile(join(site, 'samples/chelsea.safetensors'))).buffer).tensors.cls_attention;
const maps = { layers, heads, rows, cols, cls: /** @type {Float32Array} */ (data) };
const baked = mapsFile(maps, { queries: { '9,14': Float32Array.from(maps.cls).reverse() } });

/** What the server has to have; the article is /pages/figure. */
export const figureFiles = { 'baked.maps': baked.file };
export const figurePages = pagesOf({
  figure: article('<vit-attention src="/samples/chelsea.jpg" maps="/made/baked.maps" layer="12"><img src="/poster.jpg" alt="" width="451" height="300"></vit-attention>'),
});

const patience = 15_000; // ms

/** @param {TestPage} page @param {string} condition */
async function until(page, condition) {
  for (const last = Date.now() + patience; !await page.run(condition);) {
    if (Date.now() > last) throw new Error(`For ${patience / 1000} s this did not become true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param {TestPage} page with the article */
export async function takeFigurePath(page) {
  const figure = 'document.querySelector("vit-attention")';
  const canvas = `${figure}.shadowRoot.querySelector("canvas")`;
  await until(page, `Boolean(${figure}?.results && !${canvas}.hidden)`);
  const before = await page.run(`${canvas}.toDataURL()`);
  await page.run(`(${figure}.state = { layer: 5 }, null)`);
  await until(page, `${canvas}.toDataURL() !== ${JSON.stringify(before)}`);
  assert.equal(await page.run(`${figure}.getAttribute("layer")`), '5');

  await page.run(`(addEventListener("headlens-hover", ({ detail }) => { if (detail) window.hovered = detail; }), null)`);
  await page.click(await page.run(`(() => {
    const { x, y, width, height } = ${canvas}.getBoundingClientRect();
    return { x: Math.round(x + width * 14.5 / ${cols}), y: Math.round(y + height * 9.5 / ${rows}) };
  })()`));
  await until(page, `String(${figure}.state.query) === "9,14"`);
  const { row, col, scores } = await page.run('window.hovered');
  assert.deepEqual([row, col], [9, 14]);
  scores.forEach((/** @type {number} */ score, /** @type {number} */ head) =>
    assert.ok(Math.abs(score - baked.cls[((5 - 1) * heads + head) * rows * cols + 9 * cols + 14]) < 1e-7));
  assert.equal(await page.run(`${figure}.shadowRoot.querySelector(".message").textContent`), '');
}
