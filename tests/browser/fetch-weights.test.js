// scripts/fetch-weights: known models from servers that work, and from servers that do not.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { listen } from '../../scripts/serve.mjs';
import { officialCheckpoint } from './official.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const tool = process.env.HEADLENS_TOOL ?? join(root, 'build', 'native', 'headlens');
const fixture = join(root, 'tests', 'fixtures', 'dino-micro.safetensors');
const weights = await readFile(fixture);
const half = Math.ceil(weights.length / 2);

/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** @typedef {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => unknown} Handler */

/** What the server does, by path, and what it was asked. @type {Record<string, Handler>} */
let paths = {};
/** @type {{path: string, range: string | undefined}[]} */
let asked = [];
const server = createServer((request, response) => {
  const path = request.url ?? '';
  asked.push({ path, range: request.headers.range });
  const handler = paths[path];
  if (handler) return void handler(request, response);
  response.writeHead(404).end();
});
const port = await listen(server, 0);
const origin = `http://127.0.0.1:${port}`;
after(() => {
  server.closeAllConnections();
  server.close();
});

/**
 * A server's handler: the file, from where the request wants it, as far as `most` bytes; then the connection breaks.
 * @param {Uint8Array} bytes
 * @param {{most?: number, ranges?: boolean, tag?: string, pause?: number}} [options] pause: milliseconds between 8 parts
 * @returns {Handler}
 */
