// web/engine.js in Chromium: the numbers of all four builds, and everything that can go wrong.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startChromium } from './browsers.js';
import { checkBundled, checkMicro } from './expectations.js';
import { bundledWeights, micro, ofBundledModel, pth, sharedWeights } from './fixtures.js';
import { made } from './photos.js';
import { haveShared, startServer } from './server.js';

const { url, close } = await startServer({ files: await made() });
const browser = await startChromium();
const page = await browser.open(`${url}/tests/browser/engine.html`);
after(async () => {
  await browser.close();
  close();
});

describe('the engine agrees with PyTorch', () => {
  for (const build of ['simd-single', 'simd-threads', 'relaxed-single', 'relaxed-threads']) {
    for (const threads of build.endsWith('threads') ? [1, 2] : [1]) {
      test(`${build}, threads: ${threads}, the given pixels`, async () => {
        const { info, results } = await page.call('compareFixtures', { fixtures: micro, build, threads });
        assert.equal(info.build, build);
        assert.equal(info.threads, threads);
        checkMicro(results);
      });
    }

    test(`${build}, bundled model, photo files`, async () => {
      const fixtures = ofBundledModel(bundledWeights);
      const { info, results } = await page.call('compareFixtures', { fixtures, build, photos: true });
      assert.equal(info.model.precision, 'int8');
      checkBundled(results);
    });
  }

  for (const [how, asFiles] of /** @type {const} */ ([['address', false], ['file', true]])) {
    test(`PyTorch's own files, by ${how}`, async () => {
      const { results } = await page.call('compareFixtures', { fixtures: pth, asFiles });
      assert.equal(results.length, 6);
      checkMicro(results);
    });
  }

  test('the weights in f32, pixels and photo files', { skip: !haveShared && 'no shared weights' }, async () => {
    const fixtures = ofBundledModel(sharedWeights);
    checkMicro((await page.call('compareFixtures', { fixtures })).results);
    const { results } = await page.call('compareFixtures', { fixtures, photos: true });
    for (const { name, clsR } of results) assert.ok(clsR.worst >= 0.998, `${name}: r = ${clsR.worst}`);
  });
});

describe('the engine takes the build that suits the browser', () => {
  test('several threads where the page is isolated', async () => {
    const { info, isolated, processors } = await page.call('environment');
    assert.ok(isolated);
    assert.equal(info.build, 'relaxed-threads');
    assert.ok(info.relaxedSimd);
    assert.ok(info.threads > 1);
    assert.equal(info.threads, Math.min(8, processors));
  });

  test('one thread where it is not', async () => {
    const plain = await startServer({ isolated: false });
    const plainPage = await browser.open(`${plain.url}/tests/browser/engine.html`);
    const { info, isolated } = await plainPage.call('environment');
    assert.equal(isolated, false);
    assert.equal(info.build, 'relaxed-single');
    assert.equal(info.threads, 1);
    const { results } = await plainPage.call('compareFixtures', { fixtures: micro });
    checkMicro(results);
    await plainPage.close();
    plain.close();
  });

  for (const [name, base] of [['may not', '/no-workers/'], ['never', '/stuck-workers/']]) {
    test(`one thread where others ${name} start`, async () => {
      const info = await page.call('withoutThreads', base);
      assert.equal(info.build, 'relaxed-single');
      assert.equal(info.threads, 1);
    });
  }
});

