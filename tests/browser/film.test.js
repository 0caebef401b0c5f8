// Many photos at once in Chromium: the film, what is computed behind the screen, and what is kept.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { openPage, startBrowser, until } from './page-driver.js';
import { difference, photoPath } from './pictures.js';
import { startServer } from './server.js';

const { url, close } = await startServer();
const browser = await startBrowser();
after(async () => {
  await browser.close();
  close();
});

/** @typedef {{name: string, bytes: Buffer}} Given */

/** @param {string} name in tests/photos @returns {Promise<Given>} */
const photo = async (name) => ({ name: basename(name), bytes: await readFile(photoPath(name)) });

const good = await Promise.all(['coffee.jpg', 'raccoon.jpg', 'astronaut.jpg', 'rocket.jpg'].map(photo));
const bad = await Promise.all(['empty.jpg', 'truncated.jpg', 'truncated.png', 'not_a_picture.jpg', 'gigapixel.png', 'strip.png', 'tiny.png']
  .map((name) => photo(`odd/${name}`)));

let desk = await openPage(browser, `${url}/`);
await desk.ready();

/** @param {'drop' | 'paste'} kind @param {Given[]} files */
async function give(kind, files) {
  const encoded = files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') }));
  await desk.page.evaluate(([what, all]) => {
    const data = new DataTransfer();
    for (const { name, base64 } of all) {
      data.items.add(new File([Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))], name));
    }
    const happens = { bubbles: true, cancelable: true };
    document.dispatchEvent(what === 'paste' ? new ClipboardEvent('paste', { ...happens, clipboardData: data })
      : new DragEvent('drop', { ...happens, dataTransfer: data }));
  }, /** @type {const} */ ([kind, encoded]));
}

/** The reader's own photos. */
const own = () => desk.app.evaluate(({ photos }) => photos.film.items().filter(({ file }) => file)
  .map(({ name, stage, problem }) => ({ name, stage, problem })));

const stages = async () => (await own()).map(({ stage }) => stage).join(' ');

const current = () => desk.app.evaluate(({ photos }) => photos.film.current()?.name);

/** The film is drawn a frame after the photo changed. @param {string} name */
const drawnAsCurrent = (name) => desk.page.waitForFunction(
    (label) => document.querySelector('#samples [aria-pressed=true]')?.getAttribute('aria-label') === label, name);

/** Neither the screen nor the batch is at work. */
async function quiet() {
  await desk.page.waitForFunction(({ photos }) => photos.film.items().length > 5 &&
    photos.film.items().every(({ stage }) => stage !== 'waiting' && stage !== 'working'), desk.app, { timeout: 60_000 });
  await desk.page.waitForFunction(() => /** @type {HTMLElement} */ (document.querySelector('#batch')).hidden);
  await desk.settled();
}

/** Runs of the network so far. */
const runs = async () => (await desk.engineCalls()).filter((method) => method === 'run').length;

beforeEach(async () => {
  await desk.close();
  desk = await openPage(browser, `${url}/`);
  await desk.ready();
});

