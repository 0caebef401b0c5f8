// The npm package as a stranger meets it: packed, installed into a new project, built by vite or not built at all.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'vite';
import { serveFolder } from '../../scripts/serve.mjs';
import { startChromium } from './browsers.js';
import { startServer } from './server.js';

const top = join(import.meta.dirname, '../..');
const project = mkdtempSync(join(tmpdir(), 'headlens-package-'));
const installed = join(project, 'node_modules/headlens');
const photo = '/tests/photos/coffee.jpg';

/** @param {string} folder @param {string[]} args */
const npm = (folder, ...args) => execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const tarball = npm(join(top, 'web'), 'pack', '--silent', '--pack-destination', project).trim();
cpSync(join(import.meta.dirname, 'package-project'), project, { recursive: true });
writeFileSync(join(project, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }');
npm(project, 'install', '--offline', '--no-audit', '--no-fund', `./${tarball}`);

/** @type {string[]} */
const warnings = [];
await build({
  root: project,
  base: './',
  configFile: false,
  customLogger: {
    hasWarned: false, hasErrorLogged: () => false, clearScreen() {}, info() {}, error() {},
    warn: (message) => { warnings.push(message); },
    warnOnce: (message) => { warnings.push(message); },
  },
});

const { url, close } = await startServer({ routes: [['/project/', serveFolder(project, { isolated: true })]] });
const browser = await startChromium();
/** @type {{cls: number[], rows: number, cols: number, build: string, threads: number}} */
let expected;
before(async () => {
  const page = await browser.open(`${url}/tests/browser/engine.html`);
  expected = await page.run(`(async () => {
    const { createEngine } = await import('/engine.js');
    const engine = await createEngine({ threads: 2 });
    await engine.load('/weights/dino-vitt8-reg4.safetensors');
    const { rows, cols, cls } = await engine.run(await (await fetch('${photo}')).blob(), { size: 224 });
    return { rows, cols, cls: Array.from(cls), ...engine.info, model: null };
  })()`);
  await page.close();
});
after(async () => {
  await browser.close();
  close();
  rmSync(project, { recursive: true });
});

for (const [how, address] of [['as it is', '/project/plain.html'], ['built by vite', '/project/dist/index.html']]) {
  test(`the engine ${how} gives the maps of the site's engine, with two threads`, async () => {
    const page = await browser.open(url + address);
    const maps = await page.call('maps', photo);
    assert.deepEqual([maps.build, maps.threads, maps.rows, maps.cols], [expected.build, 2, 28, 42]);
    assert.deepEqual(maps.cls, expected.cls);
    await page.close();
  });

  test(`the element ${how} computes with the model that comes along`, async () => {
    const page = await browser.open(url + address);
    const { cls } = await page.call('figure', photo);
    assert.equal(cls.length, expected.cls.length);
    const worst = Math.max(...cls.map((/** @type {number} */ score, /** @type {number} */ i) => Math.abs(score - expected.cls[i])));
    assert.ok(worst < 1e-3, `${worst}`);
    await page.close();
  });
}

test('vite has no complaint, and takes only the files of the package that it needs', () => {
  assert.deepEqual(warnings, []);
  const files = readdirSync(join(project, 'dist/assets'));
  assert.equal(files.filter((file) => file.endsWith('.wasm')).length, 4, files.join(' '));
  assert.equal(files.filter((file) => file.endsWith('.safetensors')).length, 1, files.join(' '));
});

test('its types are those that its users write', () => {
  execFileSync('node', [join(top, 'tests/node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--target', 'es2022',
    '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2023,dom', 'consumer.ts'], { cwd: project });
});

test('it says what it is, under which licence, and holds nothing else', () => {
  const { version, license } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  assert.equal(version, readFileSync(join(top, 'CMakeLists.txt'), 'utf8').match(/^project\(headlens VERSION (\S+)/m)?.[1]);
  assert.equal(license, 'Apache-2.0');
  assert.deepEqual(readdirSync(installed).toSorted(), ['LICENSE', 'NOTICE', 'README.md', 'lib', 'package.json']);
  assert.ok(!readdirSync(join(top, 'web')).includes('lib'), 'what was laid out for it stays');
});

test('without a build, npm pack says in one sentence what to do', () => {
  const empty = join(project, 'unbuilt');
  for (const path of ['web/package.json', 'scripts/package.mjs']) cpSync(join(top, path), join(empty, path));
  /** @type {any} */
  let failed;
  try {
    npm(join(empty, 'web'), 'pack');
  } catch (error) {
    failed = error;
  }
  assert.match(failed.stderr, /headlens: Nothing is built yet: run scripts\/run --build first\.\n/);
  assert.doesNotMatch(failed.stderr, /at .*package\.mjs:\d/);
});
