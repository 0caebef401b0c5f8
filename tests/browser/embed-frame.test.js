// embed.html in a frame of another origin: the same figure, and messages between the two.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { article, forEveryone, pagesOf } from './articles.js';
import { hears, putFrame, takeFramePath, tell } from './frame-path.js';
import { startBrowser, until } from './page-driver.js';
import { site, startServer } from './server.js';

const browser = await startBrowser();
/** @type {(() => unknown)[]} */
const closings = [() => browser.close()];
after(async () => {
  for (const close of closings) await close();
});

const strict = { 'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; frame-src *" };
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const framed = {
  ...forEveryone,
  'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src *; img-src * blob:",
};
const tall = `<p style="height: 200px">Text before the figure.</p><div id="place"></div><p style="height: 3000px">Text after it.</p>`;
const pages = { blog: article(tall, []) };

/** @param {Parameters<typeof startServer>[0]} [options] @returns {Promise<string>} its address */
async function serve(options) {
  const { url, close } = await startServer({ isolated: false, ...options });
  closings.push(close);
  return url;
}

const host = await serve({ headers: framed });
const blog = await serve({ routes: [pagesOf(pages, strict)] });
const stranger = await serve({ routes: [pagesOf(pages)] });

/**
 * A page that is not the figure's.
 * @param {string} [at]
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
async function open(at = blog, options = {}) {
  const page = await browser.newPage({ viewport: { width: 700, height: 800 }, ...options });
  page.setDefaultTimeout(10_000);
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(`${at}/pages/blog`);
  const driven = {
    /** @param {string} script @returns {Promise<any>} */
    run: (script) => page.evaluate(script),
    async close() {
      await page.close();
      assert.deepEqual(errors, []);
    },
  };
  const inside = () => /** @type {import('playwright-core').Frame} */ (page.frames().find((one) => one.url().includes('/embed.html')));
  return { ...driven, page, inside, notes: () => inside().locator('#notes').innerText() };
}

const quick = `${host}/embed.html?src=samples/chelsea.jpg&load=visible&size=96`;

describe('a figure in a frame', () => {
  test('talks to an article that it may talk to, both under a strict policy', async () => {
    const driven = await open();
    await takeFramePath(driven, host);
    assert.equal(await driven.inside().evaluate(() => crossOriginIsolated), false);
    await driven.close();
  });

  test('runs in a frame of an isolated article', async () => {
    const isolatedHost = await serve({ headers: { ...framed, 'Cross-Origin-Embedder-Policy': 'require-corp' } });
    const isolatedBlog = await serve({ routes: [pagesOf(pages, isolation)] });
    const driven = await open(isolatedBlog);
    await takeFramePath(driven, isolatedHost);
    assert.ok(await driven.run('crossOriginIsolated'));
    await driven.close();
  });

  test('fits its frame, and says which height it would like', async () => {
    const { page, close, inside, ...driven } = await open();
    await putFrame(driven, `${quick}&allow=${blog}`);
    await hears(driven, 'message.type === "results"');
    const fits = () => inside().evaluate(() => {
      const { scrollHeight, clientHeight, clientWidth } = document.documentElement;
      return { fits: scrollHeight <= clientHeight, width: document.querySelector('vit-attention')?.clientWidth ?? 0, clientWidth };
    });
    await until(async () => (await fits()).fits);
    assert.ok((await fits()).width < (await fits()).clientWidth);
    await until(async () => {
      await page.evaluate(`frames.length && (document.querySelector('iframe').style.height = heard.findLast(({ type }) => type === 'size').height + 'px')`);
      const now = await fits();
      return now.fits && now.width === now.clientWidth;
    });
    await close();
  });

  test('takes neither the wheel nor the keys of the article, nor its focus', async () => {
    const { page, close, ...driven } = await open();
    await putFrame(driven, `${quick}&allow=${blog}`);
    await hears(driven, 'message.type === "results"');
    await page.waitForTimeout(300);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'BODY');
    await page.mouse.move(350, 400);
    await page.mouse.wheel(0, 300);
    await until(() => page.evaluate(() => scrollY === 300));
    await page.keyboard.press('End');
    await until(() => page.evaluate(() => scrollY > 2000));
    await close();
  });

  test('registers no service worker', async () => {
    const { page, close, inside, ...driven } = await open();
    await putFrame(driven, `${quick}&allow=${blog}`);
    await hears(driven, 'message.type === "results"');
    assert.equal(await inside().evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
    await close();
  });

  test("keeps the maps of the reader's own photo", async () => {
    const { close, inside, ...driven } = await open();
    await putFrame(driven, `${quick}&allow=${blog}`);
    await hears(driven, 'message.type === "results"');
    await inside().locator('vit-attention').evaluate((figure, bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], 'mine.jpg'));
      figure.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
    }, (await readFile(join(site, 'samples/astronaut.jpg'))).toString('base64'));
    const { results } = await hears(driven, 'message.type === "results" && message.results.own');
    assert.deepEqual([results.rows, results.cols, results.cls], [12, 12, undefined]);
    await tell(driven, { headlens: 1, type: 'get-results', id: 1 }, host);
    assert.match((await hears(driven, 'message.id === 1')).message, /reader's own: its maps stay here/);
    await close();
  });
});

