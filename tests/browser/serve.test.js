// The server of scripts/run: files compressed for whoever takes them so.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { listen, serveFolder } from '../../scripts/serve.mjs';

const folder = await mkdtemp(join(tmpdir(), 'headlens-'));
const script = 'export const word = "attention";\n'.repeat(300);
await writeFile(join(folder, 'script.js'), script);
await writeFile(join(folder, 'photo.jpg'), script);
await writeFile(join(folder, 'model.safetensors'), script);
const server = createServer(serveFolder(folder));
const port = await listen(server, 0);
after(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/**
 * As it comes over the wire: fetch would decode it.
 * @param {string} path
 * @param {Record<string, string>} [headers]
 * @returns {Promise<{status: number, headers: import('node:http').IncomingHttpHeaders, body: Buffer}>}
 */
const ask = (path, headers = {}) => new Promise((resolve, reject) => {
  get({ port, path, headers, agent: false }, async (response) => {
    const body = Buffer.concat(await response.toArray());
    resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
  }).on('error', reject);
});

describe('the server', () => {
  for (const [accepted, encoding, decode] of /** @type {const} */ ([
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
  ])) {
    test(`sends ${encoding} to whoever accepts "${accepted}"`, async () => {
      const { headers, body } = await ask('/script.js', { 'Accept-Encoding': accepted });
      assert.equal(headers['content-encoding'], encoding);
      assert.equal(headers.vary, 'Accept-Encoding');
      assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
      assert.equal(headers['content-length'], String(body.length));
      assert.ok(body.length < script.length / 10);
      assert.equal(decode(body).toString(), script);
    });
  }

  test('sends files as they are to those who ask for nothing else', async () => {
    for (const accepted of ['', 'identity', 'gzip;q=0']) {
      const answer = await ask('/script.js', { 'Accept-Encoding': accepted });
      assert.equal(answer.headers['content-encoding'], undefined);
      assert.equal(answer.headers.vary, 'Accept-Encoding');
      assert.equal(answer.body.toString(), script);
    }
  });

  test('leaves alone what would not become smaller, so that a download knows its length', async () => {
    for (const path of ['/photo.jpg', '/model.safetensors']) {
      const { headers, body } = await ask(path, { 'Accept-Encoding': 'gzip, br' });
      assert.equal(headers['content-encoding'], undefined);
      assert.equal(headers['content-length'], String(script.length));
      assert.equal(body.length, script.length);
    }
  });

  test('tells the encodings of a file apart, and says when one has not changed', async () => {
    const br = await ask('/script.js', { 'Accept-Encoding': 'br' });
    const plain = await ask('/script.js');
    assert.notEqual(br.headers.etag, plain.headers.etag);
    const again = await ask('/script.js', { 'Accept-Encoding': 'br', 'If-None-Match': String(br.headers.etag) });
    assert.equal(again.status, 304);
    assert.equal(again.body.length, 0);
  });

  test('sends a file anew once it has changed', async () => {
    await writeFile(join(folder, 'changing.js'), 'const a = 1;');
    await ask('/changing.js', { 'Accept-Encoding': 'gzip' });
    await writeFile(join(folder, 'changing.js'), 'const answer = 42;');
    const { body } = await ask('/changing.js', { 'Accept-Encoding': 'gzip' });
    assert.equal(gunzipSync(body).toString(), 'const answer = 42;');
  });
});
