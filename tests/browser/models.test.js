// The dialog of models in Chromium: what it shows and offers, the reader's own files, and the address.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import { modelsDialog } from './models-driver.js';
import { openPage, startBrowser, until } from './page-driver.js';
import { photoPath } from './pictures.js';
import { inNetworks, randomVit } from './random-vit.js';
import { startServer } from './server.js';
import { createZoo, models as known } from './zoo.js';

const zoo = createZoo();
const { url, close } = await startServer({ routes: zoo.routes });
const browser = await startBrowser();
after(async () => {
  await browser.close();
  close();
});

const desk = await openPage(browser, `${url}/`, {});
await desk.ready();
const { page } = desk;
const models = modelsDialog(page);

const vit = Buffer.from(await randomVit({ patch: 16, width: 128, depth: 3, heads: 2, grid: 14 }).arrayBuffer());
const weights = (/** @type {string} */ name, buffer = vit) => ({ name, mimeType: '', buffer });
const engineSays = async () => await page.textContent('#engine') ?? '';
const row = (/** @type {string} */ label) => page.locator('#models .rows label', { hasText: label });

describe('the dialog', () => {
  test('opens by the model\u2019s name or W, holds the focus, and gives it back', async () => {
    await page.click('#engine');
    await page.locator('#models').waitFor();
    assert.ok(await page.evaluate(() => document.activeElement?.closest('#models')));
    await page.keyboard.press('Escape');
    assert.ok(await page.isHidden('#models'));
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'engine');
    await page.keyboard.press('w');
    await page.locator('#models').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    assert.ok(await page.isHidden('#models'));
    assert.deepEqual(desk.problems, []);
  });

  test('lists what the page knows, with its size, and says which is in use', async () => {
    await models.open();
    const titles = await page.locator('#models li h3').allTextContents();
    assert.deepEqual(titles, known.map(({ title }) => title));
    assert.equal(await models.where('dino-vitt8-reg4'), 'Comes with the page');
    assert.deepEqual(await models.offers('dino-vitt8-reg4'), ['In use']);
    assert.deepEqual(await models.offers('large'), ['Download 87 MB']);
    assert.equal(await models.where('large'), 'Not on this device, about 87 MB');
    assert.match(await models.entry('good').locator('.facts').textContent() ?? '', /^patch 16 \u00b7 3 layers \u00d7 2 heads \u00b7 Apache-2.0$/);
    assert.match(await page.textContent('#models .now') ?? '', /^The bundled model.*patch 8 .* 12 layers \u00d7 3 heads \u00b7 4 registers/);
    assert.equal(await page.locator('#models .now .assumed').count(), 0);
  });

  test('is worked by keys alone', async () => {
    await models.entry('good').getByRole('button').focus();
    await page.keyboard.press('Enter');
    await models.inUse('Model good');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'In use');
    await page.keyboard.press('Shift+Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Delete');
    await page.keyboard.press('Enter');
    await models.becomes('good', /^Not on this device/);
    assert.ok(await page.evaluate(() => document.activeElement?.closest('li')), 'the focus is lost');
  });

  test('closes on a model that is here, which can then be seen', async () => {
    await models.press('dino-vitt8-reg4', 'Use');
    await models.inUse('The bundled model');
    await page.locator('#models').waitFor({ state: 'hidden' });
    assert.equal((await desk.state()).model, '');
  });

  test('moves nothing when a download begins, and none begins twice', async () => {
    await models.open();
    const tops = () => page.locator('#models li').evaluateAll((items) => items.map((item) => item.getBoundingClientRect().top));
    await models.entry('held').getByRole('button').scrollIntoViewIfNeeded();
    const before = await tops();
    await models.entry('held').getByRole('button').dblclick();
    await models.becomes('held', /^\d\.\d of \d\.\d MB/);
    assert.deepEqual(await tops(), before);
    assert.deepEqual(await models.offers('held'), ['Cancel']);
    assert.match(await page.textContent('#models .says') ?? '', /^Model held: (0|25|50) %$/);
    zoo.letGo();
    await models.inUse('Model held');
    assert.equal(zoo.asked('held').length, 1);
  });

  test('offers to compare where there is something that does', async () => {
    const offered = await page.evaluate(async () => {
      const { createModelsDialog } = await import(/** @type {any} */ ('/models.js'));
      const { fetchKnownModels } = await import(/** @type {any} */ ('/known-models.js'));
      const dialog = /** @type {HTMLDialogElement} */ (document.querySelector('#models')?.cloneNode(true));
      document.body.append(dialog);
      /** @type {string[]} */
      const compared = [];
      const made = createModelsDialog({
        dialog, known: await fetchKnownModels(), inUse: () => null, onUse: async () => {},
        onCompare: (/** @type {{name: string}} */ { name }) => compared.push(name),
      });
      await made.find('good');
      const visible = [...dialog.querySelectorAll('button')].filter((button) => button.textContent === 'Compare' && !button.hidden);
      for (const button of visible) button.click();
      const withFile = !(/** @type {HTMLElement} */ (dialog.querySelector('.compare-file'))).hidden;
      dialog.remove();
      return { compared, withFile };
    });
    assert.deepEqual(offered, { compared: ['dino-vitt8-reg4', 'held'], withFile: true });
    assert.ok(!(await models.offers('held')).includes('Compare'));
  });
});