describe('messages that are not as they should be', () => {
  test('are answered with a sentence, change nothing, and are said in the figure once', async () => {
    const { close, inside, notes, ...driven } = await open();
    await putFrame(driven, `${quick}&allow=${blog}`);
    await hears(driven, 'message.type === "ready"');
    /** @type {[object, RegExp][]} */
    const wrong = [
      [{ headlens: 2, type: 'set' }, /^The message is of version 2 of the schema, and this figure speaks version 1\.$/],
      [{ headlens: '1', type: 'get' }, /version 1 of the schema/],
      [{ headlens: 1, type: 'eval' }, /^There is no message of type eval: it is set, get, get-results\.$/],
      [{ headlens: 1, type: 'constructor' }, /no message of type constructor/],
      [{ headlens: 1 }, /no message of type undefined/],
      [{ headlens: 1, type: 'set', state: 'layer 4' }, /has a state: an object/],
      [{ headlens: 1, type: 'set', state: { layr: 4 } }, /^The state has no layr, but layer\.$/],
      [{ headlens: 1, type: 'set', state: { layer: 4, opacity: 7 } }, /^opacity cannot be 7/],
      [{ headlens: 1, type: 'set', state: { constructor: 1 } }, /The state has no constructor/],
      [{ headlens: 1, type: 'set', state: { view: 'pca' } }, /^view cannot be pca/],
    ];
    for (const [id, [message, sentence]] of wrong.entries()) {
      await tell(driven, { ...message, id }, host);
      const answer = await hears(driven, `message.id === ${id}`);
      assert.equal(answer.type, 'error');
      assert.match(answer.message, sentence);
    }
    await tell(driven, { ...wrong[0][0], id: 'again' }, host);
    await hears(driven, 'message.id === "again"');
    assert.match(await notes(), /^The message is of version 2/);
    assert.equal(await inside().locator('#notes p').count(), 4);
    await tell(driven, { headlens: 1, type: 'get', id: 'state' }, host);
    const { state } = await hears(driven, 'message.id === "state"');
    assert.deepEqual([state.layer, state.opacity], [0, 0.85]);
    await close();
  });

  test('of an origin that is not allowed change nothing and get no answer, and the figure says whom it ignores', async () => {
    const { close, inside, notes, ...driven } = await open(stranger);
    await putFrame(driven, `${quick}&allow=${blog}`);
    await until(async () => Boolean(inside()));
    await until(() => inside().evaluate(() => Boolean(/** @type {any} */ (document.querySelector('vit-attention')).results)));
    await tell(driven, { headlens: 1, type: 'set', state: { layer: 2 } });
    await until(async () => (await notes()).includes(`A message from ${stranger} was ignored: whoever may talk to this figure is named in its address, as allow=${stranger}.`));
    await tell(driven, { headlens: 1, type: 'get-results' });
    await tell(driven, 'a message of another script');
    await tell(driven, { type: 'set', state: { layer: 2 } });
    await tell(driven, { headlens: 1, type: 'get' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(await inside().locator('#notes p').count(), 1);
    assert.equal(await inside().evaluate(() => /** @type {any} */ (document.querySelector('vit-attention')).state.layer), 0);
    assert.deepEqual(await driven.run('heard'), []);
    await close();
  });
});

describe('an address that is not as it should be', () => {
  test('has its sentences in the figure, and runs nothing', async () => {
    const { close, notes, ...driven } = await open();
    await putFrame(driven, `${quick}&allow=${blog}&allow=*&layr=3&onclick=alert(1)&scheme=pink`);
    await hears(driven, 'message.type === "results"');
    assert.deepEqual((await notes()).split(/\n+/), [
      'allow=* is no origin: write one out, as https://blog.example.',
      'The address has a parameter layr, which is no attribute of a figure.',
      'The address has a parameter onclick, which is no attribute of a figure.',
      'scheme=pink does not fit: it takes light or dark.',
    ]);
    await close();
  });

  test('says without JavaScript that it needs it', async () => {
    const { page, close } = await open(blog, { javaScriptEnabled: false });
    await page.goto(quick);
    assert.match(await page.innerText('noscript'), /needs JavaScript/);
    await close();
  });
});
