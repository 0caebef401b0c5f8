// The camera on the page, with the one that Chromium makes up.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { openPage, startBrowser, until } from './page-driver.js';
import { difference, photoPath } from './pictures.js';
import { startServer } from './server.js';

/** @typedef {import('./page-driver.js').Driver} Driver */

const { url, close } = await startServer();
const browser = await startBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
after(async () => {
  await browser.close();
  close();
});

/** In the page before its scripts: keeps the tracks that it was given, and counts the runs under way. */
function watchCamera() {
  /** @type {MediaStreamTrack[]} */
  const tracks = [];
  const counts = { most: 0, runs: 0 };
  Object.assign(window, { tracks, counts });
  const { getUserMedia } = MediaDevices.prototype;
  MediaDevices.prototype.getUserMedia = async function (/** @type {MediaStreamConstraints | undefined} */ wanted) {
    const stream = await getUserMedia.call(this, wanted);
    tracks.push(...stream.getTracks());
    return stream;
  };
  window.Worker = class extends Worker {
    running = new Set();

    /** @param {ConstructorParameters<typeof Worker>} args */
    constructor(...args) {
      super(...args); // listens before the page does
      this.addEventListener('message', ({ data }) => data.progress || this.running.delete(data.id));
    }

    /** @param {any[]} args */
    postMessage(...args) {
      const { id, method } = args[0];
      if (method === 'run') {
        this.running.add(id);
        counts.runs += 1;
        counts.most = Math.max(counts.most, this.running.size);
      }
      Reflect.apply(super.postMessage, this, args);
    }
  };
}

/** What watchCamera saw. @param {Driver} driver */
const seen = ({ page }) => page.evaluate(() => {
  const { counts, tracks } = /** @type {any} */ (window);
  return { ...counts, live: tracks.filter((/** @type {MediaStreamTrack} */ track) => track.readyState === 'live').length };
});

/** @param {Driver} driver @param {number} more than there are now */
async function framesFlow(driver, more = 3) {
  const { runs } = await seen(driver);
  await until(async () => (await seen(driver)).runs >= runs + more);
}

/** @param {Driver} driver @param {boolean} hidden */
const setHidden = ({ page }, hidden) => page.evaluate((value) => {
  Object.defineProperty(document, 'hidden', { configurable: true, value });
  document.dispatchEvent(new Event('visibilitychange'));
}, hidden);