describe('the reader\u2019s own file', () => {
  test('is used, with what was assumed of it in plain sight', async () => {
    await page.setInputFiles('#models .open-file input', weights('mine.safetensors'));
    await models.inUse('mine');
    assert.match(await engineSays(), /normalisation.* assumed$/);
    assert.equal(await row('Pixels normalised').locator('em').textContent(), 'assumed');
    assert.equal(await row('Pixels normalised').locator('select option:checked').textContent(), 'ImageNet');
    assert.match(await page.textContent('#models .now') ?? '', /marked as assumed: if the maps look wrong/);
    assert.equal((await desk.state()).model, '');
  });

  test('is read again as the reader chooses', async () => {
    const info = () => desk.app.evaluate(({ model }) => model.inUse()?.info);
    await row('Pixels normalised').locator('select').selectOption('0.5');
    await until(async () => await row('Pixels normalised').locator('em').textContent() === 'your choice');
    assert.deepEqual((await info())?.mean, [0.5, 0.5, 0.5]);
    assert.deepEqual((await info())?.std, [0.5, 0.5, 0.5]);
    assert.ok(!(await engineSays()).includes('normalisation'));
    await row('Heads').locator('select').selectOption('4');
    await until(async () => (await info())?.heads === 4);
    assert.deepEqual((await info())?.mean, [0.5, 0.5, 0.5]);
    await row('Pixels normalised').locator('select').selectOption('As the file says');
    await until(async () => await row('Pixels normalised').locator('em').textContent() === 'assumed');
    assert.equal((await info())?.heads, 4);
  });

  test('that holds several networks asks which', async () => {
    await page.keyboard.press('Escape');
    await page.setInputFiles('#file', weights('nested.safetensors', inNetworks(vit, ['student', 'model_ema'])));
    await page.locator('#models .problem:visible').waitFor();
    assert.match(await page.textContent('#models .problem p') ?? '', /^This checkpoint holds several networks, model_ema, student: choose one/);
    assert.match(await engineSays(), /^mine/);
    await page.getByRole('button', { name: 'model_ema' }).click();
    await models.inUse('nested');
    assert.ok(await page.isHidden('#models .problem'));
    assert.ok(await page.evaluate(() => document.activeElement?.closest('#models')), 'the focus is lost');
  });

  test('of PyTorch, whose heads nobody knows, asks how many', async () => {
    const path = photoPath('../fixtures/dino-micro-training-checkpoint.pth');
    await page.setInputFiles('#models .open-file input', path);
    await page.locator('#models .problem:visible').waitFor();
    assert.match(await page.textContent('#models .problem p') ?? '', /^A width of 48 [^\n]* give the right number of heads\.$/);
    await page.locator('#models .problem').getByRole('button', { name: '3' }).click();
    await models.inUse('dino-micro-training-checkpoint');
    const info = await desk.app.evaluate(({ model }) => model.inUse()?.info);
    assert.deepEqual([info?.heads, info?.network, info?.networks], [3, 'teacher', ['student', 'teacher']]);
    await row('Network').locator('select').selectOption('student');
    await until(async () => await desk.app.evaluate(({ model }) => model.inUse()?.info.network) === 'student');
    assert.deepEqual((await desk.app.evaluate(({ model }) => model.inUse()?.info.heads)), 3);
  });

  test('that cannot be read gets its sentence where the reader looks', async () => {
    await page.setInputFiles('#models .open-file input', weights('broken.safetensors', vit.subarray(0, 5000)));
    await page.locator('#models .problem:visible').waitFor();
    assert.match(await page.textContent('#models .problem p') ?? '', /^[A-Z][^\n]*\.$/);
    assert.equal(await desk.message(), '');
    assert.match(await engineSays(), /^dino-micro-training/);
    await page.keyboard.press('Escape');
  });

  test('is known by its first bytes, whatever its name', async () => {
    await page.setInputFiles('#file', weights('without-a-name'));
    await models.inUse('without-a-name');
    for (const begin of ['PK\x03\x04', '\x80\x02']) {
      await page.setInputFiles('#file', weights('checkpoint', Buffer.from(begin.padEnd(200), 'latin1')));
      await until(async () => await desk.message() !== '');
      assert.doesNotMatch(await desk.message(), /picture|photo/);
      await desk.pick(photoPath('coffee.jpg'));
      assert.equal(await desk.message(), '');
    }
    await page.setInputFiles('#file', { name: 'photo', mimeType: '', buffer: await readFile(photoPath('chelsea.jpg')) });
    await until(async () => String(await desk.photoSize()) === '451,300');
    assert.match(await engineSays(), /^without-a-name/);
  });
});