describe('the engine reads photos', () => {
  test('bitmaps and image data give the maps of the file', async () => {
    const { bitmap, data, bitmapStaysUsable, resized } = await page.call('compareSources');
    assert.equal(bitmap, 0);
    assert.equal(data, 0);
    assert.ok(bitmapStaysUsable);
    assert.deepEqual(resized, { height: 96, width: 144 });
  });

  test('EXIF orientation 6 stands upright', async () => {
    const { difference, shape } = await page.call('compareDecoded',
      { url: '/made/orientation-6.jpg', plain: '/tests/photos/chelsea.jpg', turned: true });
    assert.deepEqual(shape, [18, 12]);
    assert.equal(difference, 0);
  });

  test('transparent pixels are white', async () => {
    const { difference } = await page.call('compareDecoded', { url: '/made/rgba.png', plain: '/made/over-white.png' });
    assert.ok(difference < 0.01, `${difference}`); // a level of rounding
  });

  test('16-bit PNGs', async () => {
    const { difference } = await page.call('compareDecoded', { url: '/made/16-bit.png', plain: '/made/8-bit.png' });
    assert.ok(difference < 0.01, `${difference}`);
  });

  test('the engine decodes by itself where the browser cannot', async () => {
    const { worst, difference } = await page.call('compareDecoders',
      { weights: bundledWeights, photo: '/tests/photos/chelsea.jpg' });
    assert.ok(worst >= 0.985, `r = ${worst}`);
    assert.ok(difference > 0, 'the decoders round differently: this was one of them twice');
  });

  test('8000 x 6000 pixels', async () => {
    const { r, memory } = await page.call('hugePhoto');
    assert.ok(r.worst > 0.9, `r = ${r.worst}`);
    assert.ok(memory < 350e6, `${memory} bytes`);
  });
});

describe('bad input gets a sentence and leaves everything as it was', () => {
  const chelsea = '/tests/photos/chelsea.jpg';
  /** @type {[string, object, RegExp][]} */
  const cases = [
    ['an empty photo', { kind: 'photo', text: '' }, /empty/],
    ['a text as photo', { kind: 'photo', text: 'Not a picture at all.' }, /picture|photo|image/],
    ['half a JPEG', { kind: 'photo', url: chelsea, share: 0.5 }, /cut off/],
    ['half a PNG', { kind: 'photo', url: '/made/rgba.png', share: 0.5 }, /cut off/],
    ['a strip', { kind: 'photo', url: '/made/strip.png' }, /patch/],
    ['less than a patch', { kind: 'photo', url: '/made/tiny.png', size: 7 }, /patch/],
    ['a size that is none', { kind: 'photo', url: chelsea, size: -3 }, /size/],
    ['too many patches', { kind: 'photo', url: chelsea, size: 4000 }, /patch|size/],
    ['a JPEG as weights', { kind: 'weights', url: chelsea }, /JPEG/],
    ['half the weights', { kind: 'weights', url: '/tests/fixtures/dino-micro.safetensors', share: 0.5 }, /cut|short|trunc|ends/],
    ['half a PyTorch file', { kind: 'weights', url: '/tests/fixtures/dino-micro.pth', share: 0.5 }, /cut off/],
    ['a whole PyTorch module', { kind: 'weights', url: '/tests/fixtures/pth/module.pth' }, /wants to run torch\.nn\.modules\.linear\.Linear/],
    ['a PyTorch program', { kind: 'weights', url: '/tests/fixtures/pth/script.pth' }, /TorchScript/],
    ['empty weights', { kind: 'weights', text: '' }, /empty/],
  ];
  for (const [name, input, sentence] of cases) {
    test(name, async () => {
      const { message, changed, next } = await page.call('badInput', input);
      assert.match(message, /^EngineError: [^\n]+\.$/);
      assert.match(message, sentence);
      assert.equal(changed, 0);
      assert.equal(next, 'done');
    });
  }

  /** @type {[string, string, RegExp][]} */
  const downloads = [
    ['a download that is cut off', '/cut/tests/fixtures/dino-micro.safetensors', /cut off after 0\.[012] MB of 0\.4 MB/],
    ['an address without a file', '/tests/fixtures/none.safetensors', /404/],
    ['a server that is not there', 'http://localhost:9/weights', /could not be reached/],
  ];
  for (const [name, address, sentence] of downloads) {
    test(name, async () => {
      const { message, changed } = await page.call('badDownload', address);
      assert.match(message, /^EngineError: [^\n]+\.$/);
      assert.match(message, sentence);
      assert.equal(changed, 0);
    });
  }
});

