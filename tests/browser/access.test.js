// The page for those who do not see its pixels or do not point at them: the form, the words, the keys.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, beforeEach, describe, test } from 'node:test';
import { openPage, startBrowser, until } from './page-driver.js';
import { difference, photoPath, readPng } from './pictures.js';
import { startServer } from './server.js';

const { url, close } = await startServer();
const browser = await startBrowser();
after(async () => {
  await browser.close();
  close();
});
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const desk = await openPage(browser, `${url}/`);
await desk.ready();
const { page } = desk;
const press = (/** @type {string[]} */ ...keys) => keys.reduce(
  (before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

/** The control that has the focus, as it is called. */
const focused = () => page.evaluate(() => {
  const control = /** @type {HTMLInputElement} */ (document.activeElement);
  return control.labels?.[0]?.innerText.split('\n')[0] ?? control.innerText ?? control.tagName;
});

/** By Tab alone. @param {string} name */
async function tabTo(name) {
  for (let i = 0; i < 60 && await focused() !== name; ++i) await press('Tab');
  assert.equal(await focused(), name);
}

const asItStarts = /** @type {const} */ ({ layer: 0, heads: 'all', query: null, mode: 'heads', view: 'overlay', opacity: 0.85 });

beforeEach(async () => {
  await desk.setState(asItStarts);
  await page.focus('#view');
});

describe('axe-core', () => {
  /** @type {[string, (page: import('playwright-core').Page) => Promise<unknown>][]} */
  const states = [
    ['as it starts', async () => {}],
    ['with the form', async (shown) => { await shown.focus('#view'); await shown.keyboard.press('Tab'); }],
    ['with the export dialog', (shown) => shown.keyboard.press('e')],
    ['with the models', async (shown) => { await shown.keyboard.press('w'); await shown.waitForSelector('#models[open]'); }],
    ['with About', (shown) => shown.click('#about-open')],
    ['with a message', (shown) => shown.setInputFiles('#file', { name: 'no.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no photo') })],
  ];
  for (const scheme of /** @type {const} */ (['dark', 'light'])) {
    for (const [width, height] of [[1280, 800], [390, 844]]) {
      test(`finds no violation, ${scheme}, ${width} pixels wide`, async () => {
        const driver = await openPage(browser, `${url}/`, { width, height });
        const shown = driver.page;
        await shown.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        await driver.ready();
        for (const [what, enter] of states) {
          await enter(shown);
          await shown.waitForTimeout(300);
          await shown.evaluate(`if (!window.axe) { ${axe} }`);
          const { violations } = await shown.evaluate(() => Reflect.get(window, 'axe').run());
          assert.deepEqual(violations.map((/** @type {any} */ { id, nodes }) => `${what}: ${id}: ${nodes.map((/** @type {any} */ node) => node.html).join(' ')}`), []);
          await shown.keyboard.press('Escape');
        }
        await driver.close();
      });
    }
  }
});

describe('the form', () => {
  test('comes after the canvas, is seen while it has the focus, and goes with Escape', async () => {
    const isSeen = () => page.locator('#mirror').evaluate((form) => form.getBoundingClientRect().width > 200);
    assert.equal(await isSeen(), false);
    await press('Tab');
    assert.equal(await focused(), 'Skip controls');
    assert.equal(await isSeen(), true);
    await press('Enter');
    assert.equal(await isSeen(), false);
    assert.equal(await page.evaluate(() => document.activeElement?.closest('#mirror')), null);
    await page.focus('#view');
    await press('Tab', 'Tab', 'Enter');
    await page.focus('#open');
    assert.equal(await isSeen(), true, 'kept open');
    await press('Shift+Tab');
    await page.focus('#mirror button');
    await press('Escape');
    assert.equal(await isSeen(), false);
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'view');
  });

  test('changes the view by keys alone', async () => {
    await tabTo('Layer');
    await press('ArrowLeft', 'ArrowLeft');
    await desk.stateBecomes(({ layer }) => layer === 10);
    assert.equal(await focused(), 'Layer');
    await tabTo('Head 2');
    await press('Space');
    await desk.stateBecomes(({ heads }) => String(heads) === '1,3');
    await tabTo('Mode');
    await press('ArrowDown');
    await desk.stateBecomes(({ mode }) => mode === 'mean');
    await tabTo('Row');
    await page.keyboard.type('4');
    await press('Tab');
    await page.keyboard.type('6');
    await press('Tab');
    await desk.stateBecomes(({ query }) => String(query) === '4,6');
    await page.focus('#view');
    await tabTo('Atlas');
    await press('Enter');
    await desk.stateBecomes(({ view }) => view === 'atlas');
  });

  test('follows the view without taking the focus', async () => {
    await tabTo('Opacity');
    await desk.setState({ layer: 5, opacity: 0.4, heads: [1], mode: 'max', query: [2, 3] });
    await until(async () => await page.getByLabel('Layer', { exact: true }).inputValue() === '5');
    assert.equal(await page.getByLabel('Layer', { exact: true }).getAttribute('aria-valuetext'), '5 of 12');
    assert.equal(await page.getByLabel('Opacity').inputValue(), '0.4');
    assert.equal(await page.getByLabel('Head 2').isChecked(), false);
    assert.equal(await page.locator('#mirror').getByLabel('Mode').inputValue(), 'max');
    assert.equal(await page.getByLabel('Row').inputValue(), '2');
    assert.equal(await focused(), 'Opacity');
  });

  test('has room at 200 % of the browser\'s zoom and on a phone', async () => {
    for (const [width, height] of [[640, 400], [390, 844]]) {
      const small = await openPage(browser, `${url}/`, { width, height, density: 2 });
      await small.ready();
      await small.page.focus('#view');
      await small.page.keyboard.press('Tab');
      const { x, width: wide } = await small.page.locator('#mirror').evaluate((form) => form.getBoundingClientRect().toJSON());
      assert.ok(x >= 0 && x + wide <= width);
      const across = await small.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.equal(across[0], across[1]);
      const overflow = await small.page.locator('#mirror').evaluate((form) => form.scrollWidth - form.clientWidth);
      assert.equal(overflow, 0);
      await small.close();
    }
  });
});