describe('an address that names a model', () => {
  test('fetches nothing unasked: it offers to', async () => {
    const asked = zoo.askedInAll();
    const named = await openPage(browser, `${url}/#{"model":"good","layer":2}`);
    await named.ready();
    const own = modelsDialog(named.page);
    await named.page.locator('#offer:visible').waitFor();
    assert.equal(await named.page.textContent('#offer p'),
      'This view is of Model good, which is not on this device: until it is, another model is shown.');
    assert.equal((await named.state()).model, '');
    assert.equal(zoo.askedInAll(), asked);
    await named.page.getByRole('button', { name: /^Download \d\.\d MB$/ }).first().click();
    await own.inUse('Model good');
    assert.ok(await named.page.isHidden('#offer'));
    const { model, layer } = await named.state();
    assert.deepEqual({ model, layer }, { model: 'good', layer: 2 });
    await named.close();
  });

  test('may name one that nobody knows', async () => {
    const named = await openPage(browser, `${url}/#{"model":"nobody"}`);
    await until(async () => await named.message() !== '');
    assert.match(await named.message(), /^This page knows no model nobody, which its address names: .*\.$/);
    await named.ready();
    assert.match(await named.page.textContent('#engine') ?? '', /^The bundled model/);
    await named.close();
  });
});

/** Runs in the page: texts of the dialog with less than the contrast that WCAG 2.1 asks for, 4.5. */
function paleTexts() {
  /** @param {string} colour @returns {number[]} */
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  /** @param {number[]} rgb */
  const luminance = (rgb) => rgb.slice(0, 3).map((level) => level / 255)
    .map((level) => (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4))
    .reduce((sum, level, i) => sum + level * [0.2126, 0.7152, 0.0722][i], 0);
  /** @param {Element | null} element @returns {number[]} */
  const behind = (element) => {
    const colour = channels(getComputedStyle(element ?? document.body).backgroundColor);
    return element && colour[3] === 0 ? behind(element.parentElement) : colour;
  };
  const texts = [...document.querySelectorAll('#models *')].filter((element) =>
    element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()));
  const pale = texts.filter((element) => {
    const [dark, light] = [luminance(channels(getComputedStyle(element).color)), luminance(behind(element))].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05) < 4.5;
  });
  return { count: texts.length, pale: pale.map((element) => element.textContent) };
}

test('on a phone all of it can be read and reached', async () => {
  const phone = await openPage(browser, `${url}/`, { width: 390, height: 844 });
  await phone.ready();
  const own = modelsDialog(phone.page);
  await own.press('gone-too', /^Download/);
  await own.trouble('gone-too');
  const name = 'a-long-name-'.repeat(9);
  await phone.page.setInputFiles('#models .open-file input', weights(`${name}.safetensors`));
  await own.inUse(name);
  const outside = await phone.page.evaluate(() => [...document.querySelectorAll('#models, #models *, body > header *')]
    .filter((element) => element.checkVisibility() && !element.closest('.says, svg, #engine > *'))
    .filter((element) => element.getBoundingClientRect().right > innerWidth || element.getBoundingClientRect().left < 0)
    .map((element) => element.outerHTML.slice(0, 80)));
  assert.deepEqual(outside, []);
  const low = await phone.page.locator('#models button:visible').evaluateAll((buttons) =>
    buttons.filter((button) => button.getBoundingClientRect().height < 32).length);
  assert.equal(low, 0);
  for (const colorScheme of /** @type {const} */ (['dark', 'light'])) {
    await phone.page.emulateMedia({ colorScheme });
    const { count, pale } = await phone.page.evaluate(paleTexts);
    assert.ok(count > 60);
    assert.deepEqual(pale, [], colorScheme);
  }
  await phone.close();
});