const serve = (bytes, { most = Infinity, ranges = true, tag = '"v1"', pause = 0 } = {}) => async (request, response) => {
  const wanted = ranges && request.headers['if-range'] === tag && /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const begin = wanted ? Number(wanted[1]) : 0;
  response.writeHead(wanted ? 206 : 200, {
    'Content-Length': bytes.length - begin,
    ...(ranges ? { ETag: tag } : {}),
    ...(wanted ? { 'Content-Range': `bytes ${begin}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  const end = Math.min(bytes.length, begin + most);
  const step = pause ? Math.ceil((end - begin) / 8) : end - begin;
  for (let at = begin; at < end; at += step) {
    response.write(bytes.subarray(at, Math.min(at + step, end)));
    if (pause) await sleep(pause);
  }
  if (end === bytes.length) return response.end();
  await sleep(50); // so that what was written arrives
  response.destroy();
};

const micro = {
  name: 'micro', title: 'DINO micro', about: 'For tests.', patch: 8, width: 48, layers: 3, heads: 3, registers: 0,
  licence: 'Apache-2.0', mean: [0.5, 0.5, 0.25], std: [0.5, 0.25, 0.5], filter: 'bicubic', position: 'dino',
};

/** @type {string} */
let folder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headlens-weights-'));
  paths = {};
  asked = [];
});
afterEach(() => rm(folder, { recursive: true }));

/** @param {object[]} sources */
const known = (...sources) => writeFile(join(folder, 'models.json'), JSON.stringify({ models: [
  { ...micro, name: 'bundled', packed: { file: 'bundled.safetensors', bytes: 1, sha256: '0' } }, { ...micro, sources },
] }));
const manifest = async () => JSON.parse(await readFile(join(folder, 'models.json'), 'utf8')).models[1];

/**
 * @param {string[]} args
 * @param {Record<string, string>} [environment]
 * @returns {Promise<{code: number | null, out: string, err: string}>}
 */
function fetchWeights(args, environment = {}) {
  const script = join(root, 'scripts', 'fetch_weights.py');
  const child = spawn('python3', [script, ...args, '--weights', folder, '--tool', tool], {
    env: { ...process.env, http_proxy: '', https_proxy: '', ...environment },
  });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (data) => texts.out += data);
  child.stderr.on('data', (data) => texts.err += data);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
}

/** The model is there, whole, and listed as it is. @param {{code: number | null, err: string}} run */
async function assertServed({ code, err }) {
  assert.equal(code, 0, err);
  assert.deepEqual((await readdir(folder)).sort(), ['micro.safetensors', 'models.json']);
  const packed = await readFile(join(folder, 'micro.safetensors'));
  assert.deepEqual((await manifest()).packed,
    { file: 'micro.safetensors', bytes: packed.length, sha256: sha256(packed) });
  const header = JSON.parse(packed.subarray(8, 8 + Number(packed.readBigUInt64LE())).toString());
  assert.deepEqual(header.__metadata__,
    { filter: 'bicubic', heads: '3', mean: '0.5 0.5 0.25', position: 'dino', precision: 'int8', std: '0.5 0.25 0.5' });
}

/**
 * It fails with these words, and what was there is as it was.
 * @param {{code: number | null, err: string}} run
 * @param {RegExp} words
 */
async function assertRefused({ code, err }, words) {
  assert.equal(code, 1, err);
  assert.match(err, words);
  assert.match(err.trimEnd(), /^headlens: [^\n]+\.$/m);
  assert.deepEqual(await readdir(folder), ['models.json']);
  assert.equal((await manifest()).packed, undefined);
}

describe('fetch-weights', { skip: existsSync(tool) ? false : 'the tool is not built' }, () => {
  test('downloads a model, packs it, and pins what came at first use', async () => {
    paths['/model.safetensors'] = serve(weights);
    await known({ address: `${origin}/model.safetensors`, bytes: 123 });
    const run = await fetchWeights(['micro']);
    await assertServed(run);
    assert.match(run.out, /nothing is known to check it against/);
    assert.deepEqual((await manifest()).sources,
      [{ address: `${origin}/model.safetensors`, bytes: weights.length, sha256: sha256(weights) }]);
  });

  test('checks the pins of an earlier time, and the first digits where no more is known', async () => {
    paths['/model.safetensors'] = serve(weights);
    const address = `${origin}/model.safetensors`;
    await known({ address, bytes: 123, sha256_prefix: sha256(weights).slice(0, 8) });
    await assertServed(await fetchWeights(['micro']));
    assert.deepEqual((await manifest()).sources, [{ address, bytes: weights.length, sha256: sha256(weights) }]);
    const again = await fetchWeights(['micro']);
    await assertServed(again);
    assert.doesNotMatch(again.out, /nothing is known/);
  });

  test('waits for a slow server', async () => {
    paths['/model.safetensors'] = serve(weights, { pause: 40 });
    await known({ address: `${origin}/model.safetensors`, bytes: weights.length });
    await assertServed(await fetchWeights(['micro']));
  });

  test('goes on where the connection was cut', async () => {
    paths['/model.safetensors'] = serve(weights, { most: half });
    await known({ address: `${origin}/model.safetensors`, bytes: weights.length, sha256: sha256(weights) });
    await assertServed(await fetchWeights(['micro']));
    assert.deepEqual(asked.map(({ range }) => range), [undefined, `bytes=${half}-`]);
  });

  test('begins again where the server has no ranges', async () => {
    paths['/model.safetensors'] = (request, response) =>
      serve(weights, { ranges: false, most: asked.length === 1 ? half : Infinity })(request, response);
    await known({ address: `${origin}/model.safetensors`, bytes: weights.length, sha256: sha256(weights) });
    await assertServed(await fetchWeights(['micro']));
    assert.deepEqual(asked.map(({ range }) => range), [undefined, undefined]);
  });

  test('keeps what came from a server that breaks off for good, for the next run', async () => {
    paths['/model.safetensors'] = (request, response) =>
      serve(weights, { most: asked.length === 1 ? half : 0 })(request, response);
    await known({ address: `${origin}/model.safetensors`, bytes: weights.length, sha256: sha256(weights) });
    const cut = await fetchWeights(['micro']);
    assert.equal(cut.code, 1);
    assert.match(cut.err, /keeps being cut: 0\.2 MB are kept, run this again to fetch the rest\.\n$/);
    assert.equal((await manifest()).packed, undefined);
    paths['/model.safetensors'] = serve(weights);
    await assertServed(await fetchWeights(['micro']));
    assert.equal(asked.at(-1)?.range, `bytes=${half}-`);
  });

  test('takes all of a file that changed after the cut', async () => {
    paths['/model.safetensors'] = (request, response) => (asked.length === 1
      ? serve(Buffer.alloc(weights.length), { most: half, tag: '"old"' })
      : serve(weights, { tag: '"new"' }))(request, response);
    await known({ address: `${origin}/model.safetensors`, bytes: weights.length });
    await assertServed(await fetchWeights(['micro']));
    assert.equal((await manifest()).sources[0].sha256, sha256(weights));
  });

  test('decodes what a server compresses without being asked to', async () => {
    const packed = gzipSync(weights);
    paths['/model.safetensors'] = (_, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': packed.length }).end(packed);
    await known({ address: `${origin}/model.safetensors`, bytes: weights.length, sha256: sha256(weights) });
    await assertServed(await fetchWeights(['micro']));
  });

  test('takes the second source where the first has no file, a login page or another file', async () => {
    paths['/good.safetensors'] = serve(weights);
    for (const [first, handler] of Object.entries({
      '/nothing': null,
      '/login': serve(Buffer.from('<!doctype html><title>Please log in</title>')),
      '/other.safetensors': serve(Buffer.concat([weights, Buffer.from('\n')])),
    })) {
      if (handler) paths[first] = /** @type {Handler} */ (handler);
      await known({ address: `${origin}${first}`, bytes: 1 }, { address: `${origin}/good.safetensors`, bytes: 1 });
      const run = await fetchWeights(['micro']);
      await assertServed(run);
      assert.deepEqual((await manifest()).sources[0], { address: `${origin}${first}`, bytes: 1 });
      await rm(join(folder, 'micro.safetensors'));
    }
  });

  test('refuses a file of another length or hash, and leaves nothing behind', async () => {
    const address = `${origin}/model.safetensors`;
    paths['/model.safetensors'] = serve(weights);
    await known({ address, bytes: weights.length + 1, sha256: sha256(weights) });
    await assertRefused(await fetchWeights(['micro']),
      new RegExp(`has ${weights.length} bytes where DINO micro has ${weights.length + 1}: it is damaged`));
    for (const hash of [{ sha256: sha256(Buffer.from('other')) }, { sha256_prefix: '01234567' }]) {
      await known({ address, bytes: weights.length, ...hash });
      await assertRefused(await fetchWeights(['micro']), /the SHA-256 of the file of 127\.0\.0\.1:\d+ is [0-9a-f]{64}, not/);
    }
  });

  test('refuses another network than the list says', async () => {
    const other = await readFile(join(root, 'tests', 'fixtures', 'dinov2-micro-reg.safetensors'));
    paths['/model.safetensors'] = serve(other);
    await known({ address: `${origin}/model.safetensors`, bytes: 1 });
    await assertRefused(await fetchWeights(['micro']), /another network than DINO micro|heads/);
  });

  test('says in one sentence which sources failed, and how', async () => {
    await known({ address: `${origin}/a`, bytes: 1 }, { address: 'http://127.0.0.1:9/b', bytes: 1 });
    await assertRefused(await fetchWeights(['micro']),
      /^headlens: 127\.0\.0\.1:\d+ answered 404 Not Found; 127\.0\.0\.1:9 cannot be reached \(.*\)\.$/m);
  });

  test('takes a mirror or a file that is here, and checks them as the sources', async () => {
    paths['/mirror/model.safetensors'] = serve(weights);
    const source = { address: `${origin}/model.safetensors`, bytes: weights.length, sha256: sha256(weights) };
    const local = join(folder, '..', 'micro-local.safetensors');
    await cp(fixture, local);
    for (const from of [`${origin}/mirror/model.safetensors`, local]) {
      await known(source);
      await assertServed(await fetchWeights(['micro', '--from', from]));
      await rm(join(folder, 'micro.safetensors'));
    }
    await known({ ...source, sha256: sha256(Buffer.from('other')) });
    await assertRefused(await fetchWeights(['micro', '--from', local]), /SHA-256/);
    assert.equal(sha256(await readFile(local)), sha256(weights));
    await known({ address: source.address, bytes: 1 });
    await assertServed(await fetchWeights(['micro', '--from', local]));
    assert.deepEqual((await manifest()).sources, [{ address: source.address, bytes: 1 }]); // not where it came from
    await rm(local);
  });

  const pth = join(root, 'tests', 'fixtures', 'dino-micro.pth');
  test("reads PyTorch's own form", { skip: existsSync(pth) ? false : 'there is no such file' }, async () => {
    const bytes = await readFile(pth);
    paths['/micro.pth'] = serve(bytes);
    await known({ address: `${origin}/micro.safetensors`, bytes: 1, sha256: sha256(weights) },
      { address: `${origin}/micro.pth`, bytes: 1, sha256_prefix: sha256(bytes).slice(0, 8) });
    await assertServed(await fetchWeights(['micro']));
    assert.deepEqual((await manifest()).sources[1],
      { address: `${origin}/micro.pth`, bytes: bytes.length, sha256: sha256(bytes) });
  });

  test('fetches a model of the published names, size and structure', async (t) => {
    const bytes = officialCheckpoint('dino-vits8', 'pth');
    if (!bytes) return t.skip('PyTorch is not here');
    const published = JSON.parse(await readFile(join(root, 'weights', 'models.json'), 'utf8'));
    const model = published.models.find((/** @type {any} */ { name }) => name === 'dino-vits8');
    const address = `${origin}/dino_deitsmall8_pretrain.pth`;
    assert.ok(Math.abs(model.sources[1].bytes / bytes.length - 1) < 1e-3, `${bytes.length} bytes`);
    paths['/dino_deitsmall8_pretrain.pth'] = serve(bytes, { most: Math.ceil(bytes.length / 2) });
    model.sources = [{ address: `${origin}/model.safetensors`, bytes: 1 }, { address, bytes: 1 }];
    await writeFile(join(folder, 'models.json'), JSON.stringify(published));
    const run = await fetchWeights(['dino-vits8']);
    assert.equal(run.code, 0, run.err);
    const { packed, sources } = JSON.parse(await readFile(join(folder, 'models.json'), 'utf8'))
      .models.find((/** @type {any} */ { name }) => name === 'dino-vits8');
    assert.deepEqual(sources[1], { address, bytes: bytes.length, sha256: sha256(bytes) });
    assert.ok(packed.bytes < bytes.length * 0.3, `${packed.bytes} bytes`);
    assert.match(asked[2].range ?? '', /^bytes=\d+-$/);
  });

  test('asks the proxy that the environment names', async () => {
    paths['http://models.invalid/model.safetensors'] = serve(weights);
    await known({ address: 'http://models.invalid/model.safetensors', bytes: 1 });
    await assertServed(await fetchWeights(['micro'], { http_proxy: origin }));
  });

  test('keeps the model that is served when a later fetch fails', async () => {
    await known({ address: `${origin}/model.safetensors`, bytes: 1 });
    await assertServed(await fetchWeights(['micro', '--from', fixture]));
    const before = await manifest();
    const failed = await fetchWeights(['micro', '--precision', 'f32']);
    assert.equal(failed.code, 1);
    assert.deepEqual(await manifest(), before);
    assert.equal(sha256(await readFile(join(folder, 'micro.safetensors'))), before.packed.sha256);
  });

  test('lets one run at a time change the folder', async () => {
    paths['/model.safetensors'] = serve(weights, { pause: 150 });
    await known({ address: `${origin}/model.safetensors`, bytes: 1 });
    const first = fetchWeights(['micro']);
    while (!asked.length) await sleep(10);
    const second = await fetchWeights(['micro']);
    assert.match(second.err, /another run is putting a model into .*: wait for it\./);
    await assertServed(await first);
  });

  test('lists the models, and names them to whoever asks for another', async () => {
    await known({ address: `${origin}/model.safetensors`, bytes: 86_700_000 });
    const list = await fetchWeights(['--list']);
    assert.match(list.out, /^bundled .* served here\nmicro +DINO micro +86\.7 MB to download\n$/);
    await assertRefused(await fetchWeights(['macro']), /there is no model macro: choose one of micro\.$/m);
    await assertRefused(await fetchWeights(['bundled']), /comes with headlens/);
    assert.equal((await fetchWeights([])).code, 2);
  });
});

describe('the list of models', () => {
  test('has what the page and the script need of each, and the bundled one is the file that is there', async () => {
    const { models } = JSON.parse(await readFile(join(root, 'weights', 'models.json'), 'utf8'));
    assert.equal(new Set(models.map((/** @type {any} */ model) => model.name)).size, models.length);
    for (const model of models) {
      assert.ok(model.title && model.about.endsWith('.') && model.licence, model.name);
      assert.ok(model.width / model.heads === 64 && model.layers > 0 && model.patch > 0, model.name);
      assert.ok(['dino', 'antialias', 'resize'].includes(model.position), model.name);
      assert.ok(model.mean.length === 3 && model.std.length === 3, model.name);
      for (const { address, bytes, sha256: hash = '', sha256_prefix: prefix = '' } of model.sources ?? []) {
        assert.ok(new URL(address).protocol === 'https:' && bytes > 1e6, address);
        assert.match(hash, /^([0-9a-f]{64})?$/);
        assert.match(prefix, /^[0-9a-f]*$/);
      }
    }
    const { packed } = models[0];
    const file = await readFile(join(root, 'weights', packed.file));
    assert.deepEqual({ bytes: file.length, sha256: sha256(file) }, { bytes: packed.bytes, sha256: packed.sha256 });
  });
});