describe('undo and redo', () => {
  test('by keys, one step for a drag of a slider', async () => {
    await page.waitForTimeout(500);
    const start = await desk.state();
    await press('ArrowDown');
    await desk.stateBecomes(({ layer }) => layer === 11);
    await press('m');
    await desk.stateBecomes(({ mode }) => mode === 'mean');
    await press('Control+z');
    await desk.stateBecomes(({ mode, layer }) => mode === 'heads' && layer === 11);
    await press('Control+z');
    await desk.stateBecomes(({ layer }) => layer === start.layer);
    await press('Control+Shift+Z', 'Control+y');
    await desk.stateBecomes(({ mode, layer }) => mode === 'mean' && layer === 11);
    assert.equal(await page.getAttribute('#redo', 'aria-disabled'), 'true');

    await page.waitForTimeout(500);
    for (const opacity of [0.7, 0.6, 0.5]) await desk.setState({ opacity });
    await page.click('#undo');
    await desk.stateBecomes(({ opacity }) => opacity === 0.85);
    await page.click('#redo');
    await desk.stateBecomes(({ opacity }) => opacity === 0.5);
  });

  test('takes back a query, and the answer of the one before is drawn again', async () => {
    await desk.setState({ query: [4, 6] });
    await page.waitForFunction(({ scenes }) => String(/** @type {any} */ (scenes.shown()).views[0].answer?.patch) === '4,6', desk.app);
    const first = await desk.picture();
    await page.waitForTimeout(500);
    await desk.setState({ query: [10, 20] });
    await until(async () => difference(await desk.picture(), first).mean > 1);
    await press('Control+z');
    await until(async () => difference(await desk.picture(), first).max === 0);
  });
});

