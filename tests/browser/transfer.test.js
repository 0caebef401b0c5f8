// What a first visit transfers: every file that it asks for, compressed, and where the bytes go.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { chromiumPath } from './browsers.js';
import { site, startServer } from './server.js';

const { url, close } = await startServer();
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
after(async () => {
  await browser.close();
  close();
});

/** What a file is for; null: content, which is counted by itself. @param {string} file */
function partOf(file) {
  if (/^(weights|samples|thumbs)\/|^poster/.test(file)) return null;
  if (file.startsWith('engine-') && !file.startsWith('engine-worker')) return 'engine';
  if (/^viewer(-wasm\.js|\.)/.test(file) || file.startsWith('inter-')) return 'viewer and its font';
  return 'page';
}

/** The files of a visit, until the engine has its model. @param {string} address */
async function filesOf(address) {
  const context = await browser.newContext();
  /** @type {string[]} */
  const files = [];
  context.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (origin === url) files.push(pathname.slice(1) || 'index.html');
  });
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction(() => Reflect.get(window, 'headlens'));
  await page.evaluate(async () => {
    const { model, scenes } = Reflect.get(window, 'headlens');
    await model.ready();
    await scenes.settled();
  });
  await context.close();
  return files;
}

test('page, viewer and engine have less than 900 KB together, gzipped', async (t) => {
  const files = new Set(await filesOf(`${url}/`));
  /** @type {Record<string, number>} */
  const sums = { page: 0, 'viewer and its font': 0, engine: 0 };
  for (const file of files) {
    const part = partOf(file);
    const bytes = await readFile(join(site, file));
    const size = part ? gzipSync(bytes, { level: 9 }).length : bytes.length;
    if (part) sums[part] += size;
    if (size > 3000) t.diagnostic(`${(size / 1000).toFixed(1).padStart(8)} KB  ${file}${part ? '' : '  (content)'}`);
  }
  const total = Object.values(sums).reduce((a, b) => a + b);
  for (const [part, size] of Object.entries(sums)) t.diagnostic(`${(size / 1000).toFixed(1).padStart(8)} KB  ${part}`);
  t.diagnostic(`${(total / 1000).toFixed(1).padStart(8)} KB  together`);
  for (const size of Object.values(sums)) assert.ok(size > 10_000, 'a part is missing');
  assert.ok(total < 900_000, `${total} bytes`);
});

test('no file of the page comes twice, nor one that another sample would need', async () => {
  for (const [hash, sample] of [['', 'chelsea'], ['#{"photo":"coffee"}', 'coffee']]) {
    const files = (await filesOf(`${url}/${hash}`)).filter((file) => partOf(file) !== 'engine');
    const twice = files.filter((file, i) => files.indexOf(file) !== i && file !== 'protocol.js' && file !== 'engine-worker.js');
    assert.deepEqual(twice, [], hash); // the worker has modules of its own
    const samples = files.filter((file) => file.startsWith('samples/'));
    assert.ok(samples.length > 0 && samples.every((file) => file.startsWith(`samples/${sample}.`)), String(samples));
    assert.equal(files.includes('poster.jpg'), hash === '');
  }
});

test('embed.js has less than 12,000 bytes, gzipped', async (t) => {
  const bytes = gzipSync(await readFile(join(site, 'embed.js')), { level: 9 }).length;
  t.diagnostic(`${bytes} bytes`);
  assert.ok(bytes < 12_000, `${bytes} bytes`);
});
