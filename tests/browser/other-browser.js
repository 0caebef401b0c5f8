// web/engine.js, then the page, in a browser other than Chromium, on the build that it chooses.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { article, forEveryone, pagesOf } from './articles.js';
import { testDist } from './dist-path.js';
import { checkBundled, checkMicro } from './expectations.js';
import { bundledWeights, micro, ofBundledModel } from './fixtures.js';
import { figureFiles, figurePages, takeFigurePath } from './figure-path.js';
import { takeFramePath } from './frame-path.js';
import { takeMainPath } from './main-path.js';
import { startServer } from './server.js';

/**
 * @param {object} browser
 * @param {string} browser.name
 * @param {string | undefined} browser.path of its program; undefined: it is not installed
 * @param {() => Promise<import('./browsers.js').TestBrowser>} browser.start
 * @param {import('../../web/probe.js').Build} browser.build
 */
export async function testEngineIn({ name, path, start, build }) {
  if (!path) {
    test(name, { skip: `${name} is not installed` });
    return;
  }
  const { url, close } = await startServer({ files: figureFiles, routes: [figurePages] });
  const browser = await start();
  after(async () => {
    await browser.close();
    close();
  });
  const page = await browser.open(`${url}/tests/browser/engine.html`);

  describe(name, () => {
    test(`takes the build ${build}`, async () => {
      const { info, isolated } = await page.call('environment');
      assert.ok(isolated);
      assert.equal(info.build, build);
      assert.equal(info.threads > 1, build.endsWith('threads'));
    });

    test('agrees with PyTorch, the given pixels', async () => {
      checkMicro((await page.call('compareFixtures', { fixtures: micro })).results);
    });

    test('agrees with PyTorch, bundled model, photo files', async () => {
      const fixtures = ofBundledModel(bundledWeights);
      checkBundled((await page.call('compareFixtures', { fixtures, photos: true })).results);
    });

    test('cancels runs between layers', async () => {
      const { cancelled, layers, older, newerDiffers } = await page.call('cancelRuns');
      assert.match(cancelled, /^AbortError/);
      assert.deepEqual(layers, [0, 1]);
      assert.match(older, /^AbortError/);
      assert.equal(newerDiffers, 0);
    });

    test('tells half a photo', async () => {
      const input = { kind: 'photo', url: '/tests/photos/chelsea.jpg', share: 0.5 };
      const { message, changed, next } = await page.call('badInput', input);
      assert.match(message, /^EngineError: .*cut off/);
      assert.equal(changed, 0);
      assert.equal(next, 'done');
    });

    test('shows the page: its first heatmap, another sample, another layer, a patch', async () => {
      await takeMainPath(await browser.open(`${url}/`));
    });

    test('shows a baked figure in an article: another layer, a patch', async () => {
      await takeFigurePath(await browser.open(`${url}/pages/figure`));
    });

    test("shows a figure in a frame of another origin's page, and talks to it", async () => {
      const host = await startServer({ isolated: false, headers: forEveryone });
      const blog = await startServer({ isolated: false, routes: [pagesOf({ blog: article('', []) })] });
      try {
        await takeFramePath(await browser.open(`${blog.url}/pages/blog`), host.url);
      } finally {
        blog.close();
        host.close();
      }
    });

    if (build.endsWith('threads')) describe('the site of scripts/dist', () => testDist(browser));
  });
}