describe('many photos', () => {
  test('come by one drop: the first is shown, the others follow in order, and all are kept', async () => {
    await give('drop', good);
    await until(async () => await stages() === 'done working waiting waiting' || /^done done/.test(await stages()));
    assert.equal(await current(), 'coffee.jpg');
    assert.deepEqual(await desk.photoSize(), [600, 400]);
    await quiet();
    assert.equal(await stages(), 'done done done done');
    assert.equal(await desk.message(), '');
    assert.match(await desk.page.textContent('#photo-news') ?? '', /^4 of 4 photos done/);

    await desk.app.evaluate(({ scenes }) => scenes.prepare()); // the batch's end does so, maybe not yet
    const before = await runs();
    for (const name of ['raccoon.jpg', 'astronaut.jpg', 'rocket.jpg']) {
      await desk.page.keyboard.press('ArrowRight');
      await desk.settled();
      assert.equal(await current(), name);
    }
    const last = await desk.picture();
    await desk.page.keyboard.press('ArrowLeft');
    await desk.settled();
    assert.equal(await current(), 'astronaut.jpg');
    assert.equal(await runs(), before, 'what was kept was computed again');

    await desk.page.keyboard.press('ArrowRight');
    await desk.settled();
    await desk.app.evaluate(({ scenes }) => scenes.again());
    assert.deepEqual(difference(await desk.picture(), last), { max: 0, mean: 0 }, 'what was kept is not what is computed');
  });

  test('come by paste and by the picker', async () => {
    await give('paste', good.slice(0, 2));
    await quiet();
    assert.equal(await stages(), 'done done');
    await desk.page.setInputFiles('#file', good.slice(2).map(({ name, bytes }) => ({ name, mimeType: '', buffer: bytes })));
    await until(async () => (await own()).length === 4);
    await quiet();
    assert.equal(await stages(), 'done done done done');
    assert.equal(await current(), 'astronaut.jpg');
  });

  test('come in folders, which are read to the bottom; what is no photo is named once', async () => {
    await desk.page.evaluate((all) => {
      const fileEntry = (/** @type {File} */ file) => ({
        name: file.name, isDirectory: false, file: (/** @type {(file: File) => void} */ take) => take(file),
      });
      const folderEntry = (/** @type {string} */ name, /** @type {object[]} */ entries) => ({
        name, isDirectory: true,
        createReader: () => { // as browsers do: some entries at a time
          let at = 0;
          return { readEntries: (/** @type {(some: object[]) => void} */ take) => setTimeout(() => take(entries.slice(at, at += 2))) };
        },
      });
      const [a, b, c] = all.map(({ name, base64 }) =>
        fileEntry(new File([Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0))], name)));
      const text = (/** @type {string} */ name) => fileEntry(new File(['words'], name));
      const folder = folderEntry('holiday', [text('notes.txt'), a, text('list.csv'), text('.DS_Store'), folderEntry('beach', [b, text('song.mp3'), c])]);
      const event = new DragEvent('drop', { bubbles: true, cancelable: true });
      Object.defineProperty(event, 'dataTransfer', {
        value: { types: ['Files'], files: [], items: [{ webkitGetAsEntry: () => folder }] },
      });
      document.dispatchEvent(event);
    }, good.slice(0, 3).map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })));
    await until(async () => (await own()).length === 3);
    await quiet();
    assert.deepEqual((await own()).map(({ name }) => name), ['astronaut.jpg', 'raccoon.jpg', 'coffee.jpg']);
    assert.equal(await desk.message(), '3 files are no photos and were left out: song.mp3, list.csv, notes.txt.');
  });

  test('stop when they are told to, and go on when they are asked for', async () => {
    await desk.setState({ size: 480 });
    await desk.settled();
    await give('drop', [...good, ...good]);
    await desk.page.waitForSelector('#batch:not([hidden])');
    await desk.page.waitForFunction(({ photos }) => photos.film.items().filter(({ file, stage }) => file && stage === 'done').length === 1, desk.app, { timeout: 20_000 });
    await desk.page.click('#batch button');
    await quiet();
    assert.match(await stages(), /^done( done)? idle idle/);
    await desk.page.locator('#samples li').last().locator('button').first().click();
    await desk.settled();
    assert.match(await stages(), /done$/);
  });

  test('wait for the one that is asked for', async () => {
    await desk.setState({ size: 320 });
    await desk.settled();
    await give('drop', [...good, ...good]);
    await until(async () => /^done working/.test(await stages()));
    await desk.page.locator('#samples li').last().locator('button').first().click();
    await desk.settled();
    const now = await stages();
    assert.match(now, /^done (done |working |waiting ){6}done$/);
    assert.match(now, /waiting/, 'the last was not before the others');
    await quiet();
    assert.equal(await stages(), Array(8).fill('done').join(' '));
  });

  test('are answered for while others are at work', async () => {
    await desk.setState({ size: 320 });
    await desk.settled();
    await give('drop', [...good, ...good]);
    await until(async () => /^done working/.test(await stages()));
    const plain = await desk.picture();
    await desk.setState({ query: [12, 12] });
    await until(async () => difference(await desk.picture(), plain).mean > 1);
    assert.equal(await current(), 'coffee.jpg');
    await quiet();
    assert.equal(await stages(), Array(8).fill('done').join(' '));
    assert.equal(await desk.message(), '');
    const answered = await desk.picture();
    await desk.setState({ query: null });
    await desk.setState({ query: [12, 12] });
    await desk.app.evaluate(({ scenes }) => scenes.ask());
    assert.deepEqual(difference(await desk.picture(), answered), { max: 0, mean: 0 });
  });

  test('follow another size, and what was computed at the first is kept', async () => {
    await give('drop', good.slice(0, 2));
    await quiet();
    await desk.setState({ size: 160 });
    await desk.settled();
    assert.equal(await stages(), 'done idle');
    await desk.app.evaluate(({ scenes }) => scenes.prepare());
    const before = await runs();
    await desk.setState({ size: 224 });
    await desk.settled();
    assert.equal(await stages(), 'done done');
    assert.equal(await runs(), before);
  });
});

