#!/usr/bin/env node
// Writes the built site as static hosts want it; run by scripts/dist.
//
//   node scripts/dist.mjs [--from build/web] [--to dist]
//
// What others link to keeps its name. All else lies in a folder that is named by its contents, so that it may be
// cached for ever and two versions never mix; weights have their own, so that a new version does not fetch them
// again. Every address is relative: the folder works at the root of a host or anywhere below it.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { bundledName } from '../web/known-models.js';
import { headerFile } from './headers.mjs';
import { licencePage, licences } from './licences.mjs';
import { isCompressible } from './serve.mjs';

/** @typedef {Map<string, Buffer>} Files by their path, which has slashes on every system */

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const compressedFolder = join(top, 'build', 'compressed'); // by content: Brotli's best takes its time

/** What others link to, or look for. */
const stable = /^(index\.html|embed\.html|embed\.js|sw\.js|manifest\.webmanifest|icons\/.*|examples\/[^/]+\.html|README\.md|LICENSE|NOTICE)$/;

/** What is there for those who build on it. */
const unpublished = /^(package(-lock)?\.json|embed\/.*|.*\.d\.ts|.*\.txt)$/;

/** What not every visit needs, of that which is named by its contents. */
const notKept = /^(examples\/.*|preview\.jpg|embed-frame\.js|offer\.js|shared-engine\.js|engine-(simd|relaxed)-.*)$/;

/** @param {(string | Buffer)[]} parts @param {number} digits */
function hash(parts, digits) {
  const all = createHash('sha256');
  for (const part of parts) all.update(String(part.length)).update('\0').update(part);
  return all.digest('hex').slice(0, digits);
}

/** @param {string} folder @returns {Promise<Files>} */
async function readFolder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) =>
    posix.join(entry.parentPath.slice(folder.length).replaceAll('\\', '/'), entry.name).replace(/^\//, ''));
  return new Map(await Promise.all(paths.sort().map(async (path) =>
    /** @type {[string, Buffer]} */ ([path, await readFile(join(folder, path))]))));
}

/**
 * Where each file goes.
 * @param {Files} site
 */
function place(site) {
  /** @type {Map<string, string>} */
  const places = new Map();
  for (const [path, bytes] of site) {
    const name = /^weights\/(.*)\.safetensors$/.exec(path)?.[1];
    if (name) places.set(path, `weights/${name}.${hash([bytes], 8)}.safetensors`);
    else if (stable.test(path)) places.set(path, path);
  }
  const rest = [...site].filter(([path]) => !places.has(path));
  const weights = [...places.values()].filter((path) => path.startsWith('weights/')); // models.json names them
  const folder = `assets-${hash([...weights, ...rest.flat()], 10)}/`;
  for (const [path] of rest) places.set(path, folder + path);
  return { places, folder };
}

/** The list of models names files as seen from itself. @param {string} list @param {Map<string, string>} places @param {string} at */
function moveWeights(list, places, at) {
  const { models } = JSON.parse(list);
  for (const { packed } of models) {
    const place = packed && places.get(`weights/${packed.file}`);
    if (place) packed.file = posix.relative(dirname(at), place);
  }
  return { models, text: JSON.stringify({ models }, null, 2) };
}

/**
 * A page with the new addresses of whatever its attributes name.
 * @param {string} html
 * @param {string} path
 * @param {Map<string, string>} places
 */
function movePage(html, path, places) {
  return html.replace(/<[a-z][^<>]*>/g, (tag) => tag.replace(/(\s[\w-]+=")([^"#?]+)/g, (all, before, address) => {
    const place = places.get(posix.join(dirname(path), address));
    return place ? before + posix.relative(dirname(path), place) : all;
  }));
}

/** @param {string} text @param {string} before @param {string} after */
function replaceOnce(text, before, after) {
  if (text.split(before).length !== 2) throw new Error(`This is not there once, where it should be: ${before}`);
  return text.replace(before, () => after);
}

/**
 * What the service worker has to know.
 * @param {Files} made
 * @param {string} folder
 * @param {{name: string, packed?: {file: string}}[]} models
 */
