// The browsers of the tests, each as something that opens an address and calls what the page offers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { startDisplay } from './display.js';

/**
 * @typedef {object} TestPage
 * @property {(name: string, argument?: unknown) => Promise<any>} call window.inPage[name](argument)
 * @property {(script: string) => Promise<any>} run an expression
 * @property {(at: {x: number, y: number}) => Promise<void>} click in CSS pixels
 * @property {(key: 'ArrowDown') => Promise<void>} press
 * @property {() => Promise<void>} close
 *
 * @typedef {object} TestBrowser
 * @property {(url: string) => Promise<TestPage>} open
 * @property {() => Promise<void>} close
 */

/** @param {string[]} paths */
const firstThatExists = (...paths) => paths.find((path) => existsSync(path));

export const chromiumPath = process.env.CHROMIUM ??
  firstThatExists('/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome');
export const firefoxPath = process.env.FIREFOX ??
  firstThatExists('/usr/bin/firefox-esr', '/usr/bin/firefox');
export const webkitDriverPath = process.env.WEBKIT_DRIVER ?? firstThatExists('/usr/bin/WebKitWebDriver');
const miniBrowserPath = firstThatExists(...['x86_64', 'aarch64'].flatMap((machine) => ['4.1', '6.0'].map(
  (version) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-${version}/MiniBrowser`)));

/** Runs in the page. */
const callInPage = async (/** @type {[string, unknown]} */ [name, argument]) => {
  const page = /** @type {any} */ (window);
  while (!page.inPage) await new Promise((resolve) => setTimeout(resolve, 10));
  return page.inPage[name](argument);
};

/**
 * Playwright and Puppeteer agree as far as this.
 * @param {{newPage: () => Promise<any>}} browser
 * @param {string} url
 * @returns {Promise<TestPage>}
 */
async function openPage(browser, url) {
  const page = await browser.newPage();
  await page.goto(url);
  return {
    call: (name, argument) => page.evaluate(callInPage, [name, argument]),
    run: (script) => page.evaluate(script),
    click: ({ x, y }) => page.mouse.click(x, y),
    press: (key) => page.keyboard.press(key),
    close: () => page.close(),
  };
}

/** @returns {Promise<TestBrowser>} */
export async function startChromium() {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  return {
    open: (url) => openPage(browser, url),
    close: () => browser.close(),
  };
}

/** @returns {Promise<TestBrowser>} */
export async function startFirefox() {
  const display = await startDisplay();
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxPath,
    headless: false,
    env: { ...process.env, DISPLAY: display.name, LIBGL_ALWAYS_SOFTWARE: '1', MOZ_DISABLE_CONTENT_SANDBOX: '1' },
    protocolTimeout: 300_000,
  });
  return {
    open: (url) => openPage(browser, url),
    close: async () => {
      await browser.close();
      display.close();
    },
  };
}

/**
 * By the plain WebDriver protocol: https://www.w3.org/TR/webdriver2/
 * @param {Record<string, string>} [environment]
 * @returns {Promise<TestBrowser>}
 */
export async function startWebKit(environment = {}) {
  const display = await startDisplay();
  const port = await freePort();
  const driver = spawn(webkitDriverPath ?? 'WebKitWebDriver', [`--port=${port}`], {
    env: {
      ...process.env, DISPLAY: display.name, LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      ...environment,
    },
    stdio: 'ignore',
  });
  await once(driver, 'spawn');

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  async function command(method, path, body) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = /** @type {{value: any}} */ (await answer.json());
    if (!answer.ok) throw new Error(`${path}: ${value?.error}: ${value?.message}`);
    return value;
  }

  await untilItAnswers(() => command('GET', '/status'));
  const options = { binary: miniBrowserPath, args: ['--automation'] };
  const { sessionId } = await command('POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } },
  });
  const session = `/session/${sessionId}`;
  await command('POST', `${session}/timeouts`, { script: 300_000 });
  const act = (/** @type {object} */ source) => command('POST', `${session}/actions`, { actions: [source] });
  const script = `const done = arguments[1];
    (${callInPage})(arguments[0]).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
  return {
    open: async (url) => {
      await command('POST', `${session}/url`, { url });
      return {
        call: async (name, argument = null) => {
          const result = await command('POST', `${session}/execute/async`, { script, args: [[name, argument]] });
          if (result.error) throw new Error(result.error);
          return result.value;
        },
        run: (script) => command('POST', `${session}/execute/sync`, { script: `return ${script};`, args: [] }),
        click: (at) => act({
          type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' },
          actions: [{ type: 'pointerMove', ...at, origin: 'viewport' }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }],
        }),
        press: (key) => act({
          type: 'key', id: 'keys', actions: ['keyDown', 'keyUp'].map((type) => ({ type, value: keyCodes[key] })),
        }),
        close: async () => {},
      };
    },
    close: async () => {
      await command('DELETE', session);
      driver.kill();
      display.close();
    },
  };
}

/** As WebDriver writes them: https://www.w3.org/TR/webdriver2/#keyboard-actions */
const keyCodes = { ArrowDown: '\uE015' };

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((closed) => server.close(closed));
  return port;
}

/** @param {() => Promise<unknown>} ask */
async function untilItAnswers(ask) {
  for (let tries = 100; ; --tries) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