describe('the film', () => {
  test('is walked by the keyboard, and the photo in use is in sight', async () => {
    await give('drop', Array.from({ length: 20 }, (_, i) => ({ ...good[i % 4], name: `${i}.jpg` })));
    await desk.page.waitForFunction(() => document.querySelectorAll('#samples li').length === 25);
    await desk.page.click('#batch button');
    await quiet();
    await desk.page.locator('#samples [aria-pressed=true]').focus();
    for (const [key, name] of [['End', '19.jpg'], ['ArrowLeft', '18.jpg'], ['Home', 'chelsea'], ['ArrowRight', 'astronaut']]) {
      await desk.page.keyboard.press(key);
      await desk.settled();
      assert.equal(await current(), name);
      await drawnAsCurrent(name);
      const [place, film] = await desk.page.evaluate(() => {
        const box = (/** @type {string} */ what) => /** @type {HTMLElement} */ (document.querySelector(what)).getBoundingClientRect();
        return [box('#samples [aria-pressed=true]'), box('#film')].map(({ left, right }) => ({ left, right }));
      });
      assert.ok(place.left >= film.left && place.right <= film.right, `${name} is out of sight`);
      assert.equal(await desk.page.evaluate(() => document.activeElement?.getAttribute('aria-pressed')), 'true');
    }
    assert.equal(await desk.page.locator('#samples button[tabindex="0"]').count(), 1);
  });

  test('loses a photo by its cross and by Delete, and another takes its place on screen', async () => {
    await give('drop', good);
    await quiet();
    const rows = desk.page.locator('#samples li:not(:has([data-sample]))');
    await rows.first().hover();
    await rows.first().locator('.remove').click();
    await desk.settled();
    assert.deepEqual((await own()).map(({ name }) => name), ['raccoon.jpg', 'astronaut.jpg', 'rocket.jpg']);
    assert.equal(await current(), 'raccoon.jpg');
    await rows.last().locator('button').first().focus();
    await desk.page.keyboard.press('Delete');
    assert.deepEqual((await own()).map(({ name }) => name), ['raccoon.jpg', 'astronaut.jpg']);
    assert.equal(await current(), 'raccoon.jpg');
  });
});

describe('bad files among them', () => {
  test('are marked with their sentences, and one message counts them', async () => {
    const notes = { name: 'notes.txt', bytes: Buffer.from('words') };
    await give('drop', [bad[0], good[0], notes, bad[1], good[1]]);
    await quiet();
    assert.equal(await stages(), 'failed done failed done');
    assert.equal(await current(), 'coffee.jpg', 'the first that is good is shown');
    assert.equal(await desk.message(), 'notes.txt is no photo and was left out. ' +
      '2 of 4 photos could not be shown: empty.jpg, truncated.jpg; point at one of them to read why.');
    const failed = desk.page.locator('#samples [data-stage=failed] button:not(.remove)');
    await failed.last().hover();
    assert.equal(await desk.page.textContent('#photo-says'), 'truncated.jpg: The JPEG is cut off: get the whole file again.');
    assert.ok(await desk.page.isVisible('#photo-says'));
    await failed.first().focus();
    assert.match(await desk.page.textContent('#photo-says') ?? '', /^empty\.jpg: .*empty/);
  });

  for (const kind of /** @type {const} */ (['drop', 'paste'])) {
    test(`fifty at once by ${kind} get one message, and the page stays of use`, async () => {
      const said = await desk.page.evaluateHandle(() => {
        /** @type {string[]} */
        const words = [];
        const text = /** @type {Element} */ (document.querySelector('#message p'));
        new MutationObserver(() => words.push(text.textContent ?? '')).observe(text, { childList: true, characterData: true, subtree: true });
        return words;
      });
      const shown = await desk.picture();
      await give(kind, Array.from({ length: 50 }, (_, i) => ({ ...bad[i % bad.length], name: `${i}-${bad[i % bad.length].name}` })));
      await until(async () => (await own()).length === 50);
      await quiet();
      assert.ok((await own()).every(({ stage, problem }) => stage === 'failed' && /^[A-Z][^\n]*[^.\n]\.$/.test(problem)));
      const words = await said.jsonValue();
      assert.equal(words.length, 1, words.join('\n'));
      assert.match(words[0], /^None of 50 photos could be shown: 0-empty\.jpg, 1-truncated\.jpg, 2-truncated\.png and 47 more; /);
      assert.deepEqual(difference(await desk.picture(), shown), { max: 0, mean: 0 });
      assert.equal(await current(), 'chelsea');

      await give(kind, good.slice(0, 1));
      await until(async () => await current() === 'coffee.jpg');
      await desk.settled();
      assert.deepEqual(await desk.photoSize(), [600, 400]);
      assert.equal(await desk.message(), '');
    });
  }
});

