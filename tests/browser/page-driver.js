// The page in Chromium, as something that a person uses: files go in, keys and clicks, and what is
// on screen comes out.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumPath } from './browsers.js';
import { cut, readPng } from './pictures.js';

/**
 * @typedef {import('../../web/viewer.js').ViewState} ViewState
 * @typedef {import('./pictures.js').Picture} Picture
 * @typedef {import('./pictures.js').Box} Box
 *
 * @typedef {object} App what web/page.js leaves for tests
 * @property {import('../../web/viewer.js').Viewer} viewer
 * @property {ReturnType<typeof import('../../web/model.js').createModel>} model
 * @property {ReturnType<typeof import('../../web/scenes.js').createScenes>} scenes
 * @property {ReturnType<typeof import('../../web/fields.js').createFields>} fields
 * @property {ReturnType<typeof import('../../web/live.js').createLive>} live
 * @property {ReturnType<typeof import('../../web/compare.js').createCompare>} compare
 * @property {ReturnType<typeof import('../../web/page-photos.js').createPagePhotos>} photos
 * @property {() => import('../../web/estimates.js').Estimate[]} estimates at the sizes of the panel
 *
 * @typedef {Awaited<ReturnType<typeof openPage>>} Driver
 */

/** From CSS pixels to those of the device. @param {Box} box @param {number} scale @returns {Box} */
export const scaled = ({ x, y, width, height }, scale) =>
  ({ x: x * scale, y: y * scale, width: width * scale, height: height * scale });

/** @param {string[]} [flags] */
export const startBrowser = (flags = []) =>
  chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', ...flags] });

