// The article, examples/attention-maps.html, in Chromium: what moves, and whether what it says is so.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { serveFolder } from '../../scripts/serve.mjs';
import { clipped, entropy, fewest, quantile, readMapsFile, sum, tempered } from './article-numbers.js';
import { startBrowser, until } from './page-driver.js';
import { photoPath } from './pictures.js';
import { site, startServer } from './server.js';

const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const siteFiles = serveFolder(site);
const { url, close } = await startServer({
  routes: [['/strict/', (request, response) => {
    response.setHeader('Content-Security-Policy', policy);
    return siteFiles(request, response);
  }]],
});
const browser = await startBrowser();
after(async () => {
  await browser.close();
  close();
});

const maps = await readMapsFile(join(site, 'examples/figures/raccoon.maps'));
const asked = await readMapsFile(join(site, 'examples/figures/asked/raccoon.maps'));

/** @param {import('playwright-core').BrowserContextOptions} [options] */
async function openArticle(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'dark', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  /** @type {string[]} */
  const problems = [];
  page.on('console', (entry) => entry.type() === 'error' && problems.push(entry.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('response', (response) => response.status() >= 400 && problems.push(response.url()));
  page.on('request', (request) => new URL(request.url()).origin !== url && problems.push(request.url()));
  await page.goto(`${url}/strict/examples/attention-maps.html`);

  /** A figure, in view and with its numbers. @param {string} id */
  async function figure(id) {
    const root = page.locator(`#${id}`);
    await root.locator('figure').or(root.locator('vit-attention')).first().scrollIntoViewIfNeeded();
    await until(() => root.evaluate((node) => [...node.querySelectorAll('vit-attention')].every((one) => Reflect.get(one, 'results'))));
    return {
      root,
      /** What stands at the place of this name. @param {string} name */
      live: async (name) => await root.locator(`[data-live="${name}"]`).first().textContent(),
      /** @param {string} name @param {number} value */
      slide: (name, value) => root.locator(`input[type="range"][name="${name}"]`).fill(String(value)),
      /** @param {string} label */
      choose: (label) => root.locator('.choice').getByText(label, { exact: true }).click(),
      state: () => root.locator('vit-attention').evaluate((element) => Reflect.get(element, 'state')),
      /** The words of all places, for a wait. @param {Record<string, string | number>} wanted */
      async says(wanted) {
        const actual = () => root.evaluate((node, names) => Object.fromEntries(names.map((name) =>
          [name, node.querySelector(`[data-live="${name}"]`)?.textContent])), Object.keys(wanted));
        const texts = Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, String(value)]));
        await until(async () => JSON.stringify(await actual()) === JSON.stringify(texts)).catch(() => {});
        assert.deepEqual(await actual(), texts);
      },
      /** How many colours its own canvases show. */
      colours: () => root.evaluate((node) => {
        const canvases = [...node.querySelectorAll('canvas'), ...[...node.querySelectorAll('vit-attention')].flatMap((one) => [...one.shadowRoot?.querySelectorAll('canvas') ?? []].slice(0, 1))];
        return canvases.map((canvas) => {
          const pixels = new Uint32Array(canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data.buffer ?? []);
          return new Set(pixels).size;
        });
      }),
    };
  }
  return { page, problems, figure, close: () => context.close() };
}