describe('the words', () => {
  test('say what is shown, and change when it has come to rest', async () => {
    await desk.setState({ layer: 3 });
    await until(async () => await page.textContent('#summary') === 'Chelsea: layer 3 of 12, 3 heads, 28 by 42 patches.');
    const words = await page.textContent('#picture-words');
    assert.match(words ?? '', /^The photo with its attention heads in colour\. DINO ViT-Ti\/8/);
    assert.match(words ?? '', /Head 1: .*; Head 2: .*; Head 3: /);
    assert.equal(await page.getAttribute('#view', 'aria-describedby'), 'picture-words');
    const calls = await page.evaluate(async () => {
      const line = /** @type {HTMLElement} */ (document.querySelector('#summary'));
      let changes = 0;
      new MutationObserver(() => { ++changes; }).observe(line, { childList: true });
      const { viewer } = Reflect.get(window, 'headlens');
      for (let layer = 4; layer <= 9; ++layer) {
        viewer.setState({ layer });
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      await new Promise((resolve) => setTimeout(resolve, 900));
      return changes;
    });
    assert.equal(calls, 1);
  });

  test('say where the mass of another photo lies', async () => {
    const driver = await openPage(browser, `${url}/`);
    await driver.ready();
    await driver.pick(photoPath('rocket.jpg'));
    await until(async () => /^Rocket: layer 12/.test(await driver.page.textContent('#summary') ?? ''));
    await driver.close();
  });
});

describe('the browser\'s own ways', () => {
  test('the menu of the right button finds the picture as an image', async () => {
    const box = await desk.photoBox();
    await page.evaluate(() => {
      Reflect.set(window, 'menu', new Promise((resolve, reject) => {
        document.addEventListener('contextmenu', async ({ target }) => {
          const image = /** @type {HTMLImageElement} */ (target);
          if (image.tagName !== 'IMG') return resolve({ tag: image.tagName });
          await image.decode().catch(reject);
          const canvas = Object.assign(document.createElement('canvas'), { height: image.naturalHeight, width: image.naturalWidth });
          canvas.getContext('2d')?.drawImage(image, 0, 0);
          resolve({ tag: 'IMG', alt: image.alt, png: canvas.toDataURL() });
        }, { once: true });
      }));
    });
    await page.mouse.click(box.x + 100, box.y + 100, { button: 'right' });
    const { tag, png, alt } = /** @type {any} */ (await page.evaluate(() => Reflect.get(window, 'menu')));
    assert.equal(tag, 'IMG');
    assert.deepEqual(difference(readPng(Buffer.from(png.split(',')[1], 'base64')), await desk.picture()), { max: 0, mean: 0 });
    assert.match(alt, /Head 1/);
    await page.mouse.move(box.x + 200, box.y + 200);
    await until(async () => await page.locator('.picture-copy').count() === 0);
    await page.mouse.click(box.x + 200, box.y + 200);
    await desk.stateBecomes(({ query }) => query !== null);
  });

  test('Ctrl and plus, or the wheel, are left to the browser', async () => {
    const prevented = await page.evaluate(() => ['+', '-', '0'].map((key) => {
      const event = new KeyboardEvent('keydown', { key, ctrlKey: true, bubbles: true, cancelable: true });
      document.querySelector('#view')?.dispatchEvent(event);
      return event.defaultPrevented;
    }));
    assert.deepEqual(prevented, [false, false, false]);
  });

  test('a context that does not come back is said after a while', async () => {
    const driver = await openPage(browser, `${url}/`);
    await driver.ready();
    await driver.page.evaluate(() => {
      /** @type {HTMLCanvasElement} */ (document.querySelector('#view')).getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
    });
    await until(async () => /reload the page, the view is kept in its address/.test(await driver.message()));
    await driver.close();
  });
});