for (const precision of ['f32', 'int8']) {
  test(`a ViT-S/8 at 480 x 480 stays under 350 MB, ${precision}`, async () => {
    const result = await page.call('memoryOfVitSmall8', { precision });
    assert.equal(result.precision, precision);
    assert.deepEqual(result.grid, [60, 60]);
    assert.ok(result.finite);
    assert.ok(result.memory < 350e6, `${result.memory} bytes`);
  });
}

test('the engine outlives a lack of memory', async () => {
  /** @type {{messages: string[], afterwards: string[], memory: number}} */
  const { messages, afterwards, memory } = await page.call('lackOfMemory');
  for (const message of messages) assert.match(message, /^(done|EngineError: [^\n]*memory[^\n]*\.)$/);
  // The largest do not fit at all; some fit once, but not twice, which ends the module.
  assert.match(messages[messages.length - 1], /not enough memory for this file/);
  assert.ok(messages.some((message) => message.includes('The engine ran out of memory')), messages.join('\n'));
  assert.ok(afterwards.every((message) => message === 'done'), afterwards.join('\n'));
  assert.ok(memory <= 2 ** 25);
});

test('a run ends between layers when it is cancelled or another begins', async () => {
  const { cancelled, waited, layers, early, older, newerDiffers, afterEnd } = await page.call('cancelRuns');
  assert.match(cancelled, /^AbortError/);
  assert.deepEqual(layers, [0, 1]);
  assert.ok(waited < 20, `${waited} ms`);
  assert.match(early, /^AbortError/);
  assert.match(older, /^AbortError/);
  assert.equal(newerDiffers, 0);
  assert.match(afterEnd, /^AbortError/);
});

test('progress counts bytes and layers', async () => {
  /** @type {import('../../web/engine.js').Progress[]} */
  const events = await page.call('progress');
  const of = (/** @type {string} */ stage) => events.filter((event) => event.stage === stage);
  assert.deepEqual([...new Set(events.map(({ stage }) => stage))], ['engine', 'download', 'model', 'photo', 'network']);
  assert.deepEqual(of('network').map(({ done }) => done), [0, 1, 2, 3]);
  assert.ok(of('network').every(({ total }) => total === 3));
  const last = of('download').at(-1);
  assert.equal(last?.done, last?.total);
  assert.ok(Number(last?.total) > 400_000);
});

test('a model is what the file says, or the caller', async () => {
  const { plain, chosen, again, after, wrong, differs, keeps } = await page.call('modelChoices');
  assert.deepEqual([plain.scheme, plain.position, plain.assumed], ['Hugging Face', 'resize', ['mean', 'filter']]);
  assert.deepEqual([plain.network, plain.networks, plain.distilled], ['', [], false]);
  assert.deepEqual([plain.mean, plain.std], [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]);
  assert.deepEqual([chosen.position, chosen.assumed], ['dino', []]);
  assert.deepEqual([chosen.mean, chosen.std], [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]);
  assert.ok(differs > 1e-3, `${differs}`);
  assert.deepEqual(again, chosen); // of another precision meanwhile
  assert.equal(keeps, 0);
  assert.deepEqual(after, chosen);
  const sentences = [/5 heads/, /whole number/, /three numbers/, /above 0/, /antialias/, /"teacher"/];
  sentences.forEach((sentence, i) => assert.match(wrong[i], sentence));
});

test('one of several networks in a file is asked for by its name', async () => {
  const { choices, unknown, model, difference } = await page.call('nestedCheckpoint');
  assert.deepEqual(choices, { network: ['model', 'model_ema'] });
  assert.deepEqual(unknown, choices);
  assert.deepEqual([model.network, model.networks], ['model_ema', choices.network]);
  assert.equal(difference, 0);
});

test('the precision can change from run to run', async () => {
  const { saysInt8, saysF32, int8, f32 } = await page.call('switchPrecision');
  assert.equal(saysInt8, 'int8');
  assert.ok(int8 > 1e-5, 'int8 gave what f32 gives');
  assert.equal(saysF32, 'f32');
  assert.equal(f32, 0);
});