/** @param {() => Promise<boolean>} happens */
export async function until(happens) {
  const last = Date.now() + 10_000;
  while (!await happens()) {
    if (Date.now() > last) throw new Error(`For 10 s this did not become true: ${happens}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The frames drawn so far, once none is due. @param {Driver} driver */
export async function framesOnceIdle(driver) {
  let before = -1;
  await until(async () => {
    const earlier = before;
    before = await driver.frames();
    await driver.page.waitForTimeout(200);
    return before === earlier;
  });
  return driver.frames();
}

/**
 * In a context of its own: nothing is cached.
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {object} [options]
 * @param {number} [options.width]
 * @param {number} [options.height]
 * @param {number} [options.density] device pixels per CSS pixel
 * @param {() => unknown} [options.script] runs in the page before its own
 */
export async function openPage(browser, url, { width = 1280, height = 800, density = 1, script } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, deviceScaleFactor: density, colorScheme: 'dark',
  });
  const page = await context.newPage();
  const problems = watchForProblems(page, new URL(url).origin);
  await page.addInitScript(countEngineCalls);
  if (script) await page.addInitScript(script);
  await page.goto(url);
  const app = /** @type {import('playwright-core').JSHandle<App>} */ (
    await page.waitForFunction(() => Reflect.get(window, 'headlens')));

  const driver = {
    page,
    app,

    /** Console errors, failed requests and requests to other servers. */
    problems,

    close: () => context.close(),

    /** The first heatmap is on screen. */
    shown: () => page.waitForFunction(({ scenes }) => !scenes.isEmpty(), app),

    /** The engine has its model and knows the first photo. */
    ready: async () => {
      await driver.shown();
      await app.evaluate(async ({ model, scenes }) => {
        await model.ready();
        await scenes.prepare();
      });
    },

    /** A file of weights goes in, and what is on screen is its. @param {string} path */
    async useModel(path) {
      await page.setInputFiles('#file', path);
      const name = basename(path, '.safetensors');
      await until(() => app.evaluate(({ model }, wanted) => model.name() === wanted, name));
      await driver.settled();
    },

    /** The photo that went in is done, with what came of it. */
    settled: () => app.evaluate(({ scenes }) => scenes.settled()),

    state: () => app.evaluate(({ viewer }) => viewer.state()),

    /** @param {Partial<ViewState>} fields */
    setState: (fields) => app.evaluate(({ viewer }, next) => {
      viewer.setState(next);
      viewer.drawNow();
    }, fields),

    /** @param {(state: ViewState) => boolean} wanted */
    stateBecomes: (wanted) => until(async () => wanted(await driver.state())),

    frames: () => app.evaluate(({ viewer }) => viewer.frames()),

    /** Where the photo lies on the page, in CSS pixels. */
    photoBox: (pane = 0) => app.evaluate(({ viewer }, which) => {
      const box = viewer.photoBox(which);
      const canvas = /** @type {HTMLElement} */ (document.querySelector('#view')).getBoundingClientRect();
      return { ...box, x: box.x + canvas.left, y: box.y + canvas.top };
    }, pane),

    /** The middle of a control of the panel, on the page, by the name that the viewer gives it. @param {string} name */
    async middleOf(name) {
      const middle = await app.evaluate(({ viewer }, wanted) => {
        const canvas = /** @type {HTMLElement} */ (document.querySelector('#view')).getBoundingClientRect();
        const box = viewer.controlBox(wanted);
        return box && { x: canvas.left + box.x + box.width / 2, y: canvas.top + box.y + box.height / 2 };
      }, name);
      if (!middle) throw new Error(`There is no control "${name}".`);
      return middle;
    },

    /** @param {string} name */
    async press(name) {
      const { x, y } = await driver.middleOf(name);
      await page.mouse.click(x, y);
    },

    /**
     * @param {{height: number, width: number}} [size]
     * @returns {Promise<Picture>}
     */
    picture: (size, pane = 0) => app.evaluate(({ viewer }, [wanted, which]) => {
      const { data, height, width } = viewer.picture(wanted, which);
      return { data: new Uint8Array(data), height, width };
    }, /** @type {const} */ ([size, pane])),

    /** Width and height of the photo. */
    photoSize: () => app.evaluate(({ viewer }) => {
      const { height, width } = viewer.picture();
      return [width, height];
    }),

    /** What the message box says; '' where there is none. */
    message: () => page.evaluate(() => {
      const box = /** @type {HTMLElement} */ (document.querySelector('#message'));
      return box.hidden ? '' : box.querySelector('p')?.textContent ?? '';
    }),

    /** What is on the page, in device pixels. */
    screenshot: async () => readPng(await page.screenshot()),

    /** The photo's part of that. */
    photoShot: async (pane = 0) => cut(await driver.screenshot(), scaled(await driver.photoBox(pane), density)),

    /** What the engine was asked to do since the page began. @returns {Promise<string[]>} */
    engineCalls: () => page.evaluate(() => Reflect.get(window, 'engineCalls')),

    /**
     * By the file picker.
     * @param {string | {name: string, mimeType: string, buffer: Buffer}} file
     */
    pick: async (file) => {
      await page.setInputFiles('#file', file);
      await driver.settled();
    },

    /** @param {string} path */
    drop: async (path) => {
      await giveFile(page, 'drop', basename(path), await readFile(path));
      await driver.settled();
    },

    /** @param {string} path */
    paste: async (path) => {
      await giveFile(page, 'paste', basename(path), await readFile(path));
      await driver.settled();
    },
  };
  return driver;
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} origin
 */
function watchForProblems(page, origin) {
  /** @type {string[]} */
  const problems = [];
  page.on('console', (entry) => {
    if (entry.type() === 'error') problems.push(`error: ${entry.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('requestfailed', (request) => problems.push(`failed: ${request.url()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (!['data:', 'blob:'].includes(protocol) && asked !== origin) problems.push(`elsewhere: ${request.url()}`);
  });
  return problems;
}

/** Runs in the page before its scripts. */
function countEngineCalls() {
  /** @type {string[]} */
  const calls = [];
  Reflect.set(window, 'engineCalls', calls);
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (/** @type {any[]} */ ...args) {
    if (args[0].method) calls.push(args[0].method);
    return Reflect.apply(postMessage, this, args);
  };
}

/**
 * An event with a file, as the browser makes it when a person drops or pastes one.
 * @param {import('playwright-core').Page} page
 * @param {'drop' | 'paste'} kind
 * @param {string} name
 * @param {Buffer} bytes
 */
async function giveFile(page, kind, name, bytes) {
  await page.evaluate(([what, fileName, base64]) => {
    const file = new File([Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))], fileName);
    const data = new DataTransfer();
    data.items.add(file);
    const target = /** @type {HTMLElement} */ (document.querySelector('#stage'));
    const happens = { bubbles: true, cancelable: true };
    if (what === 'paste') {
      target.dispatchEvent(new ClipboardEvent('paste', { ...happens, clipboardData: data }));
      return;
    }
    target.dispatchEvent(new DragEvent('dragover', { ...happens, dataTransfer: data }));
    target.dispatchEvent(new DragEvent('drop', { ...happens, dataTransfer: data }));
  }, [kind, name, bytes.toString('base64')]);
}
