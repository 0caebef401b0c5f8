// Under which licence each file of the site is, as the page licences.html. A file that no line here knows stops
// scripts/dist. What NOTICE says in words this says file by file; photos and models bring their own lists.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Work
 * @property {string} name
 * @property {string} licence
 * @property {string} [text] of the licence, or where it is to be read
 * @property {string} [file] that holds it
 *
 * @typedef {object} Licensed
 * @property {string} licence
 * @property {string} from
 */

const mit = (/** @type {string} */ copyright) => `${copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** @type {Work} */
const headlens = { name: 'headlens', licence: 'Apache-2.0', file: 'LICENSE' };

/** What Emscripten links into every program. @type {Work[]} */
const runtime = [
  { name: 'Emscripten', licence: 'MIT', text: mit('Copyright (c) 2010-2024 The Emscripten Authors') },
  { name: 'musl', licence: 'MIT', text: mit('Copyright (c) 2005-2020 Rich Felker, et al.') },
  {
    name: 'libc++, libc++abi, compiler-rt', licence: 'Apache-2.0 with LLVM exception',
    text: 'Copyright (c) the LLVM Project. The exception: as an exception, if, as a result of your compiling your source code, portions of this Software are embedded into an Object form of such source code, you may redistribute such embedded portions in such Object form without complying with the conditions of Sections 4(a), 4(b) and 4(d) of the License. https://llvm.org/LICENSE.txt',
  },
];

/** @type {Work[]} */
const engine = [
  { name: 'XNNPACK', licence: 'BSD-3-Clause', file: 'xnnpack/LICENSE' },
  { name: 'pthreadpool', licence: 'BSD-2-Clause', file: 'pthreadpool/LICENSE' },
  { name: 'FXdiv', licence: 'MIT', file: 'fxdiv/LICENSE' },
  { name: 'FP16', licence: 'MIT', file: 'fp16/LICENSE' },
  { name: 'stb_image, stb_image_write', licence: 'MIT', file: 'libstb/LICENSE' },
];

/** @type {Work[]} */
const viewer = [{ name: 'Dear ImGui', licence: 'MIT', file: 'imgui/LICENSE.txt' }];

/** @type {Work[]} */
const font = [{ name: 'Inter', licence: 'OFL-1.1', file: '/usr/share/doc/fonts-inter/copyright' }];

/** What files are made of; the first line that fits counts. @type {[RegExp, Work[]][]} */
const programs = [
  [/(^|\/)engine-(simd|relaxed)-\w+\.(js|wasm)$/, [headlens, ...engine, ...runtime]],
  [/(^|\/)viewer(-wasm\.js|\.wasm)$/, [headlens, ...viewer, ...runtime]],
  [/(^|\/)inter-\w+\.otf$/, font],
  [/\.(js|css|html|json|webmanifest|svg|md)$|(^|\/)icons\/[\w-]+\.png$|^(LICENSE|NOTICE|_headers|\.nojekyll)$/, [headlens]],
];

/** Pictures of the page, and the photo that each shows. @type {Record<string, string>} */
const pictures = { poster: 'chelsea', preview: 'raccoon' };

/**
 * Rows of the table in tests/photos/README.md: name without ending, origin and terms.
 * @param {string} readme
 * @returns {Map<string, Licensed>}
 */
function photosOf(readme) {
  const rows = readme.matchAll(/^\| (\w+)\.jpg \| .* \| (.*), ([^,|]+) \|$/gm);
  return new Map([...rows].map(([, name, from, licence]) => [name, { licence, from }]));
}

/**
 * @param {{photos: string, models: {packed?: {file: string}, title: string, licence: string}[]}} lists
 * @returns {(path: string) => Licensed} by a file's path in the site; fails where nothing is known
 */
export function licences({ photos, models }) {
  const byPhoto = photosOf(photos);
  return (path) => {
    const [, name] = /** @type {RegExpExecArray} */ (/([^/.]*)[^/]*$/.exec(path));
    const model = path.startsWith('weights/') && models.find(({ packed }) => packed?.file.endsWith(path));
    if (model) return { licence: model.licence, from: `${model.title}; see the model card in the source` };
    const works = programs.find(([pattern]) => pattern.test(path))?.[1];
    if (works) return { licence: [...new Set(works.map(({ licence }) => licence))].join(', '), from: works.map((work) => work.name).join(', ') };
    const photo = byPhoto.get(pictures[name] ?? name.replace(/-poster$/, ''));
    if (photo && /\.(jpg|png|webp|maps|safetensors)$/.test(path)) return photo;
    throw new Error(`The licence of ${path} is not known: add it to scripts/licences.mjs, or to tests/photos/README.md.`);
  };
}

/**
 * @param {Work} work
 * @param {string[]} folders of sources
 */
function textOf({ name, text, file }, folders) {
  if (text || !file) return text ?? '';
  const path = file.startsWith('/') ? file : folders.map((folder) => join(folder, file)).find((found) => existsSync(found));
  if (!path || !existsSync(path)) throw new Error(`The licence text of ${name} (${file}) is not among the sources: run scripts/toolchain.`);
  return readFileSync(path, 'utf8');
}

const escaped = (/** @type {string} */ text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * @param {({path: string, bytes: number} & Licensed)[]} files
 * @param {string[]} folders of sources, for the texts of licences
 */
export function licencePage(files, folders) {
  const rows = files.map(({ path, bytes, licence, from }) =>
    `<tr><td><a href="${escaped(path)}">${escaped(path)}</a><td>${bytes.toLocaleString('en')}<td>${escaped(licence)}<td>${escaped(from)}`);
  const texts = [headlens, ...engine, ...viewer, ...font, ...runtime].map((work) =>
    `<details><summary>${escaped(work.name)}: ${escaped(work.licence)}</summary><pre>${escaped(textOf(work, folders))}</pre></details>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>headlens: licences</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 40px auto; max-width: 1080px; padding: 0 20px; }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; font-size: 13px; }
  th, td { border-bottom: 1px solid #8884; padding: 5px 16px 5px 0; text-align: left; vertical-align: top; }
  td:first-child { overflow-wrap: anywhere; min-width: 180px; }
  th:nth-child(2), td:nth-child(2) { font-variant-numeric: tabular-nums; text-align: right; }
  details { border-bottom: 1px solid #8884; padding: 6px 0; }
  summary { cursor: pointer; }
  pre { font-size: 12px; white-space: pre-wrap; }
</style>
<h1>Licences</h1>
<p><a href="./">headlens</a> is under the <a href="LICENSE">Apache License 2.0</a>; what it is built from is in
<a href="NOTICE">NOTICE</a>. Here is every file of this site. The <code>.br</code> and <code>.gz</code> beside some are the same files, compressed.</p>
<div class="scroll"><table>
<tr><th>File<th>Bytes<th>Licence<th>From
${rows.join('\n')}
</table></div>
<h2>The texts</h2>
${texts.join('\n')}
</html>
`;
}