function siteOf(made, folder, models) {
  const bundled = posix.join(`${folder}weights`, models.find(({ name }) => name === bundledName)?.packed?.file ?? '');
  const hashed = [...made.keys()].filter((path) => path.startsWith(folder) || path.startsWith('weights/'));
  const files = hashed.filter((path) => path === bundled || (path.startsWith(folder) && !notKept.test(path.slice(folder.length))));
  const optional = hashed.filter((path) => !files.includes(path) && /^[^/]+\/(engine-|.*\.safetensors$)/.test(path));
  const version = hash([...made].filter(([path]) => !hashed.includes(path)).flat().concat(hashed), 10);
  return { version, files: ['manifest.webmanifest', ...files], optional };
}

const encodings = /** @type {const} */ ([
  ['br', (/** @type {Buffer} */ bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })], // quality 11
  ['gz', (/** @type {Buffer} */ bytes) => promisify(gzip)(bytes, { level: 9 })],
]);

/** @param {Files} made @returns {Promise<Files>} what goes beside it */
async function compressAll(made) {
  await mkdir(compressedFolder, { recursive: true });
  const texts = [...made].filter(([path]) => isCompressible(path));
  const all = texts.flatMap(([path, bytes]) => encodings.map(async ([ending, compress]) => {
    const known = join(compressedFolder, `${hash([bytes], 64)}.${ending}`);
    const before = await readFile(known).catch(() => null);
    const small = before ?? await compress(bytes);
    if (!before) await writeFile(known, small);
    return /** @type {[string, Buffer]} */ ([`${path}.${ending}`, small]);
  }));
  return new Map(await Promise.all(all));
}

/** The old folder is there until the new one is. @param {Files} files @param {string} to */
async function writeFolder(files, to) {
  const fresh = `${to}.new`;
  await rm(fresh, { recursive: true, force: true });
  for (const folder of new Set([...files.keys()].map(dirname))) await mkdir(join(fresh, folder), { recursive: true });
  await Promise.all([...files].map(([path, bytes]) => writeFile(join(fresh, path), bytes)));
  await rm(to, { recursive: true, force: true });
  await rename(fresh, to);
}

/**
 * @param {string} from a built site
 * @param {string} to
 */
export async function makeDist(from, to) {
  const site = new Map([...await readFolder(from)].filter(([path]) => !unpublished.test(path)));
  const { places, folder } = place(site);
  const { models, text: list } = moveWeights(String(site.get('weights/models.json')), places, `${folder}weights/models.json`);
  /** @type {Files} */
  const made = new Map();
  for (const [path, bytes] of site) {
    const isPage = stable.test(path) && path.endsWith('.html');
    const moved = path === 'weights/models.json' ? Buffer.from(list) : isPage ? Buffer.from(movePage(String(bytes), path, places)) : bytes;
    made.set(/** @type {string} */ (places.get(path)), moved);
  }
  made.set('404.html', Buffer.from('<!doctype html><title>Not found</title><p>There is no such page.\n'));

  const known = siteOf(made, folder, models);
  const edit = (/** @type {string} */ path, /** @type {string} */ before, /** @type {string} */ after) =>
    made.set(path, Buffer.from(replaceOnce(String(made.get(path)), before, after)));
  edit('index.html', '<meta charset="utf-8">', `<meta charset="utf-8">\n  <meta name="service-worker" content="sw.js" data-version="${known.version}">`);
  edit('index.html', 'href="LICENSE"', 'href="licences.html"');
  edit('embed.js', '"./offer.js"', `"./${folder}offer.js"`);
  edit('sw.js', "{ version: '', files: [], optional: [] }", JSON.stringify(known, null, 2));

  const licenceOf = licences({ photos: await readFile(join(top, 'tests/photos/README.md'), 'utf8'), models });
  const files = [...made].map(([path, { length }]) => ({ path, bytes: length, ...licenceOf(path) }));
  const sources = [top, join(process.env.HEADLENS_CACHE ?? '', 'sources'), join(top, 'build/wasm-simd/_deps')];
  made.set('licences.html', Buffer.from(licencePage(files, sources)));
  const compressed = await compressAll(made);
  made.set('_headers', Buffer.from(headerFile(folder)));
  made.set('.nojekyll', Buffer.alloc(0));
  await writeFolder(new Map([...made, ...compressed]), to);
  return { files: made.size, folder };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values: { from, to } } = parseArgs({
    options: { from: { type: 'string', default: join(top, 'build/web') }, to: { type: 'string', default: join(top, 'dist') } },
  });
  const { files, folder } = await makeDist(from, to);
  console.error(`headlens: wrote ${files} files to ${to}, most of them in ${folder}`);
}
