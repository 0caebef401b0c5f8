// Models that the page fetches: from hosts that misbehave, kept by the browser, in several tabs.
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { modelsDialog } from './models-driver.js';
import { openPage, startBrowser, until } from './page-driver.js';
import { startServer } from './server.js';
import { createZoo, fileBytes, haveLarge } from './zoo.js';

const zoo = createZoo();
const { url, close } = await startServer({ routes: zoo.routes });
// A name that no browser takes for this computer, so that its pages are no secure ones.
const browser = await startBrowser(['--host-resolver-rules=MAP plain.test 127.0.0.1']);
after(async () => {
  await browser.close();
  close();
});
const desk = await openPage(browser, `${url}/`);
await desk.ready();
const { page } = desk;
const context = page.context();
const models = modelsDialog(page);

const oneSentence = /^[A-Z][^\n]*[^.\n]\.$/;

/** Another tab of the same browser. @param {string} hash */
async function openTab(hash = '') {
  const tab = await context.newPage();
  await tab.goto(`${url}/${hash}`);
  await tab.waitForFunction(() => Reflect.get(window, 'headlens'));
  await tab.evaluate(() => Reflect.get(window, 'headlens').model.ready());
  return tab;
}

/** It is refused in words, nothing is kept, and what was in use stays. @param {string} name @param {RegExp} words */
async function assertRefused(name, words) {
  const before = await page.textContent('#engine');
  await models.press(name, /^Download/);
  const sentence = await models.trouble(name);
  assert.match(sentence, oneSentence);
  assert.match(sentence, words);
  assert.ok(!(await models.kept()).includes(name));
  assert.equal(await page.textContent('#engine'), before);
  assert.deepEqual(await models.offers(name), ['Retry']);
}

describe('a model that is fetched', () => {
  test('counts up, is used, kept, and named by the address', async () => {
    await models.press('held', /^Download/);
    await models.becomes('held', /^\d\.\d of \d\.\d MB/);
    const share = await models.entry('held').locator('progress').evaluate((bar) => /** @type {HTMLProgressElement} */ (bar).value);
    assert.ok(Math.abs(share - 0.5) < 0.05, `${share}`);
    assert.deepEqual(await models.kept(), []);
    zoo.letGo();
    await models.becomes('held', /^On this device, 2\.\d MB$/);
    await models.inUse('Model held');
    assert.deepEqual(await models.kept(), ['held']);
    assert.deepEqual(await models.offers('held'), ['Delete', 'In use']);
    assert.match(await page.textContent('#models .space') ?? '', /^2\.\d MB of models kept, .* free$/);
    assert.match(decodeURIComponent(new URL(page.url()).hash), /"model":"held"/);
  });

  test('needs no network the next time', async () => {
    const asked = zoo.askedInAll();
    zoo.setDown(true);
    const tab = await openTab('#{"model":"held"}');
    await modelsDialog(tab).inUse('Model held');
    assert.equal(await tab.isHidden('#offer'), true);
    assert.equal(zoo.askedInAll(), asked);
    await tab.close();
    zoo.setDown(false);
  });

  test('can be deleted while it is in use, even by another tab', async () => {
    const tab = await openTab();
    await modelsDialog(tab).press('held', 'Delete');
    await modelsDialog(tab).becomes('held', /^Not on this device/);
    await tab.close();
    const precisions = await desk.app.evaluate(async ({ model }) => {
      const engine = await model.ready();
      const photo = await (await fetch('samples/coffee.jpg')).blob();
      const said = [];
      for (const precision of /** @type {const} */ (['int8', 'f32'])) { // each reads the file again
        await engine.run(photo, { size: 64, precision });
        said.push(engine.info.model?.precision);
      }
      return said;
    });
    assert.deepEqual(precisions, ['int8', 'f32']);
    assert.deepEqual(await models.kept(), []);
  });

  test('can be cancelled, which leaves nothing', async () => {
    await page.reload();
    await page.waitForFunction(() => Reflect.get(window, 'headlens'));
    zoo.holdAgain();
    await models.press('held', /^Download/);
    await models.becomes('held', /^\d\.\d of \d\.\d MB/);
    await page.waitForTimeout(600); // else it is a double-click
    await models.press('held', 'Cancel');
    await models.becomes('held', /^Not on this device, 2\.\d MB$/);
    assert.ok(await models.entry('held').locator('.trouble').isHidden());
    assert.deepEqual(await models.kept(), []);
  });

  test('comes once where two tabs want it', async () => {
    const before = zoo.asked('held').length;
    const tab = await openTab();
    const others = modelsDialog(tab);
    await models.press('held', /^Download/);
    await models.becomes('held', /^\d\.\d of \d\.\d MB/);
    await others.press('held', /^Download/);
    await others.becomes('held', /another page is fetching it/);
    zoo.letGo();
    await others.inUse('Model held');
    await models.inUse('Model held');
    assert.equal(zoo.asked('held').length, before + 1);
    await tab.close();
  });
});