describe('sizes', () => {
  test('are estimated: at 320 after a run at 224, the time within a factor of 1.6', async (t) => {
    const estimate = async (/** @type {number} */ size) => {
      const all = await desk.page.evaluate(() => Reflect.get(window, 'headlens').estimates());
      return all.find((/** @type {{size: number}} */ one) => one.size === size);
    };
    const measure = (/** @type {number} */ size, runs = 1) => desk.app.evaluate(async ({ model }, [short, count]) => {
      const file = await (await fetch('samples/coffee.jpg')).blob();
      const engine = await model.ready();
      const times = [];
      for (let i = 0; i < count; ++i) times.push((await engine.run(file, { size: short })).timing.total / 1000);
      return { seconds: Math.min(...times), megabytes: engine.info.memory / 1e6 };
    }, [size, runs]);
    let best = Infinity; // of five: the machine may be at other work
    for (let i = 0; i < 5 && best > 1.6; ++i) {
      for (let j = 0; j < 4; ++j) await desk.app.evaluate(({ scenes }) => scenes.again());
      const { seconds } = await estimate(320);
      const measured = await measure(320, 3);
      t.diagnostic(`${seconds.toFixed(3)} s estimated, ${measured.seconds.toFixed(3)} s measured`);
      best = Math.min(best, Math.max(seconds / measured.seconds, measured.seconds / seconds));
    }
    assert.ok(best < 1.6, `a factor of ${best}`);

    const { megabytes } = await estimate(640);
    const measured = await measure(640);
    t.diagnostic(`${megabytes} MB estimated at 640, ${measured.megabytes.toFixed(0)} MB measured`);
    assert.ok(megabytes / measured.megabytes < 1.5 && measured.megabytes / megabytes < 1.5);
  });

  test('that the network cannot take are refused in words, and the one before stays', async () => {
    const wide = await desk.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(8000, 200);
      canvas.getContext('2d')?.fillRect(0, 0, 4000, 200);
      return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
    });
    await desk.setState({ size: 160 });
    await desk.settled();
    await give('drop', [{ name: 'wide.png', bytes: Buffer.from(wide) }]);
    await until(async () => await current() === 'wide.png');
    await desk.settled();
    assert.equal(await desk.message(), '');
    const { height, width } = await desk.photoBox();
    assert.ok(Math.abs(width / height / 40 - 1) < 0.2, `${width} x ${height}`);
    await desk.setState({ size: 480 });
    await desk.settled();
    assert.match(await desk.message(), /^At 19200 x 480 pixels [^\n]*more than 16384: choose a smaller size [^\n]*\.$/);
    assert.equal((await desk.state()).size, 160);
    assert.equal(await stages(), 'done');
  });

  test('of one pixel and of panoramas are laid out, as kept or as square as the network allows', async () => {
    const make = (/** @type {number} */ height, /** @type {number} */ width) => desk.page.evaluate(async ([rows, cols]) => {
      const canvas = new OffscreenCanvas(cols, rows);
      canvas.getContext('2d')?.fillRect(0, 0, cols, rows);
      return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
    }, [height, width]);
    const tell = async (/** @type {string} */ name, /** @type {number} */ height, /** @type {number} */ width) => {
      await desk.pick({ name, mimeType: 'image/png', buffer: Buffer.from(await make(height, width)) });
      return desk.message();
    };
    for (const [height, width] of [[1, 1], [1, 3000], [3000, 1]]) {
      assert.match(await tell(`${height}x${width}.png`, height, width), /smaller than one 8-pixel patch/);
      assert.deepEqual(await desk.photoSize(), [451, 300]);
    }
    for (const [height, width] of [[8, 8], [1600, 100]]) {
      assert.equal(await tell(`${height}x${width}.png`, height, width), '');
      assert.deepEqual(await desk.photoSize(), [width, height]);
      const box = await desk.photoBox();
      assert.ok(box.width > 1 && box.height > 1 && box.x >= 0 && box.y >= 0 && box.y + box.height <= 800);
    }
  });
});