const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(2)}%`;
const two = (/** @type {number} */ value) => value.toFixed(2);
const heads = [1, 2, 3];
/** @param {(head: number) => Record<string, string | number>} says */
const ofHeads = (says) => Object.assign({}, ...heads.map(says));
const strongest = (/** @type {number[]} */ weights) => weights.indexOf(Math.max(...weights));

const article = await openArticle();
const { page, figure } = article;
const steps = ['tokens', 'keys', 'softmax', 'prefix', 'reshape', 'scale', 'upsample', 'colours', 'mass', 'query', 'layers'];

describe('the numbers of the article are those of the maps, whatever its reader moves', () => {
  test('1: patches and tokens', async () => {
    const { says, slide, choose } = await figure('tokens');
    await says({ rows: maps.rows, cols: maps.cols, patches: maps.patches, tokens: maps.patches + 1 + Number(maps.metadata.registers) });
    await slide('token', 100);
    await says({ token: 100, row: Math.floor(100 / maps.cols), col: 100 % maps.cols });
    await choose('16');
    await says({ rows: 14, cols: 18, patches: 252, tokens: 257 }); // 224 and round(224 * 1024 / 768) by 16
  });

  test('2: a query and its keys', async () => {
    const { says, slide, root } = await figure('keys');
    await slide('angle', 0);
    await slide('length', 2);
    await says({ q1: '2.00', q2: '0.00', best: 'A', k1: '1.70', score: two(2 * 1.7 / Math.SQRT2) });
    await slide('length', 0);
    assert.deepEqual(await root.locator('.bars li span:nth-child(3)').allTextContents(), Array(5).fill('20%'));
    const box = /** @type {NonNullable<Awaited<ReturnType<typeof root.boundingBox>>>} */ (await root.locator('svg').boundingBox());
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 4);
    await says({ angle: '90°', best: 'B' });
  });

  test('3: softmax at another temperature', async () => {
    const { says, slide, root } = await figure('softmax');
    for (const [power, tau, head] of /** @type {const} */ ([[0, '1', 1], [-3, '1/8', 1], [2, '4', 3]])) {
      await root.locator(`input[value="${head}"]`).check();
      await slide('tau', power);
      const weights = tempered(maps.head(11, head), 2 ** power);
      await says({ tau, largest: percent(Math.max(...weights)), half: fewest(weights, 0.5), spread: Math.round(Math.exp(entropy(weights))) });
    }
    for (const head of heads) assert.ok(maps.doubt(11, head) < 0.05, 'as its caption says');
  });

  test('4: what is no patch', async () => {
    const { says, root } = await figure('prefix');
    for (const layer of [2, 9]) {
      await root.locator('vit-attention').evaluate((element, value) => element.setAttribute('layer', String(value)), layer);
      await says({ layer, ...ofHeads((head) => ({ [`sum${head}`]: two(sum(maps.head(layer, head))), [`lost${head}`]: two(maps.prefix(layer, head)) })) });
    }
    const most = Array.from({ length: maps.layers }, (_, i) => Math.max(...heads.map((head) => maps.prefix(i + 1, head))));
    assert.deepEqual(most.map((share) => share > 1 / 3), most.map((_, i) => i === 1), 'more than a third, in one layer');
  });

  test('5: the fold', async () => {
    const { says, slide, root } = await figure('reshape');
    await slide('cols', maps.cols);
    await says({ cols: maps.cols, says: `${maps.rows} rows of ${maps.cols}, and nothing left over: the raccoon is back.` });
    await slide('cols', 30);
    await says({ cols: 30, i: 428, row: 14, col: 8, says: `34 full rows, and ${maps.patches - 34 * 30} left over.` });
    const box = /** @type {NonNullable<Awaited<ReturnType<typeof root.boundingBox>>>} */ (await root.locator('vit-attention').boundingBox());
    await page.mouse.move(box.x + 2, box.y + 2); // on either side
    await says({ i: 0 });
    await slide('cols', maps.cols);
    const fold = /** @type {NonNullable<typeof box>} */ (await root.locator('canvas.own').boundingBox());
    await page.mouse.move(fold.x + fold.width - 2, fold.y + 2);
    await says({ i: maps.cols - 1, row: 0, col: maps.cols - 1 });
    const left = await root.locator('.over div').evaluate((frame) => /** @type {HTMLElement} */ (frame).style.left);
    const covered = Number(maps.metadata.covered_width);
    assert.ok(Math.abs(parseFloat(left) - 100 * covered * (maps.cols - 1) / maps.cols) < 0.01, left);
  });

  test('6: low and high', async () => {
    const { says, choose, state } = await figure('scale');
    const of = heads.map((head) => maps.head(11, head));
    await says(ofHeads((head) => ({ [`low${head}`]: percent(quantile(of[head - 1], 0.5)), [`high${head}`]: percent(quantile(of[head - 1], 0.995)), [`largest${head}`]: percent(Math.max(...of[head - 1])) })));
    await choose('the same for all heads');
    const all = of.flat();
    await says({ gamma: 1, ...ofHeads((head) => ({ [`low${head}`]: percent(Math.min(...all)), [`high${head}`]: percent(Math.max(...all)) })) });
    assert.equal((await state()).normalisation, 'heads');
    await choose('logarithm, each head');
    await says(ofHeads((head) => ({ [`low${head}`]: percent(quantile(of[head - 1], 0.01)) })));
    const quarter = Math.max(...of[1]) / Math.max(...of[0]);
    assert.ok(quarter > 0.22 && quarter < 0.28, 'a quarter of head 1’s, as its caption says');
  });

  test('7: between four patches', async () => {
    const { says, slide, choose, state } = await figure('upsample');
    const drawn = clipped(maps.head(11, 1));
    const best = strongest(drawn);
    const [a, b, c, d] = [0, 1, maps.cols, maps.cols + 1].map((step) => drawn[best + step]);
    await slide('s', 0.25);
    await slide('t', 0.5);
    await says({ w00: two(a), w01: two(b), w10: two(c), w11: two(d), w: two(0.5 * (0.75 * a + 0.25 * b) + 0.5 * (0.75 * c + 0.25 * d)) });
    await choose('as patches');
    assert.equal((await state()).interpolation, 'nearest');
  });

  test('8: the heads mixed', async () => {
    const { says, choose, state, root } = await figure('colours');
    const at = 12 * maps.cols + 26;
    const w = heads.map((head) => clipped(maps.head(11, head))[at]);
    await says({ row: 12, col: 26, ...ofHeads((head) => ({ [`w${head}`]: two(w[head - 1]) })), cover: two(Math.max(...w)), mean: two(sum(w) / 3), max: two(Math.max(...w)) });
    await choose('mean');
    assert.equal((await state()).mode, 'mean');
    await root.locator('[data-head="1"]').uncheck();
    await says({ on: 2, mean: two((w[1] + w[2]) / 2), max: two(Math.max(w[1], w[2])) });
    assert.deepEqual((await state()).heads, [2, 3]);
    const box = /** @type {NonNullable<Awaited<ReturnType<typeof root.boundingBox>>>} */ (await root.locator('vit-attention').boundingBox());
    await page.mouse.move(box.x + 2, box.y + 2);
    await says({ row: 0, col: 0, w3: two(clipped(maps.head(11, 3))[0]) });
  });

  test('9: the top share', async () => {
    const { says, slide, state } = await figure('mass');
    for (const m of [0.6, 0.25]) {
      await slide('m', m);
      await says({ m: two(m), ...ofHeads((head) => ({ [`kept${head}`]: fewest(maps.head(11, head), m) })) });
      assert.equal((await state()).keep_mass, m);
    }
  });

  test('10: another patch asks', async () => {
    const { says, slide, choose, root } = await figure('query');
    const expected = (/** @type {string} */ patch, /** @type {number} */ layer) => {
      const all = heads.map((head) => (patch ? asked.query(patch, layer, head) : asked.head(layer, head)));
      const head = strongest(all.map((weights) => Math.max(...weights)));
      const best = strongest(all[head]);
      return { head: head + 1, row: Math.floor(best / asked.cols), col: best % asked.cols, largest: percent(all[head][best]) };
    };
    await says({ asks: 16 * asked.cols + 22, ...expected('16,22', 11) });
    await choose('a leaf');
    await slide('layer', 4);
    await says({ layer: 4, asks: 21 * asked.cols + 6, ...expected('21,6', 4) });
    await choose('[CLS]');
    await says({ asks: '[CLS]', ...expected('', 4) });
    const box = /** @type {NonNullable<Awaited<ReturnType<typeof root.boundingBox>>>} */ (await root.locator('vit-attention').boundingBox());
    const across = Number(asked.metadata.covered_width) * box.width / asked.cols;
    await page.mouse.click(box.x + 21.5 * across, box.y + 11.5 * across);
    await says({ asks: 11 * asked.cols + 21 });
    assert.equal(await root.getByLabel('an eye').isChecked(), true);
  });

  test('11: over the layers', async () => {
    const { says, root } = await figure('layers');
    const expected = (/** @type {number} */ layer) => ofHeads((head) => ({
      [`entropy${head}`]: two(entropy(maps.head(layer, head)) / Math.log(maps.patches)), [`aside${head}`]: two(maps.prefix(layer, head)),
    }));
    await says({ layer: 8, ...expected(8) });
    const curve = root.locator('.curve').first();
    await curve.click({ position: { x: 36, y: 40 } });
    await says({ layer: 1, ...expected(1) });
  });
});

test('every figure of the article draws', async () => {
  for (const id of [...steps, 'yours']) {
    const { colours } = await figure(id);
    await until(async () => (await colours()).every((count) => count > 20)).catch(() => {});
    for (const count of await colours()) assert.ok(count > 20, `${id}: ${count} colours`);
  }
});

test('its policy is the strictest that runs WebAssembly, and nothing offends it', async () => {
  assert.equal(await page.getAttribute('meta[http-equiv="Content-Security-Policy"]', 'content'), policy);
  assert.equal(await page.locator('script:not([src]), style, [style*=":"]:not(vit-attention *, .live *)').count(), 0);
  assert.deepEqual(article.problems, []);
});

test('the last figure takes a photo of the reader, under the same policy', async () => {
  const { root } = await figure('yours');
  await root.locator('vit-attention input[type="file"]').setInputFiles(photoPath('astronaut.jpg'));
  const grid = () => root.locator('vit-attention').evaluate((element) => {
    const { rows, cols } = Reflect.get(element, 'results');
    return [rows, cols];
  });
  await until(async () => String(await grid()) === '28,28').catch(() => {});
  assert.deepEqual(await grid(), [28, 28]); // 512 x 512 pixels, brought to 224
  assert.deepEqual(article.problems, []);
});

test('About on the page leads here', async () => {
  const html = await readFile(join(site, 'index.html'), 'utf8');
  const about = html.slice(html.indexOf('<dialog id="about"'), html.indexOf('</dialog>', html.indexOf('<dialog id="about"')));
  assert.match(about, /<a href="examples\/attention-maps\.html">/);
});

test('a slider moves by keys', async () => {
  const { root, says } = await figure('mass');
  await root.locator('input[name="m"]').focus();
  await page.keyboard.press('Home');
  await says({ m: '0.05' });
});

test('without JavaScript: posters, formulas, and the numbers that the figures start with', async () => {
  const plain = await openArticle({ javaScriptEnabled: false });
  const html = await readFile(join(site, 'examples/attention-maps.html'), 'utf8');
  assert.equal(await plain.page.locator('vit-attention').count(), (html.match(/<vit-attention /g) ?? []).length);
  for (const poster of await plain.page.locator('vit-attention > img').all()) {
    await poster.scrollIntoViewIfNeeded();
    assert.equal(await poster.isVisible(), true);
  }
  assert.equal(await plain.page.locator('input:visible, canvas:visible').count(), 0);
  assert.ok(await plain.page.locator('math:visible').count() > 20);
  const { width } = /** @type {any} */ (await plain.page.locator('#first img').boundingBox());
  assert.ok(width > 700);

  const fresh = await openArticle();
  for (const id of steps) {
    const { root } = await fresh.figure(id);
    await fresh.page.waitForTimeout(50);
    const places = root.locator('[data-live]');
    const [written, live] = [await plain.page.locator(`#${id} [data-live]`).allTextContents(), await places.allTextContents()];
    written.forEach((text, i) => { // another processor rounds the maps a little differently
      const [a, b] = [text, live[i]].map((words) => parseFloat(words.replace('\u2212', '-')));
      assert.ok(text === live[i] || Math.abs(a - b) <= 0.02 + 0.05 * Math.abs(b), `${id}: ${text} is written, ${live[i]} is so`);
    });
  }
  await fresh.close();
  await plain.close();
});

describe('axe-core', () => {
  for (const [width, colorScheme] of /** @type {const} */ ([[1280, 'light'], [390, 'dark']])) {
    test(`finds no violation, ${colorScheme}, ${width} pixels wide, and nothing is wider than the screen`, async () => {
      const shown = await openArticle({ viewport: { width, height: 844 }, colorScheme });
      for (const id of steps) await shown.figure(id);
      const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      await shown.page.evaluate(`if (!window.axe) { ${axe} }`);
      const { violations } = await shown.page.evaluate(() => Reflect.get(window, 'axe').run());
      assert.deepEqual(violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ node) => node.html).join(' ')}`), []);
      assert.equal(await shown.page.evaluate(() => document.documentElement.scrollWidth), width);
      await shown.close();
    });
  }
});
