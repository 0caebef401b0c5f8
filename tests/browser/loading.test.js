// Weights that are packed while they arrive, from a host of their own: time, memory, and the ways in
// which a download can differ.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { listen, serveFolder } from '../../scripts/serve.mjs';
import { startChromium } from './browsers.js';
import { randomVit, vitSmall8 } from './random-vit.js';
import { startServer } from './server.js';

const micro = await readFile(join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures', 'dino-micro.safetensors'));

const folder = await mkdtemp(join(tmpdir(), 'headlens-'));
for (const precision of /** @type {const} */ (['f32', 'int8'])) {
  const file = await randomVit(vitSmall8, precision).arrayBuffer();
  await writeFile(join(folder, `${precision}.safetensors`), new Uint8Array(file));
}

/** How often each address was asked for. */
const asked = new Map();

/** The host of the weights: another origin than the page's, which hides most headers. */
const files = serveFolder(folder);
const host = createServer((request, response) => {
  const path = request.url ?? '/';
  const times = (asked.get(path) ?? 0) + 1;
  asked.set(path, times);
  response.setHeader('Access-Control-Allow-Origin', '*');
  if (path === '/gzip') return response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(micro));
  if (path === '/length-of-gzip') {
    const body = gzipSync(micro);
    return response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': body.length }).end(body);
  }
  if (path === '/without-length') {
    response.write(micro.subarray(0, 1000)); // in pieces of their own, without Content-Length
    return response.end(micro.subarray(1000));
  }
  if (path === '/without-end') {
    response.write(micro.subarray(0, micro.length / 2));
    return response.end();
  }
  if (path === '/once') {
    if (times > 1) return response.writeHead(410).end();
    return response.writeHead(200, { 'Content-Length': micro.length, 'Cache-Control': 'no-cache' }).end(micro);
  }
  return void files(request, response);
});
const weights = `http://localhost:${await listen(host, 0)}`;

const { url, close } = await startServer();
const browser = await startChromium();
const page = await browser.open(`${url}/tests/browser/engine.html`);
after(async () => {
  await browser.close();
  close();
  host.closeAllConnections();
  host.close();
  await rm(folder, { recursive: true });
});

describe('a ViT-S/8 is ready when its last byte has come', () => {
  for (const build of ['simd-single', 'simd-threads', 'relaxed-single', 'relaxed-threads']) {
    for (const precision of ['f32', 'int8']) {
      test(`${precision}, ${build}`, async (context) => {
        const result = await page.call('timeLoading', { url: `${weights}/${precision}.safetensors`, build });
        const { bytes, download, load, ready, memory } = result;
        context.diagnostic(`${(bytes / 1e6).toFixed(1)} MB: ready ${ready.toFixed(0)} ms after the last byte ` +
          `(${load.toFixed(0)} ms in all, ${download.toFixed(0)} ms to download alone), memory ${(memory / 1e6).toFixed(1)} MB`);
        assert.equal(result.precision, precision);
        assert.ok(ready < 300, `${ready} ms`);
        // The packed weights (our own int8 layers take two bytes an element), a block on its way, and
        // what the memory's growth rounds up to: a copy of the file would not fit.
        const packed = precision === 'int8' ? 2 * bytes : bytes;
        assert.ok(memory < packed + 20e6, `${memory} bytes`);
      });
    }
  }
});

test('a load that is cancelled ends between chunks, leaves the model, and frees its memory', async (t) => {
  const result = await page.call('cancelLoads', { url: `${weights}/f32.safetensors`, times: 6 });
  for (const message of result.messages) assert.match(message, /^AbortError/);
  assert.equal(result.changed, 0);
  assert.ok(result.sameModel);
  t.diagnostic(`waited ${result.waits.map((/** @type {number} */ wait) => wait.toFixed(0)).join(', ')} ms`);
  assert.ok(Math.min(...result.waits) < 50, 'the engine was not free soon'); // the others may wait for the machine
  assert.equal(result.next, 'done');
  assert.ok(result.memory < 120e6, `${result.memory} bytes`); // six halves would be 260 MB
});

describe('the length that a server gives is not relied on', () => {
  for (const path of ['/gzip', '/length-of-gzip', '/without-length']) {
    test(path, async () => {
      const { message, model, done, total } = await page.call('loadCounting', { url: weights + path });
      assert.equal(message, 'done');
      assert.equal(model.layers, 3);
      assert.equal(done, micro.length);
      assert.equal(total, 0);
    });
  }

  test('/without-end', async () => {
    const { message } = await page.call('loadCounting', { url: `${weights}/without-end` });
    assert.match(message, /^EngineError: This safetensors file is cut off: [^\n]+\.$/);
  });
});

test('another precision takes the file from where the browser has kept it', async () => {
  const results = await page.call('switchPrecisions', { url: `${weights}/once` });
  assert.deepEqual(results, ['done', 'int8', 'done', 'f32', 'done', 'int8']);
  assert.equal(asked.get('/once'), 1);
});