describe('the camera', () => {
  /** @type {Driver} */
  let desk;
  before(async () => {
    desk = await openPage(browser, `${url}/`, { script: watchCamera });
    await desk.ready();
  });
  afterEach(async () => {
    await desk.app.evaluate(({ live }) => live.stop());
    await desk.settled();
    assert.equal((await seen(desk)).live, 0, 'the camera is still on');
  });

  const start = async () => {
    await desk.page.click('#camera');
    await until(async () => (await seen(desk)).live === 1);
    await framesFlow(desk);
  };

  /** Run again, at the size of before: that begins with the viewer's next frame. */
  const lastFrameIsAPhoto = async () => {
    await desk.stateBecomes(({ size }) => size === 224);
    await desk.app.evaluate(({ viewer }) => viewer.drawNow());
    await desk.settled();
  };

  test('shows one frame after the other, with never more than one in the engine', async () => {
    await desk.page.evaluate(() => Object.assign(Reflect.get(window, 'counts'), { most: 0 }));
    await start();
    const first = await desk.picture();
    await framesFlow(desk, 5);
    assert.ok(difference(await desk.picture(), first).mean > 0.05, 'the picture stands still');
    assert.deepEqual(await desk.photoSize(), [624, 480]); // 26 x 20 patches of the 640 x 480
    assert.equal((await seen(desk)).most, 1);
    assert.match(await desk.page.textContent('#engine') ?? '', /^Live · \d+(\.\d)? frames\/s$/);
    assert.equal(await desk.message(), '');
    assert.deepEqual(desk.problems, []);
  });

  test('shows each frame with the maps of that very frame', async () => {
    await start();
    await desk.app.evaluate(({ live }) => live.stop());
    await desk.settled();
    await desk.setState({ size: 160 });
    await desk.settled();
    const live = await desk.picture();
    await desk.app.evaluate(({ scenes }) => scenes.again()); // the same picture, as a photo
    const { max, mean } = difference(await desk.picture(), live); // its texture has mipmaps now
    assert.ok(max <= 1 && mean < 1e-3, `up to ${max} levels, ${mean} in the mean`);
    await desk.setState({ size: 224 });
    await desk.settled();
  });

  test('has sizes of its own, and layer, head and mode work while it runs', async () => {
    await start();
    assert.equal((await desk.state()).size, 160);
    for (const state of [{ size: 192 }, { layer: 9 }, { mode: /** @type {const} */ ('mean') }, { heads: [2] }]) {
      await desk.setState(state);
      await framesFlow(desk);
    }
    const { layer, mode, heads, size } = await desk.state();
    assert.deepEqual({ layer, mode, heads, size }, { layer: 9, mode: 'mean', heads: [2], size: 192 });
    assert.equal((await seen(desk)).live, 1);
    await desk.setState({ layer: 0, mode: 'heads', heads: 'all' });
  });

  test('a patch asked while it runs is asked of every frame', async () => {
    await start();
    await desk.setState({ query: [4, 7] });
    const calls = await desk.engineCalls();
    await until(async () => (await desk.engineCalls()).slice(calls.length).filter((name) => name === 'query').length >= 3);
    assert.deepEqual((await desk.state()).query, [4, 7]);
    assert.equal(await desk.message(), '');
    await desk.page.keyboard.press('Escape');
    await desk.stateBecomes(({ query }) => query === null);
    await framesFlow(desk);
  });

  test('the key stops it and lets go of it; the last frame stays, at the size of before', async () => {
    await start();
    assert.equal((await seen(desk)).live, 1);
    await desk.page.keyboard.press('c');
    assert.equal((await seen(desk)).live, 0);
    await lastFrameIsAPhoto();
    assert.deepEqual(await desk.photoSize(), [624, 480]);
    assert.equal(await desk.page.textContent('#camera span'), 'Camera');
    assert.match(await desk.page.textContent('#engine') ?? '', / \u00b7 int8 \u00b7 /);
    const { runs } = await seen(desk);
    await desk.page.waitForTimeout(500);
    assert.equal((await seen(desk)).runs, runs);
  });

  test('a patch of the last frame is asked of that frame, not of one that was never shown', async () => {
    await desk.setState({ size: 160 });
    await desk.settled();
    await start();
    await desk.app.evaluate(({ live }) => live.stop());
    const asked = await desk.app.evaluate(({ viewer }) => new Promise((resolve) => {
      const { setQueryMaps } = viewer;
      viewer.setQueryMaps = (...answer) => {
        Object.assign(viewer, { setQueryMaps });
        setQueryMaps(...answer);
        resolve([...answer[0]]);
      };
      viewer.setState({ query: [10, 13] });
      viewer.drawNow();
    }));
    await desk.app.evaluate(({ scenes }) => scenes.again());
    const again = await desk.app.evaluate(async ({ model }) => [...await (await model.ready()).query(10, 13)]);
    assert.deepEqual(asked, again);
    await desk.setState({ query: null, size: 224 });
    await desk.settled();
  });

  test('is off while the page is hidden, and on again after that', async () => {
    await start();
    await setHidden(desk, true);
    assert.equal((await seen(desk)).live, 0);
    await lastFrameIsAPhoto();
    const { runs } = await seen(desk);
    await desk.page.waitForTimeout(500);
    assert.equal((await seen(desk)).runs, runs);
    await setHidden(desk, false);
    await framesFlow(desk);
    assert.equal((await seen(desk)).live, 1);
  });

  test('a photo or a sample that comes meanwhile ends it', async () => {
    await start();
    await desk.drop(photoPath('chelsea.jpg'));
    assert.equal((await seen(desk)).live, 0);
    assert.deepEqual(await desk.photoSize(), [451, 300]);
    assert.equal((await desk.state()).size, 224);
    await start();
    await desk.page.click('#samples [data-sample=coffee]');
    await desk.settled();
    assert.equal((await seen(desk)).live, 0);
    assert.deepEqual(await desk.photoSize(), [600, 400]);
    assert.equal(await desk.message(), '');
  });

  test('other weights may come meanwhile', async () => {
    await start();
    await desk.page.setInputFiles('#file', photoPath('../fixtures/dino-micro.safetensors'));
    await until(async () => await desk.app.evaluate(async ({ model }) => (await model.ready()).info.model?.layers !== 12));
    await framesFlow(desk);
    assert.equal(await desk.message(), '');
    assert.equal((await seen(desk)).live, 1);
  });

  test('that is unplugged gets one sentence, and can be started again', async () => {
    await start();
    await desk.page.evaluate(() => Reflect.get(window, 'tracks').at(-1).dispatchEvent(new Event('ended')));
    assert.match(await desk.message(), /^The camera is gone[^\n.]*\.$/);
    assert.equal((await seen(desk)).live, 0);
    await start();
    assert.equal(await desk.message(), '');
  });
});

describe('a camera that cannot be had gets one sentence:', () => {
  for (const [what, name, sentence] of [
    ['not allowed', 'NotAllowedError', /not allowed/],
    ['not there', 'NotFoundError', /no camera/],
    ['in use', 'NotReadableError', /in use/],
  ]) {
    test(`${what}`, async () => {
      const driver = await openPage(browser, `${url}/`);
      await driver.shown();
      await driver.page.evaluate((why) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', why));
      }, String(name));
      await driver.page.click('#camera');
      await until(async () => await driver.message() !== '');
      assert.match(await driver.message(), /^[A-Z][^\n.]*\.$/);
      assert.match(await driver.message(), /** @type {RegExp} */ (sentence));
      assert.equal(await driver.page.getAttribute('#camera', 'aria-pressed'), 'false');
      assert.equal((await driver.state()).photo, 'chelsea');
      await driver.close();
    });
  }

  test('refused by the reader', async () => {
    const strict = await startBrowser(['--use-fake-device-for-media-stream', '--deny-permission-prompts']);
    const driver = await openPage(strict, `${url}/`);
    await driver.shown();
    await driver.page.click('#camera');
    await until(async () => await driver.message() !== '');
    assert.match(await driver.message(), /not allowed/);
    await strict.close();
  });

  test('on a page that is not secure', async () => {
    const driver = await openPage(browser, `${url}/`, {
      script: () => Object.defineProperties(window, {
        isSecureContext: { value: false },
      }) && Object.defineProperty(navigator, 'mediaDevices', { value: undefined }),
    });
    await driver.shown();
    await driver.page.click('#camera');
    await until(async () => await driver.message() !== '');
    assert.match(await driver.message(), /^A browser gives the camera only to secure pages[^\n.]*\.$/);
    await driver.close();
  });
});