describe('a connection that breaks', () => {
  test('leaves what came, and Retry fetches the rest', async () => {
    await assertRefused('cut', /was cut after 1\.\d MB of 2\.\d MB: .*Retry fetches the rest/);
    await models.press('cut', 'Retry');
    await models.inUse('Model cut');
    const [first, rest] = zoo.asked('cut');
    assert.equal(first, '');
    assert.equal(rest, `bytes=${Math.floor(fileBytes / 2)}-`);
    assert.ok((await models.kept()).includes('cut'));
  });

  for (const [name, requests, how] of /** @type {const} */ ([
    ['cut-without-ranges', 2, 'the server has no ranges'],
    ['cut-and-changed', 3, 'the file has changed meanwhile'],
    ['cut-gzip', 2, 'it came compressed'],
  ])) {
    test(`begins again where ${how}`, async () => {
      await assertRefused(name, /was cut after/);
      await models.press(name, 'Retry');
      await models.inUse(`Model ${name}`);
      assert.equal(zoo.asked(name).length, requests);
      assert.equal(zoo.asked(name)[requests - 1].startsWith('bytes'), name === 'cut-without-ranges');
    });
  }
});

describe('a file that is not the right one is thrown away', () => {
  for (const [name, words] of /** @type {const} */ ([
    ['short', /has [\d,]+ bytes where Model short has [\d,]+: it was thrown away/],
    ['long', /has [\d,]+ bytes where Model long has [\d,]+: it was thrown away/],
    ['wrong', /SHA-256 is not that of Model wrong: it was thrown away/],
    ['login', /no file of weights/],
  ])) {
    test(name, () => assertRefused(name, words));
  }

  test('unless the reader expects that it has changed', async () => {
    await models.press('changing', /^Download/);
    await models.inUse('Model changing');
    await models.press('changing', 'Delete');
    await models.press('good', /^Download/);
    await models.inUse('Model good');
    await models.press('changing', /^Download/);
    assert.match(await models.trouble('changing'), /has changed since it was first used here, and was thrown away/);
    assert.ok(!(await models.kept()).includes('changing'));
    await models.press('changing', 'Take the new one');
    await models.inUse('Model changing');
  });
});

describe('a host', () => {
  test('may send it compressed', async () => {
    await models.press('gzip', /^Download/);
    await models.inUse('Model gzip');
    assert.match(await models.where('gzip'), /^On this device, 2\.\d MB$/);
  });

  test('that has no such file is passed over for the next', async () => {
    await models.press('gone', /^Download/);
    await models.inUse('Model gone');
    assert.equal(zoo.asked('gone').length, 1);
  });

  test('may be the last that fails: the sentence names all', async () => {
    await assertRefused('gone-too', /answered 404 Not Found; .*could not be reached.*check the connection/);
  });

  test('is out of reach where the computer is offline', async () => {
    await context.setOffline(true);
    await assertRefused('other', /this computer is offline/);
    await context.setOffline(false);
    await models.press('other', 'Retry');
    await models.inUse('Model other');
  });
});

describe('where a model cannot be kept it is used', () => {
  afterEach(() => zoo.letGo());

  test('for lack of room', async () => {
    const fresh = await openPage(browser, `${url}/`);
    await fresh.ready();
    const own = modelsDialog(fresh.page);
    const devtools = await fresh.page.context().newCDPSession(fresh.page);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: url, quotaSize: 1_000_000 });
    await own.press('good', /^Download/);
    await own.inUse('Model good');
    assert.match(await own.trouble('good'), /^There is no room to keep it: .*Delete another to make room\.$/);
    assert.equal(await own.where('good'), 'Here until the page closes');
    assert.deepEqual(await own.kept(), []);
    await own.press('dino-vitt8-reg4', 'Use');
    await own.inUse('The bundled model');
    const asked = zoo.asked('good').length;
    await own.press('good', 'Use');
    await own.inUse('Model good');
    assert.equal(zoo.asked('good').length, asked);
    await fresh.close();
  });

  test('on a page that is no secure one, unchecked', async () => {
    const plain = await openPage(browser, url.replace('localhost', 'plain.test'));
    await plain.ready();
    const own = modelsDialog(plain.page);
    await own.press('good', /^Download/);
    await own.inUse('Model good');
    assert.match(await own.trouble('good'), /^Only a page that is opened by https can keep a model and check it/);
    await plain.close();
  });
});

test('a ViT-S/8 as PyTorch writes it comes, is checked, kept and used', { skip: !haveLarge && 'PyTorch is not here' }, async (t) => {
  const began = performance.now();
  await models.press('large', /^Download 87 MB/);
  await until(async () => /^On this device, 8\d MB$/.test(await models.where('large')));
  t.diagnostic(`kept after ${(performance.now() - began).toFixed(0)} ms`);
  await models.inUse('ViT-S/8 of random numbers, with a name that is longer than most of the names that models have');
  t.diagnostic(`used after ${(performance.now() - began).toFixed(0)} ms`);
});
