// The site, the tests' files and the benchmark's own on one origin, and what was asked for.
// HEADLENS_SITE, HEADLENS_PEAK_PROGRAM: other builds than those in build/.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { listen, serveFolder } from '../../scripts/serve.mjs';

const top = join(import.meta.dirname, '..', '..');
const weights = join(top, 'build', 'bench');

/** First match wins. @type {[string, string][]} */
const folders = [
  ['/weights-of-bench/', weights],
  ['/program/', process.env.HEADLENS_PEAK_PROGRAM ?? join(top, 'build', 'wasm-relaxed', 'bench')],
  ['/tests/', join(top, 'tests')],
  ['/', process.env.HEADLENS_SITE ?? join(top, 'build', 'web')],
];

/** Where files of build/bench are on the server. */
export const weightsAddress = '/weights-of-bench/';

/** @returns {Promise<{url: string, asked: Set<string>, close: () => void}>} asked: paths of files */
export async function startSite() {
  const asked = new Set();
  const handlers = folders.map(([prefix, folder]) => ({ prefix, folder, handle: serveFolder(folder) }));
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    const found = handlers.find(({ prefix }) => path.startsWith(prefix));
    if (!found) return response.writeHead(404).end();
    request.url = path.slice(found.prefix.length - 1);
    asked.add(join(found.folder, request.url));
    return void found.handle(request, response);
  });
  const port = await listen(server, 0);
  return {
    url: `http://localhost:${port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * Bytes of the programs among these files, gzipped; weights are no programs.
 * @param {Iterable<string>} files
 */
export async function gzippedSize(files) {
  let size = 0;
  for (const file of files) {
    if (/\.(m?js|wasm)$/.test(file)) size += gzipSync(await readFile(file)).length;
  }
  return size;
}
