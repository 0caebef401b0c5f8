// Lays out what `npm pack` in web/ packs: web/lib, and what the package says of itself. npm runs it before, and with
// --clean after.
//
//   web/lib/             engine, workers, WebAssembly and weights, as the built site has them
//   web/lib/embed/       the embed element in one file; it loads the engine by a relative import
//   web/lib/types/       declarations, made of the modules' JSDoc
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../', import.meta.url));
const site = join(top, 'build/web');
const embed = join(top, 'build/embed/package.js');
const web = join(top, 'web');
const lib = join(web, 'lib');
const typescript = join(top, 'tests/node_modules/typescript/bin/tsc');
const texts = ['LICENSE', 'NOTICE'];

/** What a person has to do before. */
class Missing extends Error {}

function clean() {
  for (const path of [lib, ...texts.map((text) => join(web, text))]) rmSync(path, { recursive: true, force: true });
}

/**
 * A module and all that it takes from its folder: imports, workers and files.
 * @param {string} path in the site
 * @param {Set<string>} found
 */
function collect(path, found = new Set()) {
  if (found.has(path)) return found;
  if (!existsSync(join(site, path))) throw new Missing(`build/web has no ${path}: run scripts/run --build first.`);
  found.add(path);
  if (!path.endsWith('.js') || /^engine-(simd|relaxed)-/.test(path)) return found;
  const code = readFileSync(join(site, path), 'utf8').replace(/^ *(\/\/|\*|\/\*\*).*$/gm, '');
  const taken = /(?:\bfrom |\bimport |\bimport\(|new URL\()'(\.\.?\/[^']+)'/g;
  for (const [, file] of code.matchAll(taken)) collect(posix.join(dirname(path), file), found);
  return found;
}

/** @param {string} path in web/lib @param {string | Uint8Array} content */
function write(path, content) {
  const file = join(lib, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** The list of models, with none beside it but the one that comes with the package. */
function ownModels() {
  const list = JSON.parse(readFileSync(join(site, 'weights/models.json'), 'utf8'));
  for (const model of list.models) {
    if (!existsSync(join(lib, 'weights', model.packed?.file ?? ''))) delete model.packed;
  }
  return `${JSON.stringify(list, null, 2)}\n`;
}

function declareTypes() {
  if (!existsSync(typescript)) throw new Missing('The types are made by TypeScript: run npm ci in tests/ first.');
  const types = join(lib, 'types');
  const modules = ['web/engine.js', 'web/embed/element.js', 'tests/generated.d.ts'];
  const options = ['--allowJs', '--strict', '--skipLibCheck', '--declaration', '--emitDeclarationOnly', '--target', 'es2022',
    '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2023,dom,dom.iterable'];
  execFileSync('node', [typescript, ...modules, ...options, '--rootDir', web, '--outDir', types], { cwd: top, stdio: 'inherit' });
  writeFileSync(join(types, 'embed.d.ts'), `import type { VitAttention } from './embed/element.js';
export type { VitAttention };
declare global {
  interface HTMLElementTagNameMap {
    'vit-attention': VitAttention;
  }
}
`);
}

function layOut() {
  clean();
  if (!existsSync(embed)) throw new Missing('Nothing is built yet: run scripts/run --build first.');
  const files = collect('engine.js');
  collect('offer.js', files);
  for (const path of files) write(path, readFileSync(join(site, path)));
  write('weights/models.json', ownModels());
  write('embed/embed.js', readFileSync(embed));
  declareTypes();
  for (const text of texts) copyFileSync(join(top, text), join(web, text));
}

try {
  if (process.argv.includes('--clean')) clean();
  else layOut();
} catch (error) {
  clean();
  if (!(error instanceof Missing)) throw error;
  console.error(`headlens: ${error.message}`);
  process.exitCode = 1;
}
